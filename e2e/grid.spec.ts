import { expect, test } from './fixtures.ts';

test('a list is used like a spreadsheet: copy, paste over a range, fill down, undo', async ({ bindery, sandbox }) => {
  const { page } = bindery;
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  await bindery.go('mapping');
  const status = page.getByTestId('grid-status');
  await expect(page.getByTestId('grid')).toHaveAttribute('aria-busy', 'false');
  const unmapped = await page.getByTestId('grid').getAttribute('data-view');
  await page.getByTestId('mapping-unmapped').uncheck();
  // the rows are read once they are those of all values
  await expect(page.getByTestId('grid')).not.toHaveAttribute('data-view', unmapped ?? '');
  await bindery.still();
  const target = (row: number) =>
    page.locator(`[data-testid="grid"] .ag-row[row-index="${row}"] .ag-cell[col-id="target"]`);
  await expect(target(4)).toBeVisible();
  const name = (await target(0).textContent()) ?? '';
  const before = await Promise.all([1, 2, 3, 4].map((row) => target(row).textContent()));
  expect(name).not.toBe('');
  expect(before).not.toContain(name);

  await target(0).click();
  await bindery.press('ControlOrMeta+c');
  await target(1).click();
  await bindery.press('Shift+ArrowDown');
  await expect(status).toContainText('2 cells');
  await bindery.press('ControlOrMeta+v');
  await expect(target(1)).toHaveText(name);
  await expect(target(2)).toHaveText(name);

  await target(2).click();
  await bindery.press('Shift+ArrowDown');
  await bindery.press('Shift+ArrowDown');
  await bindery.press('ControlOrMeta+d');
  await expect(target(3)).toHaveText(name);
  await expect(target(4)).toHaveText(name);

  await bindery.press('ControlOrMeta+z');
  await expect(target(3)).toHaveText(before[2] ?? '');
  await expect(target(4)).toHaveText(before[3] ?? '');
  await expect(target(2)).toHaveText(name);
  await bindery.press('ControlOrMeta+z');
  await expect(target(1)).toHaveText(before[0] ?? '');
  await expect(target(2)).toHaveText(before[1] ?? '');
});

test('a filter is saved under a name, and is there after a restart', async ({ bindery, sandbox, host }) => {
  const { page, offers } = bindery;
  const { suggestions } = await sandbox.state();
  await offers.arrived(suggestions.pending);
  const status = page.getByTestId('grid-status');
  const all = await status.getAttribute('data-count');
  await page.getByTestId('offer-search').fill('pro');
  await page.getByTestId('filter-stock').check();
  await expect(status).not.toHaveAttribute('data-count', all ?? '');
  const narrowed = (await status.getAttribute('data-count')) ?? '';
  await page.getByTestId('saved-filters').click();
  await page.getByTestId('save-filter-name').fill('in stock, pro');
  await bindery.press('Enter');
  await bindery.press('Escape');
  await page.getByTestId('filter-clear').click();
  await expect(status).toHaveAttribute('data-count', all ?? '');

  await host.killService();
  await expect(page.getByTestId('nav-offers')).toBeVisible({ timeout: 60_000 });
  await page.getByTestId('saved-filters').click();
  await page.getByRole('button', { name: 'in stock, pro', exact: true }).click();
  await expect(page.getByTestId('offer-search')).toHaveValue('pro');
  await expect(page.getByTestId('filter-stock')).toBeChecked();
  await expect(status).toHaveAttribute('data-count', narrowed);
});
