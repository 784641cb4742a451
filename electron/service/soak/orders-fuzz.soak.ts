import { join } from 'node:path';
import Database from 'better-sqlite3';
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
  items: [{ id: 'SKU', quantity: 1, price: 1_000 }],
  issuanceDate: '2021-05-21T10:00:00',
  invoiceValue: 600,
};
/** Of what its lines come to. */
const summed = (type: string) => ({
  type,
  invoiceNumber: 'NEW',
  items: [{ id: 'SKU', quantity: 1, price: 300 }],
});
const tracking = { courier: 'c', trackingNumber: '1', trackingUrl: 'https://c.example', dispatchedDate: '2021-06-09' };
const status = {
  isDelivered: true,
  events: [{ city: 'Rio', state: 'RJ', description: 'Delivered.', date: '2021-03-16' }],
};
const result = {
  success: false,
  flow: 'PlaceOrder',
  marketplaceOrderId: 'ORDER-01',
  operationId: 'o',
  code: 'EOI003',
  message: 'no',
  fields: { mainOrderId: 'M' },
};

const change = {
  reason: 'out of stock',
  discountValue: 100,
  incrementValue: 0,
  itemsRemoved: [{ sellerItemId: 'SKU', quantity: 1, price: 100, unitMultiplier: 1, measurementUnit: 'un' }],
  itemsAdded: [{ sellerItemId: 'y', quantity: 3, price: 100, unitMultiplier: 1, measurementUnit: 'un' }],
};
const modification = {
  reason: 'out of stock',
  replace: [{ from: { items: [{ id: 'SKU', quantity: 1, price: 100 }] }, to: { items: [{ id: 'y', quantity: 1 }] } }],
  add: { items: [{ id: 'y', quantity: 1, price: 100 }] },
  remove: { items: [{ id: 'SKU', quantity: 1 }] },
  manualDiscountValue: 0,
  manualIncrementValue: 0,
};
const cart = { items: [{ skuId: 1, quantity: 1 }], postalCode: '80250000', country: 'BRA', salesChannel: '1' };

