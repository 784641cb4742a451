/** What is handed to sellers, against the protocol's own descriptions. Those need `../shared/protocol`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { openShop, type Shop } from '../testing/order-shop.ts';

const folder = new URL('../../../../shared/protocol/', import.meta.url);
const isThere = existsSync(folder);
if (!isThere) console.log(`contract tests skipped: there is no ${folder.pathname}`);

let sandbox: Sandbox;
let harness: ServiceHarness;
let shop: Shop;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 40, seed: 4 });
  harness = await startHarness({ backendUrl: sandbox.url, appKey: sandbox.appKey, appToken: sandbox.appToken });
  shop = await openShop(sandbox, harness);
});
afterAll(async () => {
  await harness.close();
  await sandbox.close();
});

const card = { name: 'message', content: 'For Joana, from Maria' };
const window = {
  startDateUtc: '2026-12-01T08:00:00+00:00',
  endDateUtc: '2026-12-01T12:00:00+00:00',
  price: 0,
  lisPrice: 0,
};
const pickup = {
  addressType: 'pickup',
  addressId: 'PUP-1',
  receiverName: 'Maria Prado',
  postalCode: '80250000',
  country: 'BRA',
};
/** An order with all that a buyer can choose. */
function chosen(id: string): Record<string, unknown> {
  const plain = shop.order(id);
  const { items, shippingData } = z
    .object({
      items: z.array(z.looseObject({})),
      shippingData: z.looseObject({ logisticsInfo: z.array(z.looseObject({})) }),
    })
    .parse(plain);
  return {
    ...plain,
    items: items.map((item) => ({
      ...item,
      isGift: true,
      attachments: [card],
      itemAttachment: card,
      bundleItems: [{ type: 'Warranty', id: 5, name: '1 year', price: 0 }],
      priceTags: [{ identifier: 'p-1', isPercentual: false, name: 'discount', rawValue: -12, value: -1_200 }],
      measurementUnit: 'kg',
      unitMultiplier: 2,
    })),
    shippingData: {
      ...shippingData,
      selectedAddresses: [pickup],
      logisticsInfo: shippingData.logisticsInfo.map((each) => ({
        ...each,
        lockTTL: '5bd',
        deliveryWindow: window,
        selectedDeliveryChannel: 'pickup-in-point',
        pickupPointId: 'PUP-1',
      })),
    },
    marketingData: { utmSource: 'newsletter' },
    customData: { customApps: [{ id: 'loyalty', major: 1, fields: { marketplacePaymentMethod: 'card' } }] },
    openTextField: 'ring twice',
  };
}

/** The body with which an order was placed, as it went over the wire. */
async function placed(id: string): Promise<Record<string, unknown>> {
  await shop.call('POST', '/storefront/orders', shop.order(id));
  return await sent(id);
}
async function sent(id: string): Promise<Record<string, unknown>> {
  const order = await harness.until(async () => {
    const found = await shop.detail(id);
    return found.state === 'payment-pending' ? found : null;
  }, `order ${id} to be placed`);
  const message = order.messages.find(
    ({ direction, call }) => direction === 'out' && /\/orders(\?|$)/.test(call) && call.startsWith('POST'),
  );
  const { body } = await harness.client.call('orders.reveal', { orderId: order.id, messageId: message?.id ?? 0 });
  const parsed: unknown = JSON.parse(body ?? '');
  return z.looseObject({}).parse(Array.isArray(parsed) ? parsed[0] : parsed);
}
async function face(wanted: 'queue' | 'external'): Promise<void> {
  await harness.client.call('orders.setSeller', {
    sellerId: shop.sellerId as never, // the id the sandbox gave
    face: wanted,
    baseUrl: wanted === 'external' ? null : `${sandbox.url}/stores/${shop.sellerId}`,
    affiliateId: 'MKP',
    keys: sandbox.state.sellerKeys(shop.sellerId),
  });
}

const schemaOf = z.looseObject({});
/** Where a value is not what a schema of the protocol says: required fields, and the types of those that are there. */
function faults(root: unknown, given: unknown, value: unknown, at: string): string[] {
  const schema = schemaOf.parse(given);
  if (typeof schema.$ref === 'string') {
    const named = schema.$ref
      .slice(2)
      .split('/')
      .reduce<unknown>((from, key) => schemaOf.parse(from)[key], root);
    return faults(root, named, value, at);
  }
  if (value === null) return schema.nullable === true ? [] : [`${at} is null`];
  const is: Readonly<Record<string, boolean>> = {
    object: typeof value === 'object' && !Array.isArray(value),
    array: Array.isArray(value),
    string: typeof value === 'string',
    integer: Number.isInteger(value),
    number: typeof value === 'number',
    boolean: typeof value === 'boolean',
  };
  if (typeof schema.type === 'string' && is[schema.type] === false) return [`${at} is no ${schema.type}`];
  if (Array.isArray(value))
    return schema.items === undefined
      ? []
      : value.flatMap((each, index) => faults(root, schema.items, each, `${at}.${index}`));
  if (typeof value !== 'object') return [];
  const fields = schemaOf.parse(value);
  const required = z.array(z.string()).catch([]).parse(schema.required);
  const properties = schemaOf.catch({}).parse(schema.properties);
  return [
    ...required.filter((name) => fields[name] === undefined).map((name) => `${at}.${name} is missing`),
    ...Object.entries(properties).flatMap(([name, each]) =>
      fields[name] === undefined ? [] : faults(root, each, fields[name], `${at}.${name}`),
    ),
  ];
}
function faultsOf(file: string, path: string, body: unknown): string[] {
  const root = schemaOf.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  const read = (from: unknown, ...keys: string[]) =>
    keys.reduce<unknown>((each, key) => schemaOf.parse(each)[key], from);
  const schema = read(root, 'paths', path, 'post', 'requestBody', 'content', 'application/json', 'schema');
  return faults(root, schema, body, '$');
}
const store = 'marketplace-protocol-external-marketplace-orders.json';
/** Coordinates go as numbers, as every example of a place-order call has them, though the description calls them texts. */
const known = /geoCoordinates\.\d is no string$/;

