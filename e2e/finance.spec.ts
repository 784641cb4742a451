import { utils, write } from '@e965/xlsx';
import { expect, test } from './fixtures.ts';

test('finance sets a category rule, overrides it for a seller from a day, tries it, activates it, and past months stay', async ({
  bindery,
  sandbox,
  host,
}) => {
  const { commissions, page } = bindery;
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  await bindery.go('settlement');
  const settled = page.getByTestId('settlement-commission-seller-1');
  await expect(settled).not.toBeEmpty({ timeout: 60_000 });
  const before = await settled.textContent();

  await bindery.go('commissions');
  await commissions.newDraft();
  // row 0 is every category, row 1 the first department, row 2 a category in it
  await commissions.type(1, '', '21', 1);
  await expect(commissions.cell(1, '').locator('[data-own]')).toHaveText('21');
  await commissions.type(1, 'seller-2', '22.5', 2);
  await page.getByTestId('grid-from').fill(new Date().toISOString().slice(0, 10));
  await commissions.type(1, 'seller-1', '9.85', 3);
  await expect(commissions.cell(1, 'seller-1').locator('[data-own="true"]')).toHaveText('9.85');
  await expect(commissions.cell(2, 'seller-1').locator('[data-own="false"]')).toHaveText('9.85');
  await page.getByTestId('draft-undo').click();
  await expect(commissions.changes).toContainText('2');
  await commissions.type(1, 'seller-1', '9.85', 3);

  // a rule that ties with another is told at once, and can be taken away again
  await commissions.tab('rules');
  for (const percent of ['5', '6']) {
    await page.getByTestId('rule-new').click();
    await page.getByTestId('rule-salesChannel').fill('2');
    await page.getByTestId('rule-product').fill(percent);
    await page.getByTestId('rule-save').click();
    await expect(page.getByTestId('rule-form')).toBeHidden();
  }
  await expect(page.locator('[data-testid="grid"] .pill-bad')).toHaveCount(2);
  await bindery.press('ControlOrMeta+z');
  await expect(page.locator('[data-testid="grid"] .pill-bad')).toHaveCount(0);
  await bindery.press('ControlOrMeta+z');

  await commissions.tab('whatIf');
  await page.getByTestId('what-if-day').fill(new Date().toISOString().slice(0, 10));
  await expect(page.getByTestId('what-if-difference')).not.toHaveText(/^\D*0[.,]00$/);
  await commissions.tab('grid');
  await commissions.activate();
  // the grid goes on to show what is in force
  await expect(commissions.cell(1, 'seller-1').locator('[data-own="true"]')).toHaveText('9.85');

  await commissions.tab('marketplace');
  await expect(page.getByTestId('push-state')).not.toHaveAttribute('data-differences', '0');
  await page.getByTestId('push').click();
  await page.getByTestId('push-confirm').click();
  await expect(page.getByTestId('push-state')).toHaveAttribute('data-differences', '0', { timeout: 60_000 });
  expect((await sandbox.commissionsOf('seller-1')).categories['1']).toBe(9.85);
  expect((await sandbox.commissionsOf('seller-2')).categories['1']).toBe(22.5);
  expect((await sandbox.commissionsOf('seller-1')).product).toBe(10);

  await bindery.go('settlement');
  await expect(settled).toHaveText(before ?? '');
  await page.getByTestId('settlement-seller-1').click();
  await expect(page.getByTestId('settlement-detail')).toContainText('version 1');
  await expect(page.getByTestId('settlement-total')).toContainText('Total');
  // from a figure to the order that it comes from
  await expect(page.getByTestId('settlement-items').getByRole('link').first()).toHaveAttribute(
    'href',
    /#\/orders\?order=/,
  );
  if (host.electron === null) {
    const download = page.waitForEvent('download');
    await page.getByTestId('settlement-pdf').click();
    expect((await download).suggestedFilename()).toMatch(/^settlement-seller-1-\d{4}-\d\d\.pdf$/);
  }
  // and to the rule that it was charged by
  await page.getByTestId('settlement-why-product').first().click();
  await expect(page.getByTestId('why-rule')).toBeVisible();
});

test('a table with twenty bad cells names all twenty and changes nothing', async ({ bindery, sandbox }) => {
  const { commissions, page } = bindery;
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  await bindery.go('commissions');
  await commissions.newDraft();
  const rows = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? `seller-1,${n + 1},12x` : `nobody-${n},2,12`));
  const table = (lines: readonly string[]) => ({
    name: 'commissions.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['seller,category,product_percent', ...lines].join('\n')),
  });
  const file = page.locator('input[type="file"]');
  await file.setInputFiles(table(rows));
  await expect(page.getByTestId('import-errors')).toHaveAttribute('data-count', '20');
  await expect(page.getByTestId('import-error')).toHaveCount(20);
  await expect(page.getByTestId('import-apply')).toBeHidden();
  await expect(commissions.changes).toContainText('0');
  await file.setInputFiles(table(['seller-1,2,12', 'seller-2,2,13.5']));
  await page.getByTestId('import-apply').click();
  await expect(commissions.changes).toContainText('2');
});

