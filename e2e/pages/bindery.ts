import { expect, type Locator, type Page } from '@playwright/test';
import { AgreementsPage } from './agreements.ts';
import { CommissionsPage } from './commissions.ts';
import { OffersPage } from './offers.ts';
import { PaymentsPage } from './payments.ts';

export const screens = [
  'offers',
  'bindings',
  'catalogue',
  'notifications',
  'sellers',
  'mapping',
  'matching',
  'orders',
  'buybox',
  'commissions',
  'payments',
  'agreements',
  'settlement',
  'settings',
] as const;
export type Screen = (typeof screens)[number];

/** The shell around every screen. */
export class BinderyPage {
  readonly page: Page;
  readonly offers: OffersPage;
  readonly agreements: AgreementsPage;
  readonly commissions: CommissionsPage;
  readonly payments: PaymentsPage;
  readonly outbox: Locator;
  readonly endpoints: Locator;

  constructor(page: Page) {
    this.page = page;
    this.offers = new OffersPage(page);
    this.agreements = new AgreementsPage(page);
    this.commissions = new CommissionsPage(page);
    this.payments = new PaymentsPage(page);
    this.outbox = page.getByTestId('footer-outbox');
    this.endpoints = page.getByTestId('footer-endpoints');
  }

  /** The first start names the operator. */
  async signIn(name: string): Promise<void> {
    const field = this.page.getByTestId('operator-name');
    await field.fill(name, { timeout: 60_000 });
    await this.page.getByTestId('operator-submit').click();
    await expect(this.page.getByTestId('nav-offers')).toBeVisible();
  }

  async go(screen: Screen): Promise<void> {
    await this.page.getByTestId(`nav-${screen}`).click();
    await expect(this.page.getByTestId(`nav-${screen}`)).toHaveAttribute('aria-current', 'page');
    // a screen is loaded when it is first opened: until its heading is there, the page is empty
    await expect(this.page.getByTestId(`screen-${screen}`).locator('h1')).toBeAttached();
  }

  /** Until everything decided has left and been answered. A decision is seen on its way before it is waited for. */
  async sent(): Promise<void> {
    await expect(this.outbox).not.toHaveAttribute('data-on-their-way', '0');
    await this.settled();
  }

  /** Until nothing is on its way. */
  async settled(): Promise<void> {
    await expect(this.outbox).toHaveAttribute('data-on-their-way', '0', { timeout: 90_000 });
  }

  /** Until nothing moves and nothing is awaited: what a picture is taken of. */
  async still(): Promise<void> {
    await this.page.waitForFunction(
      () =>
        document.querySelector('[aria-busy="true"], .ag-row-loading') === null &&
        document.getAnimations().every(({ playState }) => playState !== 'running'),
    );
  }

  /** A key for the page, not for a field. */
  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  /** Types into a list's search and opens the one row that it finds. */
  async openOnly(search: string, text: string): Promise<void> {
    await this.page.getByTestId(search).fill(text);
    await expect(this.page.getByTestId('grid-status')).toContainText(/\b1 row\b/);
    await this.chooseFirstRow();
  }

  /** The first row of the open list, chosen; nothing where the screen has no list, or the list no rows. */
  async chooseFirstRowIfAny(): Promise<void> {
    const list = this.page.getByTestId('grid');
    if ((await list.count()) === 0) return;
    await expect(list).toHaveAttribute('aria-busy', 'false');
    if (Number(await list.getAttribute('data-count')) > 0) await this.chooseFirstRow();
  }

  /** The first row of the open list, chosen. */
  async chooseFirstRow(): Promise<void> {
    await this.page.locator('[data-testid="grid"] .ag-row[row-index="0"] .ag-cell').first().click();
  }
}
