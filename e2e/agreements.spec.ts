import { expect, test } from './fixtures.ts';

test('an agreement is written twice, what changed is shown, and an offer against it is flagged in review', async ({
  bindery,
  sandbox,
}) => {
  const { page, agreements } = bindery;
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  await bindery.offers.openFirstWithCandidate();
  await expect(page.getByTestId('agreement-check')).toHaveAttribute('aria-busy', 'false');
  await expect(page.getByTestId('agreement-breach')).toHaveCount(0);

  await bindery.go('agreements');
  const sellers = page.locator('[data-testid="agreements"] button.link');
  await expect(sellers.first()).toBeVisible();
  const ids = await sellers.evaluateAll((buttons) =>
    buttons.map((button) => button.getAttribute('data-testid')?.slice('agreement-'.length) ?? ''),
  );
  for (const id of ids) await agreements.write(id, { minimumImages: '2', note: 'signed' });
  const [first = ''] = ids;
  // what contradicts itself is told at its field
  await page.getByTestId(`agreement-${first}`).click();
  await page.getByTestId('agreement-edit').click();
  await page.getByTestId('threshold-late-warn').fill('90');
  await page.getByTestId('agreement-save').click();
  await expect(page.getByTestId('agreement-form')).toContainText('suspended before it is warned');
  await bindery.press('Escape');
  await agreements.write(first, { minimumImages: '30' });
  await expect(page.getByTestId('agreement-version-2').locator('[data-path="selection.minimumImages"]')).toContainText(
    '30',
  );

  await page.getByTestId('tab-scorecards').click();
  await expect(page.getByTestId(`scorecard-${first}`)).toHaveAttribute('data-verdict', 'too-few');

  await bindery.go('offers');
  await bindery.offers.openFirstWithCandidate();
  await expect(page.getByTestId('agreement-breach')).toContainText(/ (2|30) are agreed/);
});
