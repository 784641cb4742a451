import { afterEach, expect, it } from 'vitest';
import { methods } from '../../../shared/contract/index.ts';
import type { OfferRow } from '../../../shared/contract/offers.ts';
import type { CategoryId } from '../../../shared/domain/brand.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';

let sandbox: Sandbox | null = null;
let harness: ServiceHarness | null = null;
afterEach(async () => {
  await harness?.close();
  await sandbox?.close();
  harness = null;
  sandbox = null;
});

async function start(): Promise<{ one: ServiceHarness; rows: OfferRow[] }> {
  const world = await startSandbox({ size: 200, seed: 3 });
  sandbox = world;
  const one = await startHarness({ backendUrl: world.url, appKey: world.appKey, appToken: world.appToken });
  harness = one;
  await one.signIn();
  await one.client.call('settings.update', { holdMilliseconds: 0 });
  await one.until(async () => (await one.client.call('status.get', {})).lastSyncedAt, 'the first synchronisation');
  const rows = await one.until(async () => {
    const view = await one.client.call('offers.open', {
      filter: { queue: 'waiting' },
      sort: { column: 'lesson', direction: 'descending' },
      first: 500,
    });
    return view.rows.length === 200 && view.rows.every(({ band }) => band !== null) ? view.rows : null;
  }, 'all offers matched');
  return { one, rows };
}

/** An offer that others look like, and those. */
async function withLookAlikes(one: ServiceHarness, rows: readonly OfferRow[]) {
  return one.until(async () => {
    for (const row of rows) {
      const { offers } = await one.client.call('offers.similar', { offerId: row.id });
      if (offers.length > 0) return { row, offers };
    }
    return null;
  }, 'an offer with look-alikes');
}

it('finds the offers that look alike, and decides them the same way, once', async () => {
  const { one, rows } = await start();
  const { client } = one;
  const { row, offers } = await withLookAlikes(one, rows);
  expect(methods['offers.similar'].reply.safeParse({ offers }).error).toBeUndefined();
  expect(offers.map(({ offerId }) => offerId)).not.toContain(row.id);
  const { decision } = await client.call('decisions.deny', {
    offerId: row.id,
    versionId: row.versionId,
    reason: 'duplicate',
  });
  const stale = { offerId: offers[0]?.offerId ?? row.id, versionId: 'old' as never };
  const targets = offers.map(({ offerId, versionId }) => ({ offerId, versionId }));
  const result = await client.call('decisions.applyToSimilar', {
    decisionId: decision.decisionId,
    targets: [stale, ...targets],
  });
  expect(result).toMatchObject({ applied: targets.length, following: 0, skipped: 1 });
  await one.until(async () => {
    const details = await Promise.all(targets.map(({ offerId }) => client.call('offers.detail', { offerId })));
    return details.every(({ queue, decision: made }) => queue === 'denied' && made?.kind === 'deny');
  }, 'all denied');
  // they wait no longer, so that nothing is left to apply it to
  expect((await client.call('offers.similar', { offerId: row.id })).offers).toEqual([]);
});

it('binds look-alikes to a SKU that is made once, when it exists', async () => {
  const { one, rows } = await start();
  const { client } = one;
  const { row, offers } = await withLookAlikes(one, rows);
  const { brands } = await client.call('catalog.brands', {});
  const { categories } = await client.call('catalog.categories', {});
  const { decision } = await client.call('decisions.newProduct', {
    offerId: row.id,
    versionId: row.versionId,
    product: {
      name: 'Made once',
      description: '',
      categoryId: categories.at(-1)?.categoryId ?? (0 as CategoryId),
      brandId: brands[0]?.brandId ?? (0 as never),
    },
    sku: {
      name: 'Made once',
      eans: [],
      referenceId: 'made-once',
      height: 1,
      width: 1,
      length: 1,
      weight: 1,
      images: [{ name: 'one', url: 'https://example.com/one.png' }],
    },
  });
  const targets = offers.map(({ offerId, versionId }) => ({ offerId, versionId }));
  const result = await client.call('decisions.applyToSimilar', { decisionId: decision.decisionId, targets });
  expect(result).toMatchObject({ applied: 0, following: targets.length, skipped: 0 });
  const skuId = await one.until(async () => {
    const detail = await client.call('offers.detail', { offerId: row.id });
    return detail.decision?.state === 'confirmed' ? (detail.decisions[0]?.skuId ?? null) : null;
  }, 'the new SKU');
  await one.until(async () => {
    const details = await Promise.all(targets.map(({ offerId }) => client.call('offers.detail', { offerId })));
    return details.every(({ decisions }) => decisions[0]?.kind === 'bind' && decisions[0].skuId === skuId);
  }, 'the look-alikes bound to it');
});
