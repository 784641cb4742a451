import { expect, type Page } from '@playwright/test';

/** Agreements with sellers. */
export class AgreementsPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Writes the next version of a seller's agreement, in force at once. */
  async write(sellerId: string, fields: Readonly<Record<string, string>>): Promise<void> {
    await this.page.getByTestId(`agreement-${sellerId}`).click();
    await this.page.getByTestId('agreement-edit').click();
    for (const [name, value] of Object.entries(fields)) await this.page.getByTestId(`agreement-${name}`).fill(value);
    await this.page.getByTestId('agreement-save').click();
    await expect(this.page.getByTestId('agreement-form')).toBeHidden();
  }
}
