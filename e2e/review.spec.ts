import { expect, test } from './fixtures.ts';
import { realInput } from './sandbox.ts';

test.use({ input: realInput });

test('first start names the operator, and the waiting offers arrive', async ({ bindery, sandbox }) => {
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  await expect(bindery.page.getByTestId('who')).toContainText('Ana Souza');
  await expect(bindery.page.getByTestId('demo-label')).toBeVisible();
});

test('B binds, the marketplace has it; undo takes it back before it leaves and after', async ({ bindery, sandbox }) => {
  const { offers } = bindery;
  const before = await sandbox.state();
  await offers.arrived(before.suggestions.pending);

  // held: undo cancels it, and nothing was ever sent
  await offers.openFirstWithCandidate();
  await bindery.press('b');
  await expect(bindery.page.getByTestId('undo-toast')).toBeVisible();
  await expect(bindery.outbox).toHaveAttribute('data-on-their-way', '1');
  await bindery.press('ControlOrMeta+z');
  await bindery.settled();
  expect(await sandbox.applied('match', 'itemMatch')).toHaveLength(0);

  // confirmed: the marketplace is told the opposite
  await offers.openFirstWithCandidate();
  await bindery.press('b');
  await bindery.sent();
  const [bound] = await sandbox.applied('match', 'itemMatch');
  expect(bound).toBeDefined();
  expect((await sandbox.state()).suggestions.accepted).toBe(before.suggestions.accepted + 1);
  await bindery.press('ControlOrMeta+z');
  await expect
    .poll(async () => (await sandbox.applied('binding.remove')).map((entry) => entry.sellerSkuId), { timeout: 60_000 })
    .toEqual([bound?.sellerSkuId]);
  await bindery.settled();
  expect(await sandbox.applied('match', 'itemMatch')).toHaveLength(1);
});

test('a denial with its reason blocks the offer; undo takes it back before it leaves and after', async ({
  bindery,
  sandbox,
}) => {
  const { offers, page } = bindery;
  const before = await sandbox.state();
  await offers.arrived(before.suggestions.pending);

  // held: undo cancels it, and nothing was ever sent
  await offers.denyFirst();
  await expect(page.getByTestId('undo-toast')).toBeVisible();
  await expect(bindery.outbox).toHaveAttribute('data-on-their-way', '1');
  await bindery.press('ControlOrMeta+z');
  await bindery.settled();
  expect(await sandbox.applied('match', 'deny')).toHaveLength(0);

  // confirmed: the marketplace is told to unblock it
  await offers.denyFirst();
  await bindery.sent();
  expect(await sandbox.applied('match', 'deny')).toHaveLength(1);
  expect((await sandbox.state()).suggestions.denied).toBe(before.suggestions.denied + 1);
  await bindery.press('ControlOrMeta+z');
  await expect
    .poll(async () => (await sandbox.state()).suggestions, { timeout: 60_000 })
    .toMatchObject({ denied: before.suggestions.denied, pending: before.suggestions.pending });
  await bindery.settled();
  await expect.poll(() => offers.count('waiting')).toBe(before.suggestions.pending);
});

test('a denied offer is found and unblocked by hand', async ({ bindery, sandbox }) => {
  const { offers, page } = bindery;
  const before = await sandbox.state();
  await offers.arrived(before.suggestions.pending);
  await offers.denyFirst();
  await bindery.sent();
  await offers.show('denied');
  await expect.poll(() => offers.count('denied')).toBe(1);
  await offers.row(0).click();
  await page.getByTestId('action-unblock').click();
  await expect
    .poll(async () => (await sandbox.state()).suggestions.denied, { timeout: 60_000 })
    .toBe(before.suggestions.denied);
});

for (const { action, matchType, key } of [
  { action: 'action-new-sku', matchType: 'productMatch', key: 'a new SKU' },
  { action: 'action-new-product', matchType: 'newproduct', key: 'a new product' },
]) {
  test(`an offer becomes ${key} in a prefilled form, and undo inactivates it`, async ({ bindery, sandbox }) => {
    const { offers, page } = bindery;
    const before = await sandbox.state();
    await offers.arrived(before.suggestions.pending);
    await offers.openFirstWithCandidate(action === 'action-new-sku' ? 'bind' : 'waiting');
    await page.getByTestId(action).click();
    await page.getByTestId('draft-submit').click();
    await bindery.sent();
    expect(await sandbox.applied('match', matchType)).toHaveLength(1);
    const [made] = await sandbox.applied('sku.create');
    expect(made?.skuId).toBeDefined();
    await bindery.press('ControlOrMeta+z');
    // that very SKU is sold no more, and nobody is bound to it
    await expect
      .poll(async () => (await sandbox.applied('sku.update')).map(({ skuId, isActive }) => [skuId, isActive]), {
        timeout: 60_000,
      })
      .toEqual([[made?.skuId, false]]);
    await expect
      .poll(async () => (await sandbox.applied('binding.remove')).map(({ skuId }) => skuId), { timeout: 60_000 })
      .toEqual([made?.skuId]);
    await bindery.settled();
  });
}

