/** Does what orders need at sellers: simulates, places, authorises, cancels. Durable, in order, and never twice. */
import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { meaningOf, type SellerCode, sellerCodeOf } from '../../../shared/domain/orders/codes.ts';
import type { MarketplaceState } from '../../../shared/domain/orders/flow.ts';
import type { Ambient, Log } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import { ProtocolError } from '../protocol/failure.ts';
import { type SellerAddress, type SellerOrdersApi, sellerOrderIdOf, storeOrderId } from '../protocol/seller-orders.ts';
import { callAboutChange, changeAnswer, refusesChange } from './change-calls.ts';
import { recordExchanges } from './exchanges.ts';
import { type Buyer, placeBody } from './place-body.ts';
import { marketplaceStateOf } from './rows.ts';
import { addressOf } from './seller-address.ts';
import type { Result } from './task-result.ts';
import type { TakenTask, TaskOutcome } from './task-writes.ts';

export interface OrderDispatcherOptions {
  readonly database: ServiceDatabase;
  readonly api: SellerOrdersApi;
  readonly sealer: { seal(text: string): string; unseal(sealed: string): string | null };
  readonly ambient: Ambient;
  readonly log: Log;
  readonly keysOf: (sellerId: string) => Promise<{ appKey: string; appToken: string } | undefined>;
  /** Where sellers reach us. */
  readonly endpoint: () => string;
  readonly onChanged: (orderIds: readonly number[]) => void;
}

const concurrency = 8;
/** After so many tries without an answer a person is asked. */
const mostAttempts = 12;
const longestWait = 5 * 60_000;
/** How long a seller that evaluates a cancellation is left alone before it is asked for the outcome. In milliseconds. */
const askAgainAfter = 30_000;

const done: TaskOutcome = { kind: 'done' };
/** States in which an order is not to be at its seller. */
const calledOff: readonly MarketplaceState[] = ['cancel', 'canceled', 'replaced'];
const notPlaced: Result = {
  outcome: done,
  said: { placed: false },
  events: [{ type: 'placement-refused', details: { reason: 'called off before it was placed' } }],
};

export class OrderDispatcher {
  readonly #options: OrderDispatcherOptions;
  readonly #running = new Map<number, Promise<void>>();
  #turn: Promise<void> | null = null;
  #again = false;
  #stopped = false;

  constructor(options: OrderDispatcherOptions) {
    this.#options = options;
  }

  recover(): Promise<number> {
    return this.#options.database.write('orderTasks.recover', {});
  }

