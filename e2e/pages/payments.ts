import { expect, type Locator, type Page } from '@playwright/test';

/** Payment conditions, the simulator and merged payments. */
export class PaymentsPage {
  readonly page: Page;
  readonly pushState: Locator;

  constructor(page: Page) {
    this.page = page;
    this.pushState = page.getByTestId('push-state');
  }

  async tab(name: 'conditions' | 'simulator' | 'merge' | 'marketplace'): Promise<void> {
    await this.page.getByTestId(`tab-${name}`).click();
  }

  /** Picks from a list that opens under a field. */
  async choose(field: string, option: string): Promise<void> {
    await this.page.getByTestId(field).click();
    await this.page.getByRole('option', { name: option, exact: true }).click();
  }

  /** A new condition: installments 1 to 12, without interest up to 3, then 1.99 % a month. */
  async create(condition: { name: string; system: string; owner?: string; minimum?: string }): Promise<void> {
    await this.page.getByTestId('condition-new').click();
    await this.page.getByTestId('condition-name').fill(condition.name);
    await this.choose('condition-system', condition.system);
    if (condition.owner) await this.choose('condition-owner', condition.owner);
    if (condition.minimum) await this.page.getByTestId('condition-minimum').fill(condition.minimum);
    await this.page.getByTestId('condition-hasInstallments').click({ force: true });
    await this.page.getByTestId('fill-free').fill('3');
    await this.page.getByTestId('fill').click();
    await expect(this.page.getByTestId('plan-11-quantity')).toHaveValue('12');
    await this.page.getByTestId('condition-save').click();
    await expect(this.page.getByTestId('condition-form')).toBeHidden();
  }

  /** What the simulator offers under a name. */
  offered(name: string): Locator {
    return this.page.locator(`[data-testid="offered"][data-name="${name}"]`);
  }

  async cartValue(part: number, value: string): Promise<void> {
    await this.page.getByTestId(`cart-value-${part}`).fill(value);
  }

  /** A row of the matrix: a payment system and a way of charging. */
  matrixRow(system: string, way: 'marketplace' | 'sellers'): Locator {
    return this.page.locator(`[data-testid="matrix-row"][data-system="${system}"][data-way="${way}"]`);
  }

  /** Sends, and waits until everything has been read back the same. */
  async push(): Promise<void> {
    await this.tab('marketplace');
    await expect(this.pushState).not.toHaveAttribute('data-differences', '0');
    await this.page.getByTestId('push').click();
    await expect(this.pushState).toHaveAttribute('data-differences', '0', { timeout: 60_000 });
  }
}
