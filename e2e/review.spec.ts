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

test('a denial with its reason blocks the offer, and undo unblocks it', async ({ bindery, sandbox }) => {
  const { offers, page } = bindery;
  const before = await sandbox.state();
  await offers.arrived(before.suggestions.pending);
  await offers.openFirst('waiting');
  await page.getByTestId('action-deny').click();
  await page.getByTestId('deny-reason-poor-information').click();
  await bindery.sent();
  expect(await sandbox.applied('match', 'deny')).toHaveLength(1);
  expect((await sandbox.state()).suggestions.denied).toBe(before.suggestions.denied + 1);

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
    await bindery.press('ControlOrMeta+z');
    await expect
      .poll(
        async () => {
          const { log } = await sandbox.state();
          return log.filter(({ kind }) => kind === 'sku.update' || kind.startsWith('binding.inactivate')).length;
        },
        { timeout: 60_000 },
      )
      .toBeGreaterThan(0);
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

test('many are bound at once, after a preview that says what will happen', async ({ bindery, sandbox }) => {
  const { offers, page } = bindery;
  const { suggestions } = await sandbox.state();
  await offers.arrived(suggestions.pending);
  await offers.openFirst('bind');
  await offers.row(5).click({ modifiers: ['Shift'] });
  await bindery.press('Shift+B');
  await expect(page.getByTestId('bulk-preview')).toBeVisible();
  const count = Number(await page.getByTestId('bulk-count').textContent());
  expect(count).toBeGreaterThan(1);
  await page.getByTestId('bulk-confirm').click();
  await bindery.sent();
  expect(await sandbox.applied('match', 'itemMatch')).toHaveLength(count);
});