/** Any value where another was expected: other types, missing, huge, decimal, nested, and words that mean something elsewhere. */
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
const huge = Array.from({ length: 20 }, () => ({
  id: 'SKU',
  quantity: 1_000_000,
  price: 1_000_000_000_000,
}));
/** What the parsers take, at the edge of what they take: so that a call gets past them and the sums are what is tried. */
const valid = fc.constantFrom<unknown>(
  'input',
  'Input',
  'OUTPUT',
  'Acknowledgement',
  'confirmation',
  'approved',
  'denied',
  'ApproveOrder',
  'pickup-in-point',
  'EOI006',
  'SOI001',
  'ORDER-01',
  0,
  1,
  2_600,
  26,
  260_000,
  999_999_999_999,
  1_000_000_000_000,
  1_000_000_000_001,
  2 ** 53,
  2 ** 63,
  '1000000000000',
  true,
  [],
  // latitude first
  [-25.482, -149.289],
  huge,
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

/** What the file holds, read beside the service. */
function openFile(directory: string) {
  const file = new Database(join(directory, 'demo', 'bindery.sqlite'), { readonly: true });
  const newest = file.prepare<[], { id: number; call: string; status: number; isSealed: number }>(
    `SELECT id, call, status, body_sealed IS NOT NULL AS isSealed FROM order_message WHERE direction = 'in' ORDER BY id DESC LIMIT 1`,
  );
  return {
    newest: () => newest.get() ?? { id: 0, call: '', status: 0, isSealed: 0 },
    hasGroup: (id: string) => file.prepare('SELECT 1 FROM order_group WHERE id = ?').get(id) !== undefined,
    isTold: (id: string) => file.prepare('SELECT 1 FROM backend_order WHERE order_id = ?').get(id) !== undefined,
    /** Orders whose sums cannot be. */
    impossible: () =>
      file
        .prepare(
          'SELECT marketplace_order_id FROM orders WHERE returned > invoiced OR invoiced > total OR total < 0 OR total > 4e12',
        )
        .pluck()
        .all(),
    close: () => file.close(),
  };
}
type OpenFile = ReturnType<typeof openFile>;

interface FuzzCall {
  /** `ORDER` stands for the order of the moment, and `NEW` for one that there is not yet. */
  readonly path: string;
  readonly body: unknown;
  readonly by: 'seller' | 'storefront' | 'backend';
}

interface Answered {
  readonly call: FuzzCall;
  readonly path: string;
  readonly status: number;
  readonly answer: Readonly<Record<string, unknown>>;
  readonly before: number;
}

/** Why an answer is none that may be given, or what it says is not so; null: it is well. */
function wrongWith({ call, path, status, answer, before }: Answered, file: OpenFile): string | null {
  const { id, call: kept, status: noted, isSealed } = file.newest();
  if (status >= 200 && status < 300) {
    if (call.by === 'backend') return file.isTold(String(answer.told)) ? null : 'what the hook told is not kept';
    if (path === '/storefront/carts') return null;
    if (path === '/storefront/orders' && answer.created !== true)
      return file.hasGroup(String(answer.orderId)) ? null : 'the order is not there';
    if (id <= before) return 'the message is not kept';
    if (call.by === 'seller' && (kept !== `POST ${path.split('?')[0]}` || noted !== status || isSealed !== 1))
      return `another message is kept: ${kept} ${noted}`;
    return null;
  }
  if (status < 400 || status >= 500 || status === 401 || status === 403 || status === 429) return 'the status';
  if (typeof answer.message !== 'string' || answer.message === '') return 'it says nothing';
  // the body as a whole: not JSON, too deep, too large
  const isWhole = answer.code === 'InvalidBody' || status === 413;
  if (!isWhole && (typeof answer.field !== 'string' || answer.field === '')) return 'it names no field';
  if (call.by === 'seller' && status === 400 && !isWhole && !path.includes('processing-result'))
    return id > before && noted === 400 ? null : 'what was refused is not kept';
  return null;
}

/** Runs on one order before another takes its place: a cancellation or a full invoice ends what can be tried on it. */
const runsOfOrder = 25;

/**
 * Every order endpoint takes whatever comes: a 2xx and it is stored, or a 4xx that names the field, its body kept where the order is the
 * seller's; never a 5xx, never silence. No sum of an order becomes one that cannot be.
 */
export async function run(options: {
  full: boolean;
  seed: number;
  log: (line: string) => void;
}): Promise<{ passed: number; failed: number; notes: string[] }> {
  const sandbox = await startSandbox({ size: 20, seed: 3 });
  const harness = await startHarness({ backendUrl: sandbox.url, appKey: sandbox.appKey, appToken: sandbox.appToken });
  const counts = new Map<string, number>();
  const file = openFile(harness.directory);
  try {
    const shop = await openShop(sandbox, harness);
    await harness.client.call('orders.setIntake', { isOn: true, hook: true });
    const hook = sandbox.state.backendOrders.hook;
    const seller = (path: string, body: unknown): FuzzCall => ({ path, body, by: 'seller' });
    const storefront = (path: string, body: unknown): FuzzCall => ({ path, body, by: 'storefront' });
    const calls: FuzzCall[] = [
      seller('/pvt/orders/ORDER-01/invoice', invoice),
      seller('/pvt/orders/ORDER-01/invoice', summed('Output')),
      seller('/api/oms/pvt/orders/ORDER-01/invoice', summed('Input')),
      seller('/pub/orders/ORDER-01/invoice/NFe-00002', tracking),
      seller('/pvt/orders/ORDER-01/invoice/NFe-00002/tracking', status),
      seller('/pvt/orders/ORDER-01/cancel', { reason: 'Product is unavailable.' }),
      seller('/api/oms/pvt/orders/ORDER-01/start-handling', { note: 'x' }),
      seller('/api/orders/pvt/document/ORDER-01/deny-cancellation-request', {
        cancellationRequestId: 'x',
        denyReason: 'packed',
      }),
      seller('/pvt/orders/ORDER-01/changes', change),
      seller('/api/order-system/orders/ORDER-01/changes', modification),
      // each line may be, and their sum is none that a database holds
      seller('/pvt/orders/ORDER-01/changes', { ...modification, replace: [], add: { items: huge } }),
      seller('/pvt/orders/ORDER-01/invoice', { ...summed('Input'), items: huge }),
      seller('/pvt/orders/ORDER-01/changes/x/send-agreement', { agreementType: 'Confirmation' }),
      seller('/order-integration/notification/processing-result?an=x', result),
      storefront('/storefront/carts', cart),
      storefront('/storefront/orders', shop.order('NEW')),
      storefront('/storefront/orders/ORDER/payment', { status: 'approved' }),
      storefront('/storefront/orders/ORDER/cancel', { reason: 'changed my mind' }),
      { path: '/backend/orders', body: { OrderId: 'NEW', State: 'payment-approved', LastState: 'x' }, by: 'backend' },
    ];
    let runs = 0;
    let order = '';
    /** Puts the order of the moment, one that is new, and its SKU where they are named. */
    const named = (value: unknown): unknown =>
      typeof value === 'string'
        ? value.replace('ORDER', order).replace('NEW', `N${runs}`).replace('SKU', shop.sku.id)
        : Array.isArray(value)
          ? value.map(named)
          : typeof value === 'object' && value !== null
            ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, named(each)]))
            : value;
    async function send(call: FuzzCall, path: string, body: unknown): Promise<Pick<Answered, 'status' | 'answer'>> {
      if (call.by !== 'backend')
        return await (call.by === 'storefront' ? shop.call : shop.sellerCall)('POST', path, body ?? '');
      const response = await fetch(hook?.url ?? '', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...hook?.headers },
        body: body === undefined ? '' : JSON.stringify(body),
      });
      const text = await response.text();
      if (text !== '') return { status: response.status, answer: JSON.parse(text) as Answered['answer'] }; // a refusal of ours
      const said = typeof body === 'object' && body !== null ? body : {};
      const told = String(Reflect.get(said, 'OrderId')).trim();
      return { status: response.status, answer: { told } };
    }
    const messages = fc.constantFrom(...calls).chain((call) =>
      fc.tuple(
        fc.constant(call),
        fc.array(
          fc.tuple(fc.constantFrom(...pathsOf(call.body)), fc.oneof(anything, { arbitrary: valid, weight: 2 })),
          {
            minLength: 0,
            maxLength: 3,
          },
        ),
      ),
    );
    const numRuns = options.full ? 100_000 : 1_500;
    const checked = await fc.check(
      fc.asyncProperty(messages, async ([call, changes]) => {
        if (runs % runsOfOrder === 0) {
          order = `F${runs}`;
          await shop.call('POST', '/storefront/orders', shop.order(order, { paymentStatus: 'approved' }));
          await shop.reached(order, 'waiting-seller-handling');
        }
        runs++;
        const path = String(named(call.path));
        const message = changes.reduce<unknown>((so, [where, by]) => replaced(so, where, by), call.body);
        const before = file.newest().id;
        const answered = { call, path, before, ...(await send(call, path, named(message))) };
        const key = `${call.by} ${answered.status}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        const wrong = wrongWith(answered, file);
        if (wrong !== null)
          throw new Error(`${path} ${answered.status} ${JSON.stringify(answered.answer).slice(0, 300)}: ${wrong}`);
        const impossible = runs % runsOfOrder === 0 ? file.impossible() : [];
        if (impossible.length > 0) throw new Error(`the sums of ${impossible.join(', ')} cannot be`);
      }),
      { numRuns, seed: options.seed, endOnFailure: false },
    );
    const said = [...counts]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([who, count]) => `${count} × ${who}`);
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
    file.close();
    await harness.close();
    await sandbox.close();
  }
}
