import { expect, test } from './fixtures.ts';

test('a product that the catalogue lacks is made once, for all the sellers that offer it', async ({
  bindery,
  sandbox,
}, info) => {
  const { offers, page } = bindery;
  await sandbox.offer('seller-1', 'new-1', 'Qwertzu zeppelin ZPL-90210', 399);
  await sandbox.offer('seller-2', 'new-2', 'zeppelin ZPL90210 of Qwertzu', 415);
  await sandbox.offer('seller-3', 'new-3', 'Qwertzu zeppelin, ZPL 90210', 405);
  await offers.arrived((await sandbox.state()).suggestions.pending);
  await bindery.go('matching');
  await page.getByRole('button', { name: 'Missing products' }).click();
  const groups = page.getByTestId('missing-groups').locator('tbody tr').filter({ hasText: 'ZPL' });
  await expect(groups).toHaveCount(1, { timeout: 60_000 });
  const title = (await groups.first().locator('button').textContent()) ?? '';
  const count = 3;
  await groups.first().locator('button').click();
  const group = page.getByTestId('missing-group');
  await expect(group.getByRole('checkbox')).toHaveCount(count);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await bindery.still();
    await page.screenshot({ path: `test-results/screenshots/${info.project.name}/missing-${colorScheme}.png` });
  }

  await page.getByTestId('missing-new-product').click();
  // neither its category nor its brand is the marketplace's: the operator picks them
  for (const field of ['Category', 'Brand']) {
    await group.getByRole('combobox', { name: field }).click();
    await page.getByRole('option').first().click();
  }
  await page.getByTestId('draft-submit').click();
  // the first offer makes the product; the others are bound to its SKU once that exists
  await expect.poll(async () => (await sandbox.applied('match')).length, { timeout: 60_000 }).toBe(count);
  await bindery.settled();
  const matches = await sandbox.applied('match');
  expect(matches.filter(({ matchType }) => matchType === 'newproduct')).toHaveLength(1);
  expect(matches.filter(({ matchType }) => matchType === 'itemMatch')).toHaveLength(count - 1);
  const made = await sandbox.applied('sku.create');
  expect(made).toHaveLength(1);
  expect(new Set(matches.map(({ sellerId }) => sellerId)).size).toBeGreaterThan(1);
  await expect(page.getByTestId('missing-groups').getByRole('button', { name: title, exact: true })).toHaveCount(0);
});