  /** Works until nothing is due. */
  turn(): Promise<void> {
    if (this.#turn) {
      this.#again = true;
      return this.#turn;
    }
    this.#turn = this.#drain().finally(() => {
      this.#turn = null;
    });
    return this.#turn;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled([...this.#running.values(), ...(this.#turn ? [this.#turn] : [])]);
  }

  async #drain(): Promise<void> {
    do {
      this.#again = false;
      for (;;) {
        if (this.#stopped) return;
        const now = instantOf(this.#options.ambient.now());
        const free = concurrency - this.#running.size;
        const tasks =
          free > 0
            ? await this.#options.database.write('orderTasks.take', { now, limit: free }, { priority: 'sync' })
            : [];
        for (const task of tasks)
          this.#running.set(
            task.sequence,
            this.#process(task).finally(() => this.#running.delete(task.sequence)),
          );
        if (this.#running.size === 0) break;
        await Promise.race(this.#running.values());
      }
    } while (this.#again);
  }

  async #process(task: TakenTask): Promise<void> {
    const { database, ambient, log, sealer } = this.#options;
    let result: Result;
    const exchanges = recordExchanges(task.order.seller_id, ambient, sealer);
    try {
      const at = await this.#addressOf(task);
      result = await this.#run(task, { ...at, onExchange: exchanges.onExchange });
    } catch (error) {
      if (!(error instanceof BinderyError))
        log('error', 'an order could not be sent', {
          problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      result = this.#failed(task, error);
    }
    const now = instantOf(ambient.now());
    const messages = exchanges.messages(result.said);
    // nothing left: what was wrong is kept all the same
    if (messages.length === 0)
      messages.push({
        at: now,
        direction: 'out',
        peer: task.order.seller_id,
        call: task.kind,
        status: null,
        bodySealed: null,
        answerSealed: sealer.seal(JSON.stringify(result.said ?? null)),
      });
    await database.write(
      'orderTasks.settle',
      {
        sequence: task.sequence,
        orderId: task.order.id,
        outcome: result.outcome,
        events: (result.events ?? []).map(({ type, details }) => ({
          orderId: task.order.id,
          type,
          key: `${type} ${task.sequence}${type === 'simulation-diverges' || type.endsWith('-held') ? ` ${task.attempts}` : ''}`,
          at: now,
          source: type.startsWith('simulation') ? ('service' as const) : ('seller' as const),
          ...(details ? { details } : {}),
        })),
        messages,
        sellerOrderId: result.sellerOrderId ?? null,
        changeStep: result.changeStep ?? null,
        simulated: result.simulated ?? [],
        now,
      },
      { priority: 'sync' },
    );
    this.#options.onChanged([task.order.id]);
  }

  async #addressOf({ order, seller }: TakenTask): Promise<SellerAddress> {
    return addressOf(order.seller_id, seller, order.sales_channel, await this.#options.keysOf(order.seller_id));
  }

  #buyer(task: TakenTask): Buyer {
    const text = task.buyerSealed === null ? null : this.#options.sealer.unseal(task.buyerSealed);
    if (text === null)
      throw new BinderyError(
        'not-found',
        'The buyer’s data of this order has been erased, so it cannot be placed again.',
      );
    // sealed by this program from a parsed hand-over
    return JSON.parse(text) as Buyer;
  }

  async #run(task: TakenTask, at: SellerAddress): Promise<Result> {
    switch (task.kind) {
      case 'simulate':
        return await this.#simulate(task, at);
      case 'place':
        return await this.#place(task, at);
      case 'authorise': {
        const { queued, receipt } = await this.#options.api.authorise(at, {
          sellerOrderId: sellerOrderIdOf(task, at),
          marketplaceOrderId: task.order.marketplace_order_id,
          groupId: task.order.group_id,
          endpoint: this.#options.endpoint(),
        });
        if (!queued) return { outcome: done, said: { queued, receipt }, events: [{ type: 'authorised' }] };
        // the outcome comes by callback; only when that gets lost it is sent again
        const pause = longestWait * 2 ** Math.min(task.attempts - 1, 6);
        const notBefore = instantOf(this.#options.ambient.now() + pause);
        return { outcome: { kind: 'again', notBefore, problem: null, ambiguous: false }, said: { queued, receipt } };
      }
      case 'cancel':
        return await this.#cancel(task, at);
      case 'change':
      case 'confirm-change':
      case 'cancel-change':
        return await callAboutChange(this.#options.api, task, at, task.kind);
    }
  }

  /** Once more just before placing: what was sold, and what the seller would sell it for now. */
  async #simulate(task: TakenTask, at: SellerAddress): Promise<Result> {
    const { address } = this.#buyer(task);
    const answers = await this.#options.api.simulate(at, {
      items: task.items.map(({ seller_sku_id, quantity }) => ({ id: seller_sku_id, quantity })),
      postalCode: address.postalCode,
      country: address.country,
    });
    let differing = 0;
    const simulated = task.items.map((item, index) => {
      const answer = answers[index];
      const sla = answer?.deliveries.find(({ id }) => id === item.sla);
      const enough = answer?.available === true && answer.stock >= item.quantity;
      if (!enough || answer.priceMinor !== item.price || sla === undefined || sla.priceMinor !== item.freight)
        differing++;
      return {
        position: item.position,
        price: answer?.priceMinor ?? null,
        freight: sla?.priceMinor ?? null,
        stock: answer?.stock ?? 0,
      };
    });
    const type = differing > 0 ? 'simulation-diverges' : 'simulation-agrees';
    return { outcome: done, simulated, said: simulated, events: [{ type, details: { differing } }] };
  }

  async #place(task: TakenTask, at: SellerAddress): Promise<Result> {
    const { api } = this.#options;
    const id = task.order.marketplace_order_id;
    const isOver = calledOff.includes(marketplaceStateOf(task.order.state));
    // no try can have arrived, and nobody wants it any more
    if (isOver && !task.ambiguous) return notPlaced;
    if (task.ambiguous) {
      const there = await api.readBack(at, id);
      if (there !== null && there !== undefined) return this.#placedAs(there.orderId, there, there.status);
      if (isOver && there === null) return notPlaced;
      // a seller of its own cannot be asked; it keeps one reservation for an id of ours, so the same call is safe
    }
    const answer = await api.place(
      at,
      placeBody(task, this.#buyer(task), this.#options.endpoint(), (sealed) => this.#options.sealer.unseal(sealed)),
    );
    if (answer.queued)
      return {
        outcome: done,
        said: answer,
        sellerOrderId: storeOrderId(at, id),
        events: [{ type: 'placement-enqueued' }],
      };
    if (answer.orderId === null)
      return {
        outcome: { kind: 'stopped', problem: 'The seller took the order and named no id of its own.', code: null },
        said: answer,
      };
    return this.#placedAs(answer.orderId, answer, '');
  }

  #placedAs(sellerOrderId: string, said: unknown, status: string): Result {
    const type =
      status === 'waiting-for-manual-authorization'
        ? 'placement-held'
        : status === 'canceled' || status === 'refused'
          ? 'placement-refused'
          : 'placed';
    return { outcome: done, said, sellerOrderId, events: [{ type }] };
  }

  async #cancel(task: TakenTask, at: SellerAddress): Promise<Result> {
    const { order, cancellation } = task;
    const answer = await this.#options.api.cancel(at, {
      sellerOrderId: sellerOrderIdOf(task, at),
      marketplaceOrderId: order.marketplace_order_id,
      groupId: order.group_id,
      requestId: cancellation?.id ?? `order-${order.id}`,
      requestedAt: cancellation?.requested_at ?? order.state_since,
      reason: cancellation?.reason ?? 'The marketplace cancelled the order.',
      byUser: cancellation?.by_user === 1,
    });
    if (answer !== null) return { outcome: done, said: answer, events: [{ type: 'cancellation-confirmed' }] };
    const notBefore = instantOf(this.#options.ambient.now() + Math.min(longestWait, askAgainAfter * task.attempts));
    return {
      outcome: { kind: 'again', notBefore, problem: null, ambiguous: false },
      events: [{ type: 'cancellation-evaluating' }],
    };
  }

  /** A refusal by its code; anything else is tried again, with read-back when it may have been applied. */
  #failed(task: TakenTask, error: unknown): Result {
    const problem =
      error instanceof BinderyError ? error.message : 'Something went wrong inside Bindery; it tries again.';
    const refused = error instanceof ProtocolError && error.failure.kind === 'refused' ? error.failure : null;
    if (refused && refusesChange(task, refused.status))
      return { outcome: done, said: { problem }, changeStep: changeAnswer(task, 'refused', problem) };
    const code = refused && task.change === null ? sellerCodeOf(refused.message) : null;
    if (code !== null) return this.#coded(task, code, problem);
    if (refused && task.kind === 'cancel' && refused.status === 400)
      return { outcome: done, said: { problem }, events: [{ type: 'cancellation-refused', details: { problem } }] };
    const ambiguous = task.ambiguous || (error instanceof ProtocolError && error.mayHaveBeenApplied);
    if (refused || task.attempts >= mostAttempts)
      return { outcome: { kind: 'stopped', problem, code: null }, said: { problem } };
    return { outcome: this.#later(task, problem, ambiguous), said: { problem } };
  }

  #later(task: TakenTask, problem: string, ambiguous: boolean): TaskOutcome {
    const { ambient } = this.#options;
    const wait = Math.min(longestWait, 500 * 2 ** Math.min(task.attempts, 10) * (0.5 + ambient.random() / 2));
    return { kind: 'again', notBefore: instantOf(ambient.now() + wait), problem, ambiguous };
  }

  #coded(task: TakenTask, code: SellerCode, problem: string): Result {
    const { event, retry } = meaningOf(code);
    const details = { code, problem };
    const said = details;
    // of a duplicate only a store's id is known without asking; another seller's calls then name the marketplace's id
    const sellerOrderId =
      event === 'placed' && task.seller.face !== null && task.seller.face !== 'external'
        ? `${task.seller.affiliate_id ?? 'MKP'}-${task.order.marketplace_order_id}`
        : null;
    const events = event === null ? [] : [{ type: event, details }];
    if (retry && task.attempts < mostAttempts) return { outcome: this.#later(task, problem, false), events, said };
    if (retry) return { outcome: { kind: 'stopped', problem, code }, events, said };
    if (event === 'authorisation-refused') return { outcome: { kind: 'stopped', problem, code }, events, said };
    return { outcome: done, events, sellerOrderId, said };
  }
}
