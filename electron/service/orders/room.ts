/** The orders' part of the service, put together: desk, dispatcher, clock, endpoints and handlers. */

import { timingSafeEqual } from 'node:crypto';
import { instantOf } from '../../../shared/domain/brand.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import { hashToken } from '../credentials/directory.ts';
import type { EndpointRoutes } from '../endpoints/types.ts';
import { createSellerOrdersApi } from '../protocol/seller-orders.ts';
import { readSellerKeys } from '../sellers/keys.ts';
import type { Session } from '../session.ts';
import { simulateCart, toSell } from './cart.ts';
import { createCartSimulator } from './cart-simulator.ts';
import { changeHandlers } from './change-handlers.ts';
import { createDesk } from './desk.ts';
import { OrderDispatcher } from './dispatcher.ts';
import { orderRoutes } from './endpoints.ts';
import { exposureHandlers } from './exposure-handlers.ts';
import { orderHandlers, storefrontSetting } from './handlers.ts';
import { createIntake } from './intake.ts';
import { retentionSetting } from './privacy.ts';
import { reconcile } from './reconcile.ts';
import { addressOf } from './seller-address.ts';

export interface OrdersRoomOptions extends ServiceContext {
  readonly sealer: { seal(text: string): string; unseal(sealed: string): string | null };
  readonly currency: () => Promise<string>;
  /** Where sellers reach us. */
  readonly endpoint: () => string;
}