test('a spreadsheet is imported, many rules change at once, and the rule of an item is explained', async ({
  bindery,
  sandbox,
}) => {
  const { commissions, page } = bindery;
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  const { sellerId } = await sandbox.anyBinding();
  await bindery.go('commissions');
  await commissions.newDraft();
  const sheet = utils.aoa_to_sheet([
    ['seller', 'category', 'product_percent'],
    [sellerId, 1, 11],
    [sellerId, 2, null],
  ]);
  sheet.C3 = { t: 'n', v: 0.125, z: '0%' };
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet, 'Rules');
  const buffer = Buffer.from(write(book, { type: 'array', bookType: 'xlsx' }));
  const mimeType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  await page.locator('input[type="file"]').setInputFiles({ name: 'rules.xlsx', mimeType, buffer });
  await page.getByTestId('import-apply').click();
  await expect(commissions.changes).toContainText('2');

  await page.getByTestId('bulk-value').fill('1');
  await expect(page.getByTestId('bulk-preview')).not.toHaveAttribute('data-count', '0');
  await page.getByTestId('bulk-apply').click();
  await expect(commissions.cell(1, sellerId).locator('[data-own="true"]')).toHaveText('12');
  await expect(commissions.cell(2, sellerId).locator('[data-own="true"]')).toHaveText('13.5');
  await page.getByTestId('draft-undo').click();
  await expect(commissions.cell(1, sellerId).locator('[data-own="true"]')).toHaveText('11');

  await commissions.tab('why');
  // the draft says nothing about this one: what the marketplace charges it for everything holds
  const other = sellerId === 'seller-1' ? 'seller-2' : 'seller-1';
  await page.getByTestId('why-seller').fill(await sandbox.sellerName(other));
  await page.locator('[role="option"]:visible').first().click();
  await page.getByTestId('why-sku').fill('1');
  await page.locator('[role="option"]:visible').first().click();
  const { product } = await sandbox.commissionsOf(other);
  await expect(page.getByTestId('why-rule')).toContainText(`${product} % · ${await sandbox.sellerName(other)}`);
});

test('a range of the commission grid is marked with Shift and the mouse, and copied', async ({ bindery, sandbox }) => {
  const { commissions, page } = bindery;
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  await bindery.go('commissions');
  await commissions.newDraft();
  await commissions.type(1, 'seller-1', '11', 1);
  await commissions.type(1, 'seller-2', '12', 2);
  await commissions.cell(1, 'seller-1').click();
  await commissions.cell(1, 'seller-2').click({ modifiers: ['Shift'] });
  await expect(page.getByTestId('grid-status')).toContainText('2 cells');
  await bindery.press('ControlOrMeta+c');
  await commissions.cell(2, 'seller-1').click();
  await commissions.cell(4, 'seller-2').click({ modifiers: ['Shift'] });
  await expect(page.getByTestId('grid-status')).toContainText('6 cells');
});

test('a draft is scheduled and taken back, discarded and restored; cells are cleared, and a version is returned to', async ({
  bindery,
  sandbox,
}) => {
  const { commissions, page } = bindery;
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  await bindery.go('commissions');
  await commissions.newDraft();
  await commissions.type(1, 'seller-1', '11', 1);

  // a limit that cannot be read previews nothing
  await page.getByTestId('bulk-value').fill('1');
  await expect(page.getByTestId('bulk-preview')).toBeVisible();
  await page.getByTestId('bulk-from').fill('1o');
  await expect(page.getByTestId('bulk-preview')).toBeHidden();
  await page.getByTestId('bulk-value').fill('');

  await page.getByTestId('draft-activate').click();
  await page.getByTestId('activate-day').fill(new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10));
  await page.getByTestId('activate-confirm').click();
  await page.getByTestId('draft-select').click();
  await page.locator('[role="option"]:visible').first().click();
  await expect(page.getByTestId('draft-schedule')).toContainText('In force from');
  await page.getByTestId('draft-return').click();
  await expect(page.getByTestId('draft-schedule')).toBeHidden();

  await page.getByTestId('draft-discard').click();
  await page.getByTestId('discard-confirm').click();
  await page.getByTestId('draft-restore').click();
  await expect(commissions.changes).toContainText('1');

  // only some sellers, and one department
  await page.getByTestId('grid-category').click();
  await page.locator('[role="option"]:visible').first().click();
  await expect(commissions.cell(0, 'seller-1')).toBeVisible();
  await page.getByTestId('grid-sellers').fill(await sandbox.sellerName('seller-2'));
  await page.locator('[role="option"]:visible').first().click();
  await expect(commissions.cell(0, 'seller-2')).toBeVisible();
  await expect(commissions.cell(0, 'seller-1')).toBeHidden();
  await page.getByTestId('grid-sellers').press('Backspace');

  await commissions.activate();
  await page.getByTestId('send-now').click();
  await expect(page.getByTestId('push-state')).not.toHaveAttribute('data-differences', '0');
  await page.getByTestId('take-over').first().click();
  await expect(page.getByTestId('draft-select')).not.toHaveValue('');
  await commissions.tab('grid');
  await expect(commissions.changes).toContainText('1');
  await page.getByTestId('return-to-1').click();
  await expect(page.getByTestId('draft-select')).toHaveValue(/Return to version 1/);
});
