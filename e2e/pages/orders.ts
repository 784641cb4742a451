import { mkdirSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';
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

  /** @param promise the seller's estimate, such as `3bd`; `0m` is due at once */
  async handOver(
    orderId: string,
    sold: Sold,
    { promise = '3bd', quantity = 2, ...over }: { promise?: string; quantity?: number } = {},
  ): Promise<void> {
    const order = {
      orderId,
      paymentStatus: 'approved',
      items: [{ id: sold.sellerSkuId, seller: sold.sellerId, quantity, price: sold.price, name: 'Turntable' }],
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
        logisticsInfo: [{ itemIndex: 0, selectedSla: 'Standard', price: 600, shippingEstimate: promise }],
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

  /** Of the whole marketplace, in minutes. */
  async setCancellationWindow(minutes: number): Promise<void> {
    await this.setWindow('cancellation', minutes);
  }

  /** The settings of orders. */
  async settings(): Promise<void> {
    await this.page.getByTestId('nav-sellers').click();
    await this.page.getByTestId('nav-orders').click();
    // nothing is listed under this name, so the pane shows them
    await this.page.getByTestId('order-search').fill('nothing');
  }

  /** Of the whole marketplace, in the unit that it has. */
  async setWindow(kind: 'cancellation' | 'suggestion-expiry', amount: number): Promise<void> {
    await this.settings();
    await this.page.getByTestId(`window-${kind}-amount`).fill(String(amount));
    await this.page.getByTestId(`window-${kind}-save`).click();
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

  /** Shows one of the lists: all, what needs a person, one reason. */
  async list(chip: string): Promise<void> {
    await this.page.getByTestId(`orders-${chip}`).click();
    await expect(this.page.getByTestId(`orders-${chip}`)).toHaveAttribute('aria-pressed', 'true');
  }

  /** The row of the list at a position, from 0. */
  row(position: number): Locator {
    return this.page.locator(`[data-testid="grid"] .ag-row[row-index="${position}"]`);
  }

  /** Searches, and expects the list to hold this order alone. */
  async finds(text: string, id: string): Promise<void> {
    await this.page.getByTestId('order-search').fill(text);
    await expect(this.page.getByTestId('grid-status')).toContainText(/\b1 row\b/);
    await expect(this.row(0)).toContainText(id);
  }

  /** Chooses one option of a field with a list, by what is typed. */
  async choose(testId: string, text: string): Promise<void> {
    const field = this.page.getByTestId(testId);
    await field.click();
    await field.fill(text);
    await this.page.getByRole('option', { name: text, exact: true }).click();
    await field.press('Escape');
  }

  /** Nothing serious that axe finds; the same page in both windows, so it is looked at in Chromium. */
  async accessible(project: string): Promise<void> {
    if (project === 'electron') return;
    const { violations } = await new AxeBuilder({ page: this.page }).setLegacyMode(true).analyze();
    const serious = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`);
    expect(serious).toEqual([]);
  }

  /** Pictures in both colour schemes. */
  async pictures(name: string, project: string): Promise<void> {
    mkdirSync(`test-results/screenshots/${project}`, { recursive: true });
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await this.page.screenshot({ path: `test-results/screenshots/${project}/${name}-${colorScheme}.png` });
    }
  }
}
