import { expect, test } from './fixtures.ts';
import type { BinderyPage } from './pages/bindery.ts';
import type { Sandbox } from './sandbox.ts';

/** Binds the first certain offer while its seller sends a newer version of it: the decision comes back as a conflict. */
async function conflicting(bindery: BinderyPage, sandbox: Sandbox): Promise<string> {
  const { offers, page } = bindery;
  const { suggestions } = await sandbox.state();
  await offers.arrived(suggestions.pending);
  const title = await offers.openFirstWithCandidate();
  const head = page.getByTestId('offer-head');
  const sellerId = (await head.getAttribute('data-seller')) ?? '';
  const sellerSkuId = (await head.getAttribute('data-seller-sku')) ?? '';
  await bindery.press('b');
  await sandbox.control(`sellers/${encodeURIComponent(sellerId)}/offers`, {
    itemId: sellerSkuId,
    offer: { ProductName: `${title} (second edition)` },
  });
  await expect(bindery.outbox).toHaveAttribute('data-need-you', '1', { timeout: 60_000 });
  return title;
}

test('an offer that moved on while it was decided is a conflict, which the operator retries', async ({
  bindery,
  sandbox,
}) => {
  const { page } = bindery;
  await conflicting(bindery, sandbox);
  expect(await sandbox.applied('match', 'itemMatch')).toHaveLength(0);
  await bindery.outbox.click();
  const panel = page.getByTestId('decisions-panel');
  await expect(panel.locator('li')).toContainText('newer version');
  await panel.getByTestId('decision-retry').click();
  await expect.poll(async () => (await sandbox.applied('match', 'itemMatch')).length, { timeout: 60_000 }).toBe(1);
  await expect(panel.locator('li')).toHaveCount(0);
});

test('a conflict that is discarded leaves the offer waiting, with what the seller sent', async ({
  bindery,
  sandbox,
}) => {
  const { page, offers } = bindery;
  const title = await conflicting(bindery, sandbox);
  await bindery.outbox.click();
  const panel = page.getByTestId('decisions-panel');
  await panel.getByTestId('decision-discard').click();
  await expect(panel.locator('li')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(bindery.outbox).toHaveAttribute('data-need-you', '0');
  const { suggestions } = await sandbox.state();
  await offers.show('waiting');
  await expect.poll(() => offers.count('waiting'), { timeout: 60_000 }).toBe(suggestions.pending);
  await page.getByTestId('offer-search').fill(`${title} (second edition)`);
  await expect(page.getByTestId('grid-status')).toContainText(/\b1 row\b/);
  expect(await sandbox.applied('match', 'itemMatch')).toHaveLength(0);
});
