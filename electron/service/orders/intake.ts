/** Orders that the backend's own storefront sells: told by its feed and its hook, found by a sweep, and handed over like any other. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Intake } from '../../../shared/contract/order-intake.ts';
import { type Instant, instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import {
  differenceOf,
  halves,
  intakeOf,
  listLimit,
  type Span,
  sweepSpan,
  tellTime,
} from '../../../shared/domain/orders/intake.ts';
import type { Ambient, Log } from '../context.ts';
import { hashToken } from '../credentials/directory.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { BackendOrder, BackendOrdersApi, ListedOrder } from '../protocol/backend-orders.ts';
import { ProtocolError } from '../protocol/failure.ts';
import type { OrderDesk } from './desk.ts';
import type { DueOrder, IntakeOutcome } from './intake-statements.ts';

export interface IntakeOptions {
  readonly database: ServiceDatabase;
  /** Null: no backend is connected. */
  readonly api: BackendOrdersApi | null;
  readonly desk: OrderDesk;
  readonly ambient: Ambient;
  readonly log: Log;
  /** Where our listener is reached; '': nowhere. */
  readonly endpoint: () => string;
}

/** Where it is kept whether orders are taken, since when, and where the hook goes. */
const intakeSetting = 'orders.intake';
const sweptSetting = 'orders.intakeSweptUntil';
/** What carries the hook's secret, in each of its calls. */
export const hookHeader = 'x-bindery-hook';
export const hookPath = '/backend/orders';

const lotOfDifferences = 500;
const feedEvery = 5_000;
const sweepEvery = 15 * 60_000;
const lot = 10;
const atOnce = 20;
const together = 4;
const longestWait = 10 * 60_000;
/** Orders made so long before somebody turned this on are taken too. Milliseconds. */
const lookBack = 86_400_000;

interface Configuration {
  readonly isOn: boolean;
  readonly since: string;
  readonly hook: { readonly url: string; readonly tokenHash: string } | null;
}

export type OrderIntake = ReturnType<typeof createIntake>;

/** What the backend says beside what is read of it, handed on; of a line, of its delivery, of the order. */
const handedOn = {
  line: ['measurementUnit', 'unitMultiplier', 'isGift', 'bundleItems', 'attachments', 'itemAttachment', 'priceTags'],
  delivery: ['deliveryWindow', 'pickupPointId', 'addressId', 'deliveryIds'],
  order: ['marketingData', 'customData', 'invoiceData'],
} as const;
const only = (from: object, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));

/** The body that the desk takes, of a backend's order; null where the marketplace sells all of it itself. */
export function handoverOf(order: BackendOrder, isPaid: boolean): Record<string, unknown> | null {
  const kept = order.items.flatMap((item, index) => (item.seller === '1' ? [] : [{ item, index }]));
  if (kept.length === 0) return null;
  const { openTextField: free } = order;
  return {
    orderId: order.orderId,
    salesChannel: order.salesChannel,
    ...(order.storePreferencesData?.currencyCode ? { currency: order.storePreferencesData.currencyCode } : {}),
    paymentStatus: isPaid ? 'approved' : 'pending',
    ...only(order, handedOn.order),
    items: kept.map(({ item }) => ({
      ...only(item, handedOn.line),
      id: item.sellerSku ?? item.id,
      seller: item.seller,
      quantity: item.quantity,
      price: item.sellingPrice ?? item.price,
      name: item.name,
      skuId: /^\d{1,15}$/.test(item.id) ? Number(item.id) : null,
    })),
    clientProfileData: order.clientProfileData,
    shippingData: {
      address: order.shippingData.address,
      selectedAddresses: order.shippingData.selectedAddresses ?? null,
      logisticsInfo: kept.flatMap(({ index }, itemIndex) =>
        order.shippingData.logisticsInfo
          .filter((each) => each.itemIndex === index)
          .map((each) => ({
            ...only(each, handedOn.delivery),
            selectedDeliveryChannel: each.selectedDeliveryChannel ?? each.deliveryChannel ?? null,
            itemIndex,
            selectedSla: each.selectedSla,
            price: each.sellingPrice ?? each.price ?? 0,
            shippingEstimate: each.shippingEstimate,
            lockTTL: each.lockTTL,
          })),
      ),
    },
    openTextField: typeof free === 'string' ? free : (free?.value ?? null),
  };
}

