import { expect, type Locator, type Page } from '@playwright/test';

/** The offers under review. */
export class OffersPage {
  readonly page: Page;
  readonly title: Locator;

  constructor(page: Page) {
    this.page = page;
    this.title = page.getByTestId('offer-title');
  }

  /** A cell of the row at a position of the open list; the first column holds the check box. */
  row(position: number): Locator {
    return this.page.locator(`[data-testid="grid"] .ag-row[row-index="${position}"] .ag-cell`).nth(1);
  }

  /** How many offers a chip says it holds. */
  async count(chip: string): Promise<number> {
    const text = (await this.page.getByTestId(`chip-${chip}`).textContent()) ?? '';
    return Number(/(\d[\d.,\s]*)\D*$/.exec(text)?.[1]?.replace(/\D/g, '') ?? Number.NaN);
  }

  /** Waits until all offers of the marketplace are here and matched. */
  async arrived(count: number): Promise<void> {
    await expect.poll(() => this.count('waiting'), { timeout: 90_000 }).toBe(count);
    await expect(this.page.getByTestId('footer-sync').locator('.tone-ok')).toBeVisible({ timeout: 90_000 });
    const matched = async () => {
      const bands = await Promise.all(['bind', 'look', 'new', 'conflict'].map((chip) => this.count(chip)));
      return bands.reduce((sum, band) => sum + band, 0);
    };
    await expect.poll(matched, { timeout: 90_000 }).toBe(count);
  }

  async show(chip: string): Promise<void> {
    await this.page.getByTestId(`chip-${chip}`).click();
  }

  /** Opens an offer of a chip, the first one unless told, and waits for its detail. */
  async openFirst(chip: string, position = 0): Promise<string> {
    await this.show(chip);
    await this.row(position).click();
    await expect(this.title).toBeVisible();
    return (await this.title.textContent()) ?? '';
  }

  /** Denies the first waiting offer for having too little information. */
  async denyFirst(): Promise<void> {
    await this.openFirst('waiting');
    await this.page.getByTestId('action-deny').click();
    await this.page.getByTestId('deny-reason-poor-information').click();
  }

  async openFirstWithCandidate(chip = 'bind', position = 0): Promise<string> {
    const title = await this.openFirst(chip, position);
    await expect(this.page.getByTestId('candidate-1')).toBeVisible();
    await expect(this.page.getByTestId('action-bind')).toBeEnabled();
    return title;
  }
}