export interface OrdersRoom {
  readonly handlers: Pick<
    Handlers<Session>,
    Extract<keyof Handlers<Session>, `orders.${string}` | `exposure.${string}`>
  >;
  /** Adds the routes to the sellers' listener. */
  readonly routes: EndpointRoutes;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** How often tasks and clocks are looked at without being told, in milliseconds. */
const tick = 250;
const clocksAtOnce = 200;
const erasedAtOnce = 200;
/** How often stores are asked about orders that have not moved, in milliseconds. */
const sweepEvery = 15 * 60_000;
/** How often it is looked for buyers that were known long enough, in milliseconds. */
const retentionEvery = 3_600_000;
/** How old the scores of sellers may be. Milliseconds. */
const scoresAge = 5 * 60_000;

/** Keeps a value for a while; who asks while it is made waits for the same one. */
function remembered<Value>(ageMs: number, now: () => number, make: () => Promise<Value>): () => Promise<Value> {
  let made = Number.NEGATIVE_INFINITY;
  let value: Promise<Value> | null = null;
  return () => {
    if (value === null || now() - made > ageMs) {
      made = now();
      value = make().catch((error: unknown) => {
        value = null;
        throw error;
      });
    }
    return value;
  };
}

export function createOrdersRoom(options: OrdersRoomOptions): OrdersRoom {
  const { database, ambient, log, sealer, events, secrets } = options;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<unknown> | null = null;
  let retaining: Promise<unknown> | null = null;

  const changed = (ids: readonly number[]) => {
    events.emit('rows.changed', { list: 'orders', ids: [...ids] });
    wake();
  };
  const api = createSellerOrdersApi(options.egress, { log });
  const whereIs = async (sellerId: string, salesChannel: string) =>
    addressOf(
      sellerId,
      await database.read('orders.sellerAddress', { sellerId }),
      salesChannel,
      await readSellerKeys(secrets, sellerId),
    );
  const carts = createCartSimulator({ api, ambient, addressOf: whereIs });
  let stopped = false;
  let sweeping: Promise<unknown> | null = null;
  async function sweep(): Promise<void> {
    const found = await reconcile(
      { database, api, sealer, ambient, log, addressOf: whereIs, onChanged: changed },
      () => stopped,
    );
    if (found > 0) log('info', 'orders differed from what their stores hold', { count: found });
  }
  const scores = remembered(scoresAge, ambient.now, () =>
    database.read('scorecards.scores', { now: instantOf(ambient.now()) }, { long: true }),
  );
  const dispatcher = new OrderDispatcher({
    database,
    api,
    sealer,
    ambient,
    log,
    endpoint: options.endpoint,
    keysOf: (sellerId: string) => readSellerKeys(secrets, sellerId),
    onChanged: (ids) => events.emit('rows.changed', { list: 'orders', ids: [...ids] }),
  });
  const desk = createDesk({
    database,
    sealer,
    ambient,
    currency: options.currency,
    onChanged: changed,
    onCreated: () => events.emit('list.changed', { list: 'orders' }),
  });

  const intake = createIntake({
    database,
    api: options.backend?.orders ?? null,
    desk,
    ambient,
    log,
    endpoint: options.endpoint,
  });
  let taking: Promise<unknown> | null = null;

  function background(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (timer !== undefined)
        log('error', 'work on orders failed', {
          problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
    });
  }
  function wake(): void {
    background(dispatcher.turn());
  }
  async function clocks(): Promise<void> {
    const ids = await database.write(
      'orders.tick',
      { now: instantOf(ambient.now()), limit: clocksAtOnce },
      { priority: 'background' },
    );
    if (ids.length > 0) events.emit('rows.changed', { list: 'orders', ids });
  }
  /** Buyers that were known long enough are known no more. */
  async function retain(): Promise<void> {
    const days = (await database.read('settings.all', {}))[retentionSetting];
    if (typeof days !== 'number') return;
    const now = ambient.now();
    let after = '';
    while (!stopped) {
      const { erased, last } = await database.write(
        'orders.eraseExpired',
        { before: instantOf(now - days * 86_400_000), now: instantOf(now), limit: erasedAtOnce, after },
        { priority: 'background' },
      );
      if (erased > 0) log('info', 'buyers were erased after the time they are kept', { count: erased });
      if (last === null) return;
      after = last;
    }
  }
  async function isStorefront(appKey: string, appToken: string): Promise<boolean> {
    const known = (await database.read('settings.all', {}))[storefrontSetting];
    if (typeof known !== 'object' || known === null || Array.isArray(known)) return false;
    const same = timingSafeEqual(Buffer.from(hashToken(appToken), 'hex'), Buffer.from(String(known.tokenHash), 'hex'));
    return same && known.appKey === appKey;
  }

  return {
    handlers: {
      ...orderHandlers({ ...options, desk, intake, onOrdersChanged: changed }),
      ...changeHandlers({ ...options, desk, intake, onOrdersChanged: changed, carts, scores }),
      ...exposureHandlers({ ...options, desk, intake, onOrdersChanged: changed, carts, scores }),
    },
    routes: (app, gate) =>
      orderRoutes(app, {
        gate,
        database,
        desk,
        sealer,
        ambient,
        log,
        simulate: async (request) => toSell(await simulateCart({ ...options, carts, scores }, request)),
        isStorefront,
        hook: intake,
        onChanged: changed,
      }),
    async start() {
      const recovered = await dispatcher.recover();
      if (recovered > 0)
        log('info', 'orders were on their way when the service ended; they are read back', { count: recovered });
      let retained = Number.NEGATIVE_INFINITY;
      let swept = ambient.now();
      timer = setInterval(() => {
        wake();
        if (ambient.now() - retained > retentionEvery) {
          retained = ambient.now();
          retaining = retain().catch((error: unknown) => {
            if (!stopped) log('warn', 'buyers could not be erased after their time', { problem: String(error) });
          });
        }
        if (sweeping === null && ambient.now() - swept > sweepEvery) {
          swept = ambient.now();
          sweeping = sweep().finally(() => {
            sweeping = null;
          });
          background(sweeping);
        }
        taking ??= intake.turn().finally(() => {
          taking = null;
        });
        background(taking);
        looking ??= clocks().finally(() => {
          looking = null;
        });
        background(looking);
      }, tick);
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      stopped = true;
      await dispatcher.stop();
      await Promise.allSettled([looking, sweeping, retaining, taking]);
    },
  };
}