test('the whole review by keyboard alone', async ({ host, bindery, sandbox }) => {
  const { offers, page } = bindery;
  const { suggestions } = await sandbox.state();
  await offers.arrived(suggestions.pending);
  expect(host.page).toBe(page);
  await bindery.press('Alt+2');
  await expect(page.getByTestId('nav-bindings')).toHaveAttribute('aria-current', 'page');
  await bindery.press('Alt+1');
  await expect(page.getByTestId('nav-offers')).toHaveAttribute('aria-current', 'page');
  await bindery.press('?');
  await expect(page.getByTestId('shortcuts')).toBeVisible();
  await bindery.press('Escape');
  await expect(page.getByTestId('shortcuts')).toBeHidden();

  await bindery.press('2'); // the chip of certain ones
  await bindery.press('j');
  await expect(page.getByTestId('action-bind')).toBeEnabled();
  const first = await offers.title.textContent();
  await bindery.press('b');
  await expect(offers.title).not.toHaveText(first ?? '');

  await expect(page.getByTestId('action-deny')).toBeEnabled();
  const second = await offers.title.textContent();
  await bindery.press('d');
  await expect(page.getByTestId('deny-note')).toBeVisible();
  await bindery.press('3');
  await expect(offers.title).not.toHaveText(second ?? '');

  await expect(page.getByTestId('action-new-sku')).toBeEnabled();
  await bindery.press('s');
  await expect(page.getByTestId('draft-submit')).toBeVisible();
  await expect(page.getByTestId('field-productId')).not.toHaveValue(''); // filled in from the best suggestion
  await bindery.press('ControlOrMeta+Enter');
  await expect(page.getByTestId('draft-submit')).toBeHidden();
  await bindery.press('ControlOrMeta+z'); // the new SKU is still held

  await bindery.press('ControlOrMeta+k');
  await expect(page.getByTestId('palette')).toBeVisible();
  await bindery.press('Escape');
  await bindery.settled();
  expect(await sandbox.applied('match', 'itemMatch')).toHaveLength(1);
  expect(await sandbox.applied('match', 'deny')).toHaveLength(1);
  expect(await sandbox.applied('match', 'productMatch')).toHaveLength(0);
});

test('all certain ones are bound at once, after a preview that says what will happen, and taken back together', async ({
  bindery,
  sandbox,
}) => {
  test.setTimeout(240_000);
  const { offers, page } = bindery;
  const { suggestions } = await sandbox.state();
  await offers.arrived(suggestions.pending);
  await offers.openFirst('bind');
  const certain = await offers.count('bind');
  expect(certain).toBeGreaterThan(20);
  await bindery.press('ControlOrMeta+a');
  await bindery.press('Shift+B');
  await expect(page.getByTestId('bulk-preview')).toBeVisible();
  await expect(page.getByTestId('bulk-count')).toHaveText(certain.toLocaleString('en'));
  await page.getByTestId('bulk-confirm').click();
  await bindery.sent();
  const bound = await sandbox.applied('match', 'itemMatch');
  // two offers of one seller may suit one SKU: the marketplace takes the first, and the other is in conflict
  const refused = Number(await bindery.outbox.getAttribute('data-need-you'));
  expect(bound.length + refused).toBe(certain);
  expect(bound.length).toBeGreaterThan(20);

  await bindery.press('ControlOrMeta+z');
  const keys = (entries: readonly { sellerId?: string; sellerSkuId?: string }[]) =>
    entries.map(({ sellerId, sellerSkuId }) => `${sellerId} ${sellerSkuId}`).sort();
  await expect
    .poll(async () => keys(await sandbox.applied('binding.remove')), { timeout: 120_000 })
    .toEqual(keys(bound));
  await bindery.settled();
});
