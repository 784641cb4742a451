import { afterEach, expect, it } from 'vitest';
import { methods } from '../../../shared/contract/index.ts';
import type { DecisionId, OfferId, VersionId } from '../../../shared/domain/brand.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { clientOf } from '../../sandbox/testing/client.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';

let sandbox: Sandbox | null = null;
let harness: ServiceHarness | null = null;
afterEach(async () => {
  await harness?.close();
  await sandbox?.close();
  harness = null;
  sandbox = null;
});

const sent = (seller: string, productName: string, more: object = {}) => ({
  ProductName: productName,
  ProductId: '1',
  ProductDescription: '',
  BrandName: 'Qwertzu',
  SkuName: 'Standard',
  SellerId: seller,
  Height: 1,
  Width: 1,
  Length: 1,
  Weight: 1,
  RefId: 'R',
  EAN: '',
  CategoryFullPath: 'Home/Light',
  Images: [{ imageName: 'a', imageUrl: 'https://x.example/a.png' }],
  AvailableQuantity: 3,
  Pricing: { Currency: 'BRL', SalePrice: 399, CurrencySymbol: 'R$' },
  ...more,
});

async function start(): Promise<ServiceHarness> {
  const world = await startSandbox({ size: 200, seed: 3 });
  sandbox = world;
  const admin = clientOf(world);
  for (const [seller, name, more] of [
    ['seller-1', 'Qwertzu zeppelin ZPL-90210', {}],
    ['seller-2', 'zeppelin ZPL90210 of Qwertzu', {}],
    ['seller-3', 'Yodeling zither', { EAN: '4006381333931' }],
    ['seller-4', 'Zitter, jodelnd', { EAN: '4006381333931', BrandName: 'Yxcvb' }],
    ['seller-5', 'Qwertzu zeppelin ZPL-90230', {}],
  ] as const)
    expect((await admin.put(`/suggestions/${seller}/new-1`, sent(seller, name, more))).status).toBeLessThan(300);
  const one = await startHarness({ backendUrl: world.url, appKey: world.appKey, appToken: world.appToken });
  harness = one;
  await one.signIn();
  await one.client.call('settings.update', { holdMilliseconds: 0 });
  await one.until(async () => {
    const counts = await one.client.call('offers.counts', {});
    return counts.waiting === 205 && counts.unmatched === 0;
  }, 'all offers matched');
  return one;
}

/** Makes a product of an offer. */
async function make(
  { client }: ServiceHarness,
  offer: { offerId: OfferId; versionId: VersionId },
): Promise<DecisionId> {
  const { brands } = await client.call('catalog.brands', {});
  const { categories } = await client.call('catalog.categories', {});
  const [brand, category] = [brands[0], categories.at(-1)];
  if (brand === undefined || category === undefined) throw new Error('no brand or category');
  const { decision } = await client.call('decisions.newProduct', {
    offerId: offer.offerId,
    versionId: offer.versionId,
    product: { name: 'Zeppelin', description: '', categoryId: category.categoryId, brandId: brand.brandId },
    sku: {
      name: 'Zeppelin',
      eans: [],
      referenceId: 'zeppelin',
      height: 1,
      width: 1,
      length: 1,
      weight: 1,
      images: [{ name: 'one', url: 'https://example.com/one.png' }],
    },
  });
  return decision.decisionId;
}

it('gives the products that the catalogue lacks once, and creates one for all of its offers', async () => {
  const one = await start();
  const { client } = one;
  const groups = async () => {
    const reply = await client.call('matching.groups', {});
    expect(methods['matching.groups'].reply.safeParse(reply).error).toBeUndefined();
    return reply.groups.filter(({ offers }) => offers.some(({ title }) => /zither|zeppelin/i.test(title)));
  };
  const before = await groups();
  expect(before.map(({ offers }) => offers.map(({ sellerId, by }) => [sellerId, by]).sort())).toEqual(
    expect.arrayContaining([
      [
        ['seller-1', 'model'],
        ['seller-2', 'model'],
      ],
      [
        ['seller-3', 'gtin'],
        ['seller-4', 'gtin'],
      ],
    ]),
  );
  expect(before).toHaveLength(2);

  const [first, ...others] = before.find(({ offers }) => offers[0]?.by === 'model')?.offers ?? [];
  if (first === undefined) throw new Error('no group');
  const decisionId = await make(one, first);
  const result = await client.call('decisions.applyToSimilar', { decisionId, targets: others });
  expect(result).toMatchObject({ following: 1, skipped: 0 });
  // whoever looks next does not see it again
  expect(await groups()).toHaveLength(1);
  await one.until(async () => {
    const details = await Promise.all(
      [first, ...others].map(({ offerId }) => client.call('offers.detail', { offerId })),
    );
    const [made, bound] = details.map(({ decisions }) => decisions[0]);
    return bound?.kind === 'bind' && bound.skuId !== null && bound.skuId === made?.skuId;
  }, 'the other offer bound to the new SKU');
});

it('shows a group again when the decision is taken back', async () => {
  const one = await start();
  const { client } = one;
  // nothing leaves before it is taken back
  await client.call('settings.update', { holdMilliseconds: 60_000 });
  const find = async () => {
    const { groups } = await client.call('matching.groups', {});
    return groups.find(({ offers }) => offers.some(({ title }) => title.includes('zither')))?.offers ?? null;
  };
  const [first, ...targets] = (await find()) ?? [];
  if (first === undefined) throw new Error('no group');
  const decisionId = await make(one, first);
  await client.call('decisions.applyToSimilar', { decisionId, targets });
  expect(await find()).toBeNull();
  await client.call('decisions.undo', { decisionId });
  const again = await one.until(find, 'the group again');
  expect(again.map(({ offerId }) => offerId)).toEqual([first, ...targets].map(({ offerId }) => offerId));
});
