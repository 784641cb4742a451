import { expect, test } from './fixtures.ts';
import { realInput } from './sandbox.ts';

test.use({ input: realInput });

test('people decide, auto-binding is turned on for one seller, binds, and is taken back', async ({
  bindery,
  sandbox,
}) => {
  test.setTimeout(300_000);
  const { offers, page } = bindery;
  await offers.arrived((await sandbox.state()).suggestions.pending);
  await page.evaluate(() => {
    location.hash = '#/offers?seller=seller-1';
  });
  await offers.openFirstWithCandidate('bind');
  for (let decided = 0; decided < 45; decided++) {
    await expect(page.getByTestId('action-bind')).toBeEnabled();
    const before = await page.getByTestId('review-pane').getAttribute('data-offer');
    await bindery.press('b');
    await expect(page.getByTestId('review-pane')).not.toHaveAttribute('data-offer', before ?? '');
  }

  await bindery.go('matching');
  await expect(page.getByTestId('matching-decisions')).toHaveText('45', { timeout: 60_000 });
  await page.getByTestId('matching-precision').fill('90');
  await page.getByTestId('matching-save').click();
  const row = page.getByTestId('matching-row-seller-1');
  await expect(row).toContainText('supports the promise', { timeout: 60_000 });
  await expect(page.getByTestId('matching-curve')).toBeVisible();
  await expect(page.getByTestId('matching-bound')).toHaveCount(0);

  const auto = page.getByTestId('matching-auto-seller-1');
  await auto.click({ force: true });
  await expect(auto).toBeChecked();
  await expect(page.getByTestId('matching-bound').locator('tbody tr').first()).toBeVisible({ timeout: 60_000 });
  await page.screenshot({ path: 'test-results/matching-on.png' });
  await page.getByTestId('matching-undo').click();
  await expect(page.getByTestId('matching-undo-confirm')).toBeEnabled();
  await page.getByTestId('matching-undo-confirm').click();
  await expect(page.getByTestId('matching-paused')).toBeVisible();
  await expect(page.getByTestId('matching-bound')).toHaveCount(0, { timeout: 60_000 });
});
