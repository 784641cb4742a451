import fc from 'fast-check';
import { startSandbox } from '../../sandbox/index.ts';
import { startHarness } from '../testing/harness.ts';
import { openShop } from '../testing/order-shop.ts';

export const name = 'orders-fuzz';

const invoice = {
  type: 'Output',
  invoiceNumber: 'NFe-00002',
  courier: 'c',
  trackingNumber: '1',
  trackingUrl: 'https://c.example',
  items: [{ id: '6', quantity: 1, price: 5_500 }],
  issuanceDate: '2021-05-21T10:00:00',
  invoiceValue: 6_000,
};
const tracking = { courier: 'c', trackingNumber: '1', trackingUrl: 'https://c.example', dispatchedDate: '2021-06-09' };
const status = {
  isDelivered: true,
  events: [{ city: 'Rio', state: 'RJ', description: 'Delivered.', date: '2021-03-16' }],
};
const result = {
  success: false,
  flow: 'PlaceOrder',
  marketplaceOrderId: 'F1-01',
  operationId: 'o',
  code: 'EOI003',
  message: 'no',
  fields: { mainOrderId: 'M' },
};

const change = {
  reason: 'out of stock',
  discountValue: 100,
  incrementValue: 0,
  itemsRemoved: [{ sellerItemId: 'x', quantity: 1, price: 100, unitMultiplier: 1, measurementUnit: 'un' }],
  itemsAdded: [{ sellerItemId: 'y', quantity: 3, price: 100, unitMultiplier: 1, measurementUnit: 'un' }],
};
const modification = {
  reason: 'out of stock',
  replace: [{ from: { items: [{ id: 'x', quantity: 1, price: 100 }] }, to: { items: [{ id: 'y', quantity: 1 }] } }],
  add: { items: [{ id: 'y', quantity: 1, price: 100 }] },
  remove: { items: [{ id: 'x', quantity: 1 }] },
  manualDiscountValue: 0,
  manualIncrementValue: 0,
};
const cart = { items: [{ skuId: 1, quantity: 1 }], postalCode: '80250000', country: 'BRA', salesChannel: '1' };

/** Any value where another was expected: other types, missing, huge, decimal, nested, wrong order of coordinates. */
const anything = fc.oneof(
  fc.constant(undefined),
  fc.constant(null),
  fc.double(),
  fc.bigInt({ min: 0n, max: 10n ** 30n }).map(Number),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constant('x'.repeat(20_000)),
  fc.array(fc.anything({ maxDepth: 1 }), { maxLength: 5 }),
  fc.object({ maxDepth: 2 }),
  fc.boolean(),
);

function pathsOf(value: unknown, before: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...before]];
  return Object.entries(value).flatMap(([key, each]) => [[...before, key], ...pathsOf(each, [...before, key])]);
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value };
  Reflect.set(copy, key, replaced(Reflect.get(value, key), rest, by));
  return copy;
}

/** Every order endpoint takes whatever comes: a 2xx and it is stored, or a 4xx that names the field; never a 5xx, never silence. */
export async function run(options: {
  full: boolean;
  seed: number;
  log: (line: string) => void;
}): Promise<{ passed: number; failed: number; notes: string[] }> {
  const sandbox = await startSandbox({ size: 20, seed: 3 });
  const harness = await startHarness({ backendUrl: sandbox.url, appKey: sandbox.appKey, appToken: sandbox.appToken });
  const counts = new Map<number, number>();
  try {
    const shop = await openShop(sandbox, harness);
    await shop.call('POST', '/storefront/orders', shop.order('F1', { paymentStatus: 'approved' }));
    await shop.reached('F1', 'waiting-seller-handling');
    const calls = [
      { path: '/pvt/orders/F1-01/invoice', body: invoice, storefront: false },
      { path: '/pub/orders/F1-01/invoice/NFe-00002', body: tracking, storefront: false },
      { path: '/pvt/orders/F1-01/invoice/NFe-00002/tracking', body: status, storefront: false },
      { path: '/pvt/orders/F1-01/cancel', body: { reason: 'Product is unavailable.' }, storefront: false },
      { path: '/pvt/orders/F1-01/changes', body: change, storefront: false },
      { path: '/api/order-system/orders/F1-01/changes', body: modification, storefront: false },
      {
        path: '/pvt/orders/F1-01/changes/x/send-agreement',
        body: { agreementType: 'Confirmation' },
        storefront: false,
      },
      { path: '/order-integration/notification/processing-result?an=x', body: result, storefront: false },
      { path: '/storefront/carts', body: cart, storefront: true },
      { path: '/storefront/orders', body: shop.order('F2'), storefront: true },
      { path: '/storefront/orders/F1/payment', body: { status: 'approved' }, storefront: true },
    ];
    const messages = fc
      .constantFrom(...calls)
      .chain((call) =>
        fc.tuple(
          fc.constant(call),
          fc.array(fc.tuple(fc.constantFrom(...pathsOf(call.body)), anything), { minLength: 1, maxLength: 3 }),
        ),
      );
    const numRuns = options.full ? 100_000 : 1_500;
    const checked = await fc.check(
      fc.asyncProperty(messages, async ([{ path, body, storefront }, changes]) => {
        const message = changes.reduce<unknown>((before, [where, by]) => replaced(before, where, by), body);
        const send = storefront ? shop.call : shop.sellerCall;
        const { status: got, answer } = await send('POST', path, message ?? '');
        counts.set(got, (counts.get(got) ?? 0) + 1);
        if (got >= 200 && got < 300) return true;
        return got >= 400 && got < 500 && got !== 401 && got !== 403 && typeof answer.message === 'string';
      }),
      { numRuns, seed: options.seed, endOnFailure: false },
    );
    const said = [...counts].sort(([one], [other]) => one - other).map(([code, count]) => `${count} × ${code}`);
    const note = `seed ${options.seed}: ${checked.numRuns} messages, ${said.join(', ')}`;
    options.log(note);
    const [failing] = checked.counterexample ?? [];
    return checked.failed
      ? {
          passed: checked.numRuns,
          failed: 1,
          notes: [
            note,
            `counterexample: ${JSON.stringify(failing)?.slice(0, 600)}`,
            String(checked.errorInstance ?? ''),
          ],
        }
      : { passed: checked.numRuns, failed: 0, notes: [note] };
  } finally {
    await harness.close();
    await sandbox.close();
  }
}
