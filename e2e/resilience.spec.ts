import { expect, test } from './fixtures.ts';

test('offline, decisions wait; they are sent when the marketplace is back', async ({ bindery, sandbox }) => {
  const { offers } = bindery;
  const { suggestions } = await sandbox.state();
  await offers.arrived(suggestions.pending);
  await sandbox.goOffline();
  await offers.openFirstWithCandidate();
  await bindery.press('b');
  await expect(bindery.outbox).toHaveAttribute('data-on-their-way', '1');
  await expect(bindery.page.getByTestId('footer-sync').locator('.tone-warn')).toBeVisible({ timeout: 60_000 });
  expect(await sandbox.applied('match')).toHaveLength(0);
  await sandbox.goOnline();
  await bindery.settled();
  expect(await sandbox.applied('match', 'itemMatch')).toHaveLength(1);
});

test('a reloaded window connects again, signed in', async ({ host, bindery, sandbox }) => {
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  await host.page.reload();
  await expect(host.page.getByTestId('who')).toContainText('Ana Souza');
  await bindery.offers.arrived(suggestions.pending);
});

test('the service is killed: the window connects again and no decision is lost', async ({ host, bindery, sandbox }) => {
  const { offers } = bindery;
  const { suggestions } = await sandbox.state();
  await offers.arrived(suggestions.pending);
  await offers.openFirstWithCandidate();
  await bindery.press('b');
  await expect(bindery.page.getByTestId('undo-toast')).toBeVisible();
  await host.killService();
  await expect(bindery.page.getByTestId('nav-offers')).toBeVisible();
  await expect.poll(async () => (await sandbox.applied('match', 'itemMatch')).length, { timeout: 90_000 }).toBe(1);
  await bindery.settled();
  // the row above keeps its place in the open list
  await offers.openFirstWithCandidate('bind', 3);
  await bindery.press('b');
  await bindery.sent();
  expect(await sandbox.applied('match', 'itemMatch')).toHaveLength(2);
});

test('a price that the seller changed shows in Bindings, and in the storefront', async ({ bindery, sandbox }) => {
  const { offers, page } = bindery;
  const { suggestions } = await sandbox.state();
  await offers.arrived(suggestions.pending);
  await offers.openFirstWithCandidate();
  await bindery.press('b');
  await bindery.sent();
  const [bound] = await sandbox.applied('match', 'itemMatch');
  const sellerId = bound?.sellerId ?? '';
  const sellerSkuId = bound?.sellerSkuId ?? '';

  await bindery.go('sellers');
  await bindery.openOnly('seller-search', sellerId);
  await page.getByTestId('seller-token').click();
  const confirm = page.getByTestId('token-confirm');
  await confirm.click();
  const issued = page.getByTestId('token-issued').locator('code');
  await expect(issued).toHaveCount(2);
  const [appKey = '', appToken = ''] = await issued.allTextContents();
  const endpoints = (await bindery.endpoints.getAttribute('title')) ?? '';

  const { notified } = await sandbox.changePrice(sellerId, sellerSkuId, 123_456, endpoints, {
    'x-vtex-api-appkey': appKey,
    'x-vtex-api-apptoken': appToken,
  });
  expect(notified.map(({ status }) => status)).toEqual([expect.any(Number)]);
  expect(notified.every(({ status }) => status >= 200 && status < 300)).toBe(true);

  await bindery.go('bindings');
  await bindery.openOnly('binding-search', sellerSkuId);
  await expect(page.getByTestId('binding-detail')).toContainText('1,234.56');
  await expect.poll(() => sandbox.storefrontPrice(bound?.skuId ?? 0, sellerId), { timeout: 30_000 }).toBe(123_456);
});
