/**
 * Carts simulated at many sellers at once. Each seller has the protocol's 2.5 s; one that does not answer in time counts as
 * unavailable and holds up nobody, and one that fails again and again is not asked for a while. Answers are remembered with their age.
 */
import { type Instant, instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Ambient } from '../context.ts';
import { ProtocolError } from '../protocol/failure.ts';
import type { Cart, SellerAddress, SellerOrdersApi } from '../protocol/seller-orders.ts';
import type { SimulatedItem } from '../protocol/simulation.ts';
import { createSellerPace } from '../sync/seller-pace.ts';

export const quoteStates = ['answered', 'timed-out', 'failed', 'left-alone', 'no-address'] as const;
export type QuoteState = (typeof quoteStates)[number];

/** What one seller says of a cart. */
export interface Quote {
  readonly sellerId: string;
  readonly state: QuoteState;
  readonly problem: string | null;
  /** One an item of the cart, in its order: of this answer, or of the last one that is known (not to sell by). */
  readonly items: readonly SimulatedItem[];
  /** When the items were said; null when nothing is known. */
  readonly answeredAt: Instant | null;
  /** How long the seller took for them. Milliseconds. */
  readonly tookMs: number | null;
}

export interface CartRequest {
  readonly sellerId: string;
  readonly cart: Cart;
  readonly salesChannel: string;
}

export interface CartSimulator {
  /**
   * One quote a request, in their order, as soon as the slowest has answered or 2.5 s are over.
   * @param maxAgeMs an answer that is not older is taken from memory; 0 asks every seller
   */
  simulate(requests: readonly CartRequest[], maxAgeMs?: number): Promise<readonly Quote[]>;
  /** Sellers that are left alone now, and until when. Milliseconds since the epoch. */
  leftAlone(): ReadonlyMap<string, number>;
}

export interface CartSimulatorOptions {
  readonly api: Pick<SellerOrdersApi, 'simulate'>;
  readonly ambient: Pick<Ambient, 'now'>;
  /** Where a seller is. @throws BinderyError when nobody knows */
  readonly addressOf: (sellerId: string, salesChannel: string) => Promise<SellerAddress>;
}

interface Answer {
  readonly items: readonly SimulatedItem[];
  readonly at: number;
  readonly tookMs: number;
}

/** Answers kept in memory: a few kilobytes each. */
const mostAnswers = 5_000;

function keyOf({ sellerId, cart, salesChannel }: CartRequest): string {
  const items = cart.items.map(({ id, quantity }) => `${id} ${quantity}`);
  return JSON.stringify([sellerId, salesChannel, cart.country, cart.postalCode, items]);
}

export function createCartSimulator({ api, ambient, addressOf }: CartSimulatorOptions): CartSimulator {
  const answers = new Map<string, Answer>();
  const asking = new Map<string, Promise<Quote>>();
  const pace = createSellerPace(ambient.now);

  /** The oldest makes room. */
  function remember(key: string, answer: Answer): void {
    answers.delete(key);
    answers.set(key, answer);
    if (answers.size <= mostAnswers) return;
    const [oldest] = answers.keys();
    if (oldest !== undefined) answers.delete(oldest);
  }
  const quoteOf = (sellerId: string, state: QuoteState, problem: string | null, known: Answer | undefined): Quote => ({
    sellerId,
    state,
    problem,
    items: known?.items ?? [],
    answeredAt: known === undefined ? null : instantOf(known.at),
    tookMs: known?.tookMs ?? null,
  });

  async function ask(request: CartRequest, key: string): Promise<Quote> {
    const { sellerId } = request;
    const known = answers.get(key);
    let at: SellerAddress;
    try {
      at = await addressOf(sellerId, request.salesChannel);
    } catch (error) {
      if (!(error instanceof BinderyError)) throw error;
      return quoteOf(sellerId, 'no-address', error.message, known);
    }
    if (pace.paused().has(sellerId))
      return quoteOf(sellerId, 'left-alone', 'It failed several times in a row and is left alone for a while.', known);
    const started = performance.now();
    pace.started(sellerId);
    try {
      const items = await api.simulate(at, request.cart);
      pace.ended(sellerId, 'answered');
      const answer = { items, at: ambient.now(), tookMs: Math.round(performance.now() - started) };
      remember(key, answer);
      return quoteOf(sellerId, 'answered', null, answer);
    } catch (error) {
      if (!(error instanceof BinderyError)) {
        pace.ended(sellerId, 'failed');
        throw error;
      }
      // a seller that says no has answered
      const saidNo = error instanceof ProtocolError && error.failure.kind === 'refused';
      pace.ended(sellerId, saidNo ? 'answered' : 'failed');
      return quoteOf(sellerId, error.code === 'timed-out' ? 'timed-out' : 'failed', error.message, known);
    }
  }

  return {
    async simulate(requests, maxAgeMs = 0) {
      return await Promise.all(
        requests.map((request) => {
          const key = keyOf(request);
          const known = answers.get(key);
          if (known !== undefined && ambient.now() - known.at < maxAgeMs)
            return quoteOf(request.sellerId, 'answered', null, known);
          // the same question at the same time is asked once
          let running = asking.get(key);
          if (running === undefined) {
            running = ask(request, key).finally(() => asking.delete(key));
            asking.set(key, running);
          }
          return running;
        }),
      );
    },
    leftAlone: pace.paused,
  };
}

/** The delivery of an item that a buyer would take without saying: the cheapest to the door, else the cheapest of all. */
export function usualDelivery(item: SimulatedItem): SimulatedItem['deliveries'][number] | null {
  const priced = item.deliveries.filter(({ priceMinor }) => priceMinor !== null);
  const toDoor = priced.filter(({ channel }) => channel !== 'pickup-in-point');
  const from = toDoor.length > 0 ? toDoor : priced;
  return (
    from.toSorted((one, other) => (one.priceMinor ?? 0) - (other.priceMinor ?? 0) || (one.id < other.id ? -1 : 1))[0] ??
    null
  );
}