describe('what the buyer chose', () => {
  const expected = {
    items: [
      {
        isGift: true,
        attachments: [card],
        itemAttachment: card,
        bundleItems: [{ type: 'Warranty', id: 5, name: '1 year', price: 0 }],
        priceTags: [{ value: -1_200 }],
        measurementUnit: 'kg',
        unitMultiplier: 2,
      },
    ],
    shippingData: {
      selectedAddresses: [pickup],
      logisticsInfo: [
        {
          lockTTL: '5bd',
          deliveryWindow: window,
          selectedDeliveryChannel: 'pickup-in-point',
          pickupPointId: 'PUP-1',
        },
      ],
    },
    marketingData: { utmSource: 'newsletter' },
    customData: { customApps: [{ id: 'loyalty' }] },
    openTextField: 'ring twice',
  };
  it('reaches a seller of its own, sealed on the way, and is erased with the buyer', async () => {
    await shop.call('POST', '/storefront/orders', chosen('P1'));
    const body = await sent('P1');
    expect(body).toMatchObject(expected);
    if (isThere) {
      const described = faultsOf('marketplace-protocol-external-seller-fulfillment.json', '/pvt/orders', body);
      // the description of one side has attachments as objects with an id, the other's as texts
      expect(described.filter((fault) => !known.test(fault))).toEqual([]);
    }
    const file = new Database(join(harness.directory, 'demo', 'bindery.sqlite'), { readonly: true });
    const columns = 'chosen_sealed, delivery_sealed';
    const read = () =>
      file.prepare(`SELECT ${columns} FROM order_item i JOIN orders o ON o.id = i.order_id WHERE o.group_id = 'P1'`);
    expect(read().raw().get()).toEqual([expect.any(String), expect.any(String)]);
    expect(JSON.stringify(read().raw().get())).not.toContain('Joana');
    const { id } = await shop.detail('P1');
    await shop.call('POST', '/storefront/orders/P1/cancel', { reason: 'x' });
    await shop.reached('P1', 'canceled');
    await harness.client.call('orders.erase', { orderId: id });
    expect(read().raw().get()).toEqual([null, null]);
    file.close();
  });
  it('reaches a store’s queue in its own form', async () => {
    await face('queue');
    await shop.call('POST', '/storefront/orders', chosen('P2'));
    const body = await sent('P2');
    expect(body).toMatchObject(expected);
    if (isThere)
      expect(faultsOf(store, '/api/order-integration/orders', body).filter((fault) => !known.test(fault))).toEqual([]);
    await face('external');
  });
  it('may be nothing: both bodies are whole all the same', async () => {
    const plain = await placed('P3');
    expect(plain).toMatchObject({ items: [{ isGift: false, measurementUnit: 'un', bundleItems: [] }] });
    await face('queue');
    const queued = await placed('P4');
    expect(queued).toMatchObject({
      shippingData: {
        selectedAddresses: [
          {
            addressId: 'delivery',
            receiverName: 'Maria Prado',
            geoCoordinates: { longitude: -49.289, latitude: -25.482 },
          },
        ],
        logisticsInfo: [{ selectedDeliveryChannel: 'delivery', lockTTL: '8d' }],
      },
    });
    await face('external');
    if (!isThere) return;
    const own = faultsOf('marketplace-protocol-external-seller-fulfillment.json', '/pvt/orders', plain);
    expect(own.filter((fault) => !known.test(fault))).toEqual([]);
    expect(faultsOf(store, '/api/fulfillment/pvt/orders', plain).filter((fault) => !known.test(fault))).toEqual([]);
    expect(faultsOf(store, '/api/order-integration/orders', queued).filter((fault) => !known.test(fault))).toEqual([]);
  });
  it('is refused by name where it cannot be read', async () => {
    const refuse = async (over: object) =>
      (await shop.call('POST', '/storefront/orders', { ...chosen('P9'), ...over })).answer.field;
    const [item] = z.array(z.looseObject({})).parse(chosen('P9').items);
    expect(await refuse({ items: [{ ...item, isGift: 'yes' }] })).toBe('items.0.isGift');
    expect(await refuse({ items: [{ ...item, unitMultiplier: 0 }] })).toBe('items.0.unitMultiplier');
    expect(await refuse({ customData: 'x' })).toBe('customData');
    // latitude first
    const { shippingData } = z
      .object({ shippingData: z.looseObject({ address: z.looseObject({}) }) })
      .parse(chosen('P9'));
    const address = { ...shippingData.address, geoCoordinates: [40.7, -149.3] };
    expect(await refuse({ shippingData: { ...shippingData, address } })).toBe('shippingData.address.geoCoordinates');
  });
});