export function createIntake({ database, api, desk, ambient, log, endpoint }: IntakeOptions) {
  let feedAt: number | null = null;
  let trouble: string | null = null;
  let fed = Number.NEGATIVE_INFINITY;
  let swept = Number.NEGATIVE_INFINITY;
  let working: Promise<void> | null = null;
  const now = () => instantOf(ambient.now());

  let configured: Configuration | null = null;
  async function configuration(): Promise<Configuration> {
    if (configured === null) {
      const stored = (await database.read('settings.all', {}))[intakeSetting];
      // written by this file
      configured = (stored ?? { isOn: false, since: now(), hook: null }) as unknown as Configuration;
    }
    return configured;
  }
  async function configure(value: Configuration): Promise<void> {
    await database.write('settings.set', { values: { [intakeSetting]: value } });
    configured = value;
  }

  async function readFeed(from: BackendOrdersApi): Promise<void> {
    for (;;) {
      const news = await from.feed(lot);
      if (news === null) {
        await from.createFeed();
        log('info', 'a feed of orders was begun at the backend');
        return;
      }
      if (news.length > 0) {
        // on disk before the backend forgets it
        await database.write('intake.told', { news, source: 'feed', now: now() }, { priority: 'sync' });
        await from.commitFeed(news.map(({ handle }) => handle));
      }
      feedAt = ambient.now();
      if (news.length < lot) return;
    }
  }

  /** Every order of a span, however many: what has more than the list gives is asked for in halves. */
  async function listAll(from: BackendOrdersApi, span: Span, take: (orders: readonly ListedOrder[]) => Promise<void>) {
    const ask = (page: number) =>
      from.list({ from: instantOf(span.from), until: instantOf(span.until), page, perPage: listLimit.perPage });
    const first = await ask(1);
    const parts = first.total > listLimit.pages * listLimit.perPage ? halves(span) : null;
    if (parts !== null) {
      for (const part of parts) await listAll(from, part, take);
      return;
    }
    await take(first.orders);
    const pages = Math.min(listLimit.pages, Math.ceil(first.total / listLimit.perPage));
    for (let page = 2; page <= pages; page++) await take((await ask(page)).orders);
  }

  async function sweep(from: BackendOrdersApi, { since }: Configuration): Promise<void> {
    const values = await database.read('settings.all', {});
    const until = typeof values[sweptSetting] === 'string' ? Date.parse(values[sweptSetting]) : Date.parse(since);
    const open = await database.read('intake.oldestOpen', {}, { background: true });
    const span = sweepSpan(ambient.now(), until, open === null ? null : Date.parse(open));
    let found = 0;
    await listAll(from, span, async (orders) => {
      found += await database.write(
        'intake.told',
        { news: orders, source: 'sweep', now: now() },
        { priority: 'background' },
      );
    });
    await database.write('settings.set', { values: { [sweptSetting]: instantOf(span.until) } });
    const doneBefore = instantOf(ambient.now() - tellTime);
    while (
      (await database.write('intake.compare', { doneBefore, limit: lotOfDifferences }, { priority: 'background' })) ===
      lotOfDifferences
    );
    if (found > 0) log('info', 'a sweep found orders that feed and hook did not tell of', { count: found });
  }

  /** The backend lets go of a hook that was silent for three days. */
  async function keepHook(from: BackendOrdersApi, { hook, ...rest }: Configuration): Promise<void> {
    if (hook === null || (await from.hookUrl()) !== null) return;
    await setHook(from, rest);
  }
  async function setHook(from: BackendOrdersApi, rest: Omit<Configuration, 'hook'>): Promise<boolean> {
    const url = `${endpoint().replace(/\/+$/, '')}${hookPath}`;
    const there = await from.hookUrl();
    if (there !== null && there !== url) return false;
    const token = randomBytes(32).toString('base64url');
    // before the backend tries it
    await configure({ ...rest, hook: { url, tokenHash: hashToken(token) } });
    await from.setHook(url, { [hookHeader]: token });
    return true;
  }

  async function settle(order: DueOrder, status: string, outcome: IntakeOutcome, over: object = {}): Promise<void> {
    await database.write(
      'intake.settle',
      { orderId: order.order_id, status, createdAt: null, outcome, problem: null, again: null, ...over },
      { priority: 'sync' },
    );
  }

  async function take(from: BackendOrdersApi, due: DueOrder, since: string): Promise<void> {
    const orderId = due.order_id;
    const there = await from.order(orderId);
    if (there === null)
      return settle(due, due.told_status, 'problem', {
        problem: 'The backend told of this order and does not have it.',
      });
    const known = await database.read('intake.known', { orderId });
    const { status } = there;
    const createdAt = there.creationDate === null ? null : instantOf(Date.parse(there.creationDate));
    const act = intakeOf(status, known);
    switch (act) {
      case 'hand-over':
      case 'hand-over-paid': {
        const body = handoverOf(there, act === 'hand-over-paid');
        if (body === null) return settle(due, status, 'ignored', { createdAt });
        await desk.handOver(body, `backend ${due.source}`);
        return settle(due, status, 'taken', { createdAt });
      }
      case 'pay':
        await desk.payment(orderId, true);
        return settle(due, status, 'taken', { createdAt });
      case 'cancel':
        await desk.cancelByStorefront(orderId, 'The order was cancelled at the backend.');
        return settle(due, status, 'taken', { createdAt });
      case 'elsewhere':
        return createdAt !== null && createdAt >= since
          ? settle(due, status, 'problem', {
              createdAt,
              problem: 'The order is handled already at the backend and was never handed over. Look at it there.',
            })
          : settle(due, status, 'elsewhere', { createdAt });
      case 'raise':
        return settle(due, status, 'problem', {
          createdAt,
          problem: differenceOf(status, known ?? { isCanceled: true, isGoing: false }),
        });
      case 'nothing':
        return settle(due, status, known === null ? 'ignored' : 'taken', { createdAt });
    }
  }

  async function takeOne(from: BackendOrdersApi, due: DueOrder, since: string): Promise<void> {
    try {
      await take(from, due, since);
    } catch (error) {
      if (!(error instanceof BinderyError)) throw error;
      if (error instanceof ProtocolError && error.failure.kind !== 'unexpected-reply') {
        const wait = Math.min(longestWait, 1_000 * 2 ** Math.min(due.attempts, 10));
        await settle(due, due.told_status, 'problem', {
          problem: error.message,
          again: instantOf(ambient.now() + wait),
        });
        return;
      }
      // what is wrong with it is wrong the next time too: a person sees it
      await settle(due, due.told_status, 'problem', { problem: error.message });
    }
  }

  async function work(from: BackendOrdersApi, since: string): Promise<void> {
    for (;;) {
      const due = await database.read('intake.due', { now: now(), limit: atOnce }, { background: true });
      for (let at = 0; at < due.length; at += together)
        await Promise.all(due.slice(at, at + together).map((each) => takeOne(from, each, since)));
      if (due.length < atOnce) return;
    }
  }

  async function turn(): Promise<void> {
    const current = await configuration();
    if (api === null || !current.isOn) return;
    try {
      if (ambient.now() - fed >= feedEvery) {
        fed = ambient.now();
        await readFeed(api);
      }
      if (ambient.now() - swept >= sweepEvery) {
        swept = ambient.now();
        await keepHook(api, current);
        await sweep(api, current);
      }
      trouble = null;
    } catch (error) {
      if (!(error instanceof BinderyError)) throw error;
      trouble = error.message;
      log('warn', 'orders could not be read at the backend', { problem: error.code });
    }
    await work(api, current.since);
  }

  async function status(): Promise<Intake> {
    const { isOn, hook } = await configuration();
    const values = await database.read('settings.all', {});
    const swept = values[sweptSetting];
    const there = hook === null && isOn && api !== null ? await api.hookUrl().catch(() => null) : null;
    return {
      isConnected: api !== null,
      isOn,
      hook: hook !== null ? 'set' : there !== null ? 'other' : 'off',
      feedAt: feedAt === null ? null : instantOf(feedAt),
      sweptUntil: typeof swept === 'string' ? (swept as Instant) : null, // written by this file
      trouble,
      ...(await database.read('intake.counts', {})),
    };
  }

  return {
    status,
    /** Reads feed and list when it is their time, and takes what is due. One at a time. */
    turn: (): Promise<void> => {
      working ??= turn().finally(() => {
        working = null;
      });
      return working;
    },
    /** @throws BinderyError when no backend is connected, or it cannot call us */
    async set(isOn: boolean, wantsHook: boolean): Promise<Intake> {
      if (api === null)
        throw new BinderyError('not-allowed', 'No marketplace is connected whose orders could be taken.', {
          field: 'isOn',
        });
      const before = await configuration();
      const since = before.isOn ? before.since : instantOf(ambient.now() - lookBack);
      if (before.hook !== null && !(isOn && wantsHook)) {
        if ((await api.hookUrl()) === before.hook.url) await api.removeHook();
      }
      const keepsHook = isOn && wantsHook && before.hook !== null;
      await configure({ isOn, since, hook: keepsHook ? before.hook : null });
      if (isOn && wantsHook && before.hook === null) {
        if (endpoint() === '')
          throw new BinderyError('not-allowed', 'The backend cannot call: the endpoints have no address.', {
            field: 'hook',
          });
        try {
          if (!(await setHook(api, { isOn, since }))) log('info', 'the backend calls somebody else, who is left alone');
        } catch (error) {
          await configure({ isOn, since, hook: null });
          throw error;
        }
      }
      fed = swept = Number.NEGATIVE_INFINITY;
      return status();
    },
    async again(orderId: string): Promise<Intake> {
      if ((await database.write('intake.again', { orderId, now: now() })) === 0)
        throw new BinderyError('not-found', 'There is nothing to try again about this order.', { field: 'orderId' });
      return status();
    },
    /** Whether a call of the hook carries our secret. */
    async isHook(token: string): Promise<boolean> {
      const { hook } = await configuration();
      if (hook === null) return false;
      return timingSafeEqual(Buffer.from(hashToken(token), 'hex'), Buffer.from(hook.tokenHash, 'hex'));
    },
    /** Keeps what the hook told; on disk when it resolves. */
    async told(orderId: string, status: string): Promise<void> {
      await database.write('intake.told', { news: [{ orderId, status }], source: 'hook', now: now() });
    },
    stop: async (): Promise<void> => {
      await working?.catch(() => undefined);
    },
  };
}
