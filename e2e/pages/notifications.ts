import { expect, type Locator, type Page } from '@playwright/test';
import type { Sandbox } from '../sandbox.ts';

/** The Notifications screen, and a seller that calls the endpoints. */
export class NotificationsPage {
  readonly page: Page;
  readonly detail: Locator;
  readonly outcome: Locator;
  readonly #sandbox: Sandbox;
  #headers: Record<string, string> = {};
  #url = '';

  constructor(page: Page, sandbox: Sandbox) {
    this.page = page;
    this.detail = page.getByTestId('notification-detail');
    this.outcome = page.getByTestId('notification-outcome');
    this.#sandbox = sandbox;
  }

  /** Issues a seller's token on the Sellers screen. */
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
    this.#headers = { 'x-vtex-api-appkey': appKey, 'x-vtex-api-apptoken': appToken };
    this.#url = (await this.page.getByTestId('footer-endpoints').getAttribute('title')) ?? '';
  }

  /** The seller changes its price and notifies. */
  async tell(sellerId: string, sellerSkuId: string, price: number): Promise<void> {
    const { notified } = await this.#sandbox.changePrice(sellerId, sellerSkuId, price, this.#url, this.#headers);
    expect(notified).toMatchObject([{ kind: 'price', status: 202 }]);
  }

  /** Somebody calls with a wrong token. */
  async knock(sellerId: string, sellerSkuId: string): Promise<void> {
    const headers = { ...this.#headers, 'x-vtex-api-apptoken': 'wrong' };
    const { notified } = await this.#sandbox.changePrice(sellerId, sellerSkuId, 1, this.#url, headers);
    expect(notified).toMatchObject([{ status: 403 }]);
  }

  async open(): Promise<void> {
    await this.page.getByTestId('nav-notifications').click();
    await expect(this.page.getByTestId('grid')).toHaveAttribute('aria-busy', 'false');
  }

  /** Lists what is about one SKU and came by a call, and opens the latest. */
  async openLatest(sellerSkuId: string, rows: number): Promise<void> {
    await this.page.getByTestId('notification-search').fill(sellerSkuId);
    await this.chooseKind('Price');
    await expect(this.page.getByTestId('grid')).toHaveAttribute('data-count', String(rows));
    await this.page.locator('[data-testid="grid"] .ag-row[row-index="0"] .ag-cell').nth(1).click();
    await expect(this.detail).toContainText(sellerSkuId);
  }

  async chooseKind(kind: string): Promise<void> {
    const field = this.page.getByTestId('filter-kind');
    if ((await field.inputValue()) === kind) return;
    await field.click();
    await this.page.getByRole('option', { name: kind, exact: true }).click();
  }
}
