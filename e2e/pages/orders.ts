import { expect, type Page } from '@playwright/test';
import type { Sandbox } from '../sandbox.ts';

/** One SKU that a seller has, as the sandbox says it. */
export interface Sold {
  readonly sellerId: string;
  readonly sellerSkuId: string;
  readonly price: number;
}

type Headers = Readonly<Record<string, string>>;

/** The Orders screen, and the storefront and seller at the other ends. */
export class OrdersPage {
  readonly page: Page;
  readonly #sandbox: Sandbox;
  #url = '';
  #storefront: Headers = {};

  constructor(page: Page, sandbox: Sandbox) {
    this.page = page;
    this.#sandbox = sandbox;
  }

  /** Issues the storefront's key on the screen. */
  async connectStorefront(): Promise<void> {
    await this.page.getByTestId('nav-orders').click();
    await this.page.getByTestId('storefront-issue').click();
    const appKey = (await this.page.getByTestId('storefront-key').textContent()) ?? '';
    const appToken = (await this.page.getByTestId('storefront-token').textContent()) ?? '';
    this.#storefront = { 'x-vtex-api-appkey': appKey, 'x-vtex-api-apptoken': appToken };
    this.#url = (await this.page.getByTestId('footer-endpoints').getAttribute('title')) ?? '';
  }

  /** Issues a seller's token on the Sellers screen, and gives it to the seller to sign its reports with. */
  async connectSeller(sellerId: string): Promise<void> {
    await this.page.getByTestId('nav-sellers').click();
    await this.page.getByTestId('seller-search').fill(sellerId);
    await expect(this.page.getByTestId('grid-status')).toContainText(/\b1 row\b/);
    await this.page.locator('[data-testid="grid"] .ag-row[row-index="0"] .ag-cell').first().click();
    await this.page.getByTestId('seller-token').click();
    await this.page.getByTestId('token-confirm').click();
    const issued = this.page.getByTestId('token-issued').locator('code');
    await expect(issued).toHaveCount(2);
    const [appKey = '', appToken = ''] = await issued.allTextContents();
    const headers = { 'x-vtex-api-appkey': appKey, 'x-vtex-api-apptoken': appToken };
    await this.#sandbox.control(`sellers/${sellerId}/orders`, { headers });
  }

  async handOver(orderId: string, sold: Sold, over: object = {}): Promise<void> {
    const order = {
      orderId,
      paymentStatus: 'approved',
      items: [{ id: sold.sellerSkuId, seller: sold.sellerId, quantity: 2, price: sold.price, name: 'Turntable' }],
      clientProfileData: {
        email: 'maria@buyer.example',
        firstName: 'Maria',
        lastName: 'Prado',
        documentType: 'cpf',
        document: '11144477735',
      },
      shippingData: {
        address: {
          addressType: 'residential',
          receiverName: 'Maria Prado',
          postalCode: '80250000',
          city: 'Curitiba',
          state: 'PR',
          country: 'BRA',
          street: 'Rua das Flores',
          number: '12',
        },
        logisticsInfo: [{ itemIndex: 0, selectedSla: 'Standard', price: 600, shippingEstimate: '3bd' }],
      },
      ...over,
    };
    const response = await fetch(`${this.#url}/storefront/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.#storefront },
      body: JSON.stringify(order),
    });
    expect(response.status, await response.text()).toBe(200);
  }

  /** The settings of orders. */
  async settings(): Promise<void> {
    await this.page.getByTestId('nav-sellers').click();
    await this.page.getByTestId('nav-orders').click();
    // nothing is listed under this name, so the pane shows them
    await this.page.getByTestId('order-search').fill('nothing');
  }

  /** Of the whole marketplace, in minutes. */
  async setCancellationWindow(minutes: number): Promise<void> {
    await this.settings();
    await this.page.getByTestId('window-cancellation-amount').fill(String(minutes));
    await this.page.getByTestId('window-cancellation-save').click();
    await expect(this.page.getByRole('status').filter({ hasText: 'Window saved.' })).toBeVisible();
  }

  /** Opens an order by its id. */
  async open(id: string): Promise<void> {
    await this.page.getByTestId('nav-orders').click();
    await this.page.getByTestId('order-search').fill(id);
    const row = this.page.locator('[data-testid="grid"] .ag-row[row-index="0"]').filter({ hasText: id });
    await row.locator('.ag-cell').first().click();
    await expect(this.page.getByTestId('order-pane')).toContainText(id);
  }

  async state(text: string): Promise<void> {
    await expect(this.page.getByTestId('order-state')).toHaveText(text, { timeout: 30_000 });
  }

  /** The seller does something, and what it was answered is asserted to be a 200. */
  async seller(orderId: string, action: string, body: object = {}): Promise<void> {
    const told = await this.#sandbox.control(`orders/${orderId}/${action}`, body);
    expect(told, `${action} of ${orderId}`).toMatchObject({ status: 200 });
  }

  /** The seller's side of a change's handshake, once it was asked. */
  async sellerAgrees(orderId: string, agreementType: 'Acknowledgment' | 'Confirmation'): Promise<void> {
    await expect(async () => this.seller(orderId, 'agree', { agreementType })).toPass({ timeout: 15_000 });
  }
}
