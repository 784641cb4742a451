import { expect, type Locator, type Page } from '@playwright/test';

/** Commissions and their settlement. */
export class CommissionsPage {
  readonly page: Page;
  readonly changes: Locator;

  constructor(page: Page) {
    this.page = page;
    this.changes = page.getByTestId('draft-changes');
  }

  /** A cell of the grid: the row of a category (0: every category) and a seller's column (empty: all sellers). */
  cell(row: number, sellerId: string): Locator {
    return this.page.locator(`[data-testid="grid"] .ag-row[row-index="${row}"] .ag-cell[col-id="seller-${sellerId}"]`);
  }

  async newDraft(): Promise<void> {
    await this.page.getByTestId('draft-new').click();
    await expect(this.changes).toContainText('0');
  }

  /** Types into a cell, and waits until the draft has so many changes. */
  async type(row: number, sellerId: string, text: string, changes: number): Promise<void> {
    await this.cell(row, sellerId).dblclick();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
    await expect(this.changes).toContainText(String(changes));
  }

  async tab(name: 'grid' | 'rules' | 'why' | 'whatIf' | 'marketplace'): Promise<void> {
    await this.page.getByTestId(`tab-${name}`).click();
  }

  async activate(): Promise<void> {
    await this.page.getByTestId('draft-activate').click();
    await this.page.getByTestId('activate-confirm').click();
    await expect(this.page.getByTestId('draft-pane')).toContainText(/In force/);
  }
}
