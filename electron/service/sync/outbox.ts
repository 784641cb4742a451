import { setTimeout as wait } from 'node:timers/promises';
import type { ProductDraft, SkuDraft } from '../../../shared/contract/offers.ts';
import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Ambient, Log } from '../context.ts';
import { jsonOf } from '../database/convert.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { StoredDecision } from '../decisions/rows.ts';
import type { Backend } from '../protocol/backend.ts';
import { ProtocolError, suggestionCode } from '../protocol/failure.ts';
import type { MatchDecision, NewSkuFields } from '../protocol/suggestions.ts';
import { type OutboxItem, type Outcome, restoredEntry } from './outbox-writes.ts';
import { Pump } from './pump.ts';
import type { SharedWork } from './shared-work.ts';

/** What the dispatcher needs; a test gives it a clock of its own. */
export interface DispatcherOptions {
  readonly database: ServiceDatabase;
  readonly backend: Pick<Backend, 'suggestions' | 'bindings' | 'catalog' | 'notificator'>;
  readonly ambient: Ambient;
  readonly log: Log;
  /** Told after each entry, with the offers it touched. */
  readonly onSettled: (outcome: Outcome, item: OutboxItem, offerIds: readonly number[]) => void;
  /** Several desks run the workspace: the one that leads passes on what sellers notified, and tells the others. */
  readonly shared?: SharedWork;
}

/** Entries on their way at once; each is another entity. */
const concurrency = 6;
const shortestWait = 1_000;
const longestWait = 60_000;

/** Exponential backoff with full jitter, in milliseconds; the first wait is at least a second. */
export function waitBefore(attempt: number, random: number): number {
  const ceiling = Math.min(longestWait, shortestWait * 2 ** Math.min(attempt, 10));
  return Math.round(shortestWait + random * (ceiling - shortestWait));
}

const conflict = (code: string, problem: string): Outcome => ({ kind: 'conflict', code, problem });
const confirmed = (skuId: number | null): Outcome => ({ kind: 'confirmed', skuId });

function skuFields(sku: SkuDraft): NewSkuFields {
  return {
    name: sku.name,
    eans: sku.eans,
    refId: sku.referenceId === '' ? null : sku.referenceId,
    height: sku.height,
    width: sku.width,
    length: sku.length,
    weight: sku.weight,
    images: Object.fromEntries(sku.images.map(({ name, url }) => [name, url])),
    unitMultiplier: sku.unitMultiplier,
    measurementUnit: sku.measurementUnit,
    specifications: sku.specifications,
  };
}

/** The match that a decision about an offer sends. */
function matchOf(decision: StoredDecision): MatchDecision {
  // the payload was parsed by the contract when the decision was recorded
  const payload = jsonOf<{ sku?: SkuDraft; product?: ProductDraft }>(decision.payload, {});
  switch (decision.kind) {
    case 'bind':
      return { type: 'itemMatch', skuRef: String(decision.sku_id) };
    case 'newSku':
      if (!payload.sku) break;
      return { type: 'productMatch', productRef: String(decision.product_id), sku: skuFields(payload.sku) };
    case 'newProduct':
      if (!payload.sku || !payload.product) break;
      return { type: 'newproduct', product: { ...payload.product, specifications: null }, sku: skuFields(payload.sku) };
    case 'deny':
      return { type: 'deny' };
    case 'unblock':
      return { type: 'pending' };
  }
  throw new BinderyError('internal', `A decision of kind ${decision.kind} is not about an offer.`);
}

/** Whether every desk has this entry, under the same key. */
const isShared = (key: string): boolean => /^(forward|relay)-s\d/.test(key);

const aboutOffer = new Set(['bind', 'newSku', 'newProduct', 'deny', 'unblock']);

/**
 * Sends decisions and forwarded notifications, per entity in order. The protocol knows no idempotency key: after an
 * ambiguous failure, and after a restart, the dispatcher reads back what became of the attempt before it sends again.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #abort = new AbortController();
  readonly #pump = new Pump(() => this.#take());

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** To be called once, before the first turn: marks what was being sent when the service ended as ambiguous. */
  async recover(): Promise<number> {
    return this.#options.database.write('outbox.recover', {});
  }

  /** Takes what is due and sends it; resolves when nothing is due any more. */
  turn(): Promise<void> {
    return this.#pump.turn();
  }

  /** Stops taking and waits for what is on its way. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#pump.stop();
  }

  async #take(): Promise<void> {
    const free = concurrency - this.#pump.running;
    if (free <= 0) return;
    const taken = { now: this.#now(), limit: free, isFollowing: this.#options.shared?.isLeading === false };
    for (const item of await this.#options.database.write('outbox.take', taken, { priority: 'sync' }))
      this.#pump.run(this.#process(item));
  }

  #now(): string {
    return instantOf(this.#options.ambient.now());
  }

  async #process(item: OutboxItem): Promise<void> {
    const { database, log, shared } = this.#options;
    let outcome: Outcome;
    try {
      outcome = await this.#attempt(item);
    } catch (error) {
      outcome = this.#outcomeOfError(error, item);
    }
    if (shared && isShared(item.key) && outcome.kind !== 'again') {
      const told = await shared.settled(item.key, outcome);
      // who leads next sends what was sent and not told once more: a notification says "look again"
      if (!told) await database.write('outbox.leave', { sequence: item.sequence }, { priority: 'sync' });
      else this.#options.onSettled(outcome, item, []);
      return;
    }
    for (let tried = 0; !this.#abort.signal.aborted || tried === 0; tried++) {
      let offerIds: readonly number[];
      try {
        const settled = { sequence: item.sequence, outcome, now: this.#now() };
        ({ offerIds } = await database.write('outbox.settle', settled));
      } catch (error) {
        // a full disk, say: its entity waits, nothing else does. The next start reads back what is still "sent"
        log('error', 'an outbox entry could not be settled', { sequence: item.sequence, problem: String(error) });
        await wait(waitBefore(tried, this.#options.ambient.random()), undefined, { signal: this.#abort.signal }).catch(
          () => undefined,
        );
        continue;
      }
      this.#options.onSettled(outcome, item, offerIds);
      return;
    }
  }

  #outcomeOfError(error: unknown, item: OutboxItem): Outcome {
    const again = (problem: string, ambiguous: boolean, atLeast = 0): Outcome => ({
      kind: 'again',
      notBefore: instantOf(
        this.#options.ambient.now() + Math.max(atLeast, waitBefore(item.attempts, this.#options.ambient.random())),
      ),
      ambiguous,
      problem,
    });
    if (error instanceof ProtocolError) {
      const { failure } = error;
      if (failure.kind === 'refused') {
        // keys that were withdrawn are not the decision's fault: it waits until Settings are mended
        if (failure.status === 401 || failure.status === 403)
          return again(error.message, error.mayHaveBeenApplied, longestWait);
        // an earlier try of this very call got no answer: that one may have been applied, and is what was refused now
        if (error.mayHaveBeenApplied) return again(error.message, true);
        return { kind: 'failed', code: String(failure.code ?? failure.status), problem: error.message };
      }
      const wait = failure.kind === 'not-sent' ? (failure.retryAfterMs ?? 0) : 0;
      return again(error.message, error.mayHaveBeenApplied, wait);
    }
    this.#options.log('error', 'an outbox entry failed', {
      sequence: item.sequence,
      problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return again('Something went wrong inside Bindery; it tries again.', true);
  }

  async #attempt(item: OutboxItem): Promise<Outcome> {
    if (item.kind === 'forward') return this.#forward(item);
    if (item.kind === 'relay') return this.#relay(item);
    const decision = await this.#options.database.read('decisions.stored', { decisionId: item.key });
    if (!decision) throw new BinderyError('internal', `Decision ${item.key} is missing.`);
    if (item.ambiguous > 0) {
      const before = await this.#readBack(decision);
      if (before !== 'send') return before;
      if (item.ambiguous === restoredEntry)
        return conflict(
          'restored',
          'This decision comes from a backup that was restored, and the marketplace does not have it. Decide again if it still holds.',
        );
    }
    return aboutOffer.has(decision.kind) ? this.#decideOffer(decision) : this.#changeBinding(decision);
  }

  /** What the backend says of a decision that may have been applied: its outcome, or `send` when it was not. */
  async #readBack(decision: StoredDecision): Promise<Outcome | 'send'> {
    const { suggestions, bindings, catalog } = this.#options.backend;
    const options = { signal: this.#abort.signal, priority: 5 };
    if (decision.kind === 'inactivateSku') {
      const sku = decision.sku_id === null ? null : await catalog.sku(decision.sku_id, options);
      return sku && !sku.isActive ? this.#removeBindingOf(decision) : 'send';
    }
    if (!aboutOffer.has(decision.kind)) {
      const binding = await bindings.get(decision.seller_id, decision.seller_sku_id, options);
      const live = binding !== null && !binding.isRemoved;
      const applied = {
        activateBinding: live && binding.isActive,
        inactivateBinding: live && !binding.isActive,
        removeBinding: !live,
        insertBinding: live && binding.skuId === decision.sku_id,
        rebindBinding: live && binding.skuId === decision.sku_id,
      }[decision.kind];
      return applied ? confirmed(decision.sku_id) : 'send';
    }
    if (decision.kind === 'bind' || decision.kind === 'newSku' || decision.kind === 'newProduct') {
      const binding = await bindings.get(decision.seller_id, decision.seller_sku_id, options);
      if (binding && !binding.isRemoved) {
        const isOurs =
          decision.kind === 'bind' ? binding.skuId === decision.sku_id : await this.#madeSku(decision, binding.skuId);
        if (isOurs) return confirmed(binding.skuId);
        return conflict('bound-elsewhere', `The backend has this offer bound to SKU ${binding.skuId}.`);
      }
    }
    const suggestion = await suggestions.get(decision.seller_id, decision.seller_sku_id, options);
    if (!suggestion) return conflict('gone', 'The seller took this offer back, or it expired.');
    if (decision.kind === 'deny' && suggestion.status === 'denied') return confirmed(null);
    if (decision.kind === 'unblock' && suggestion.status === 'pending') return confirmed(null);
    const expected = decision.kind === 'unblock' ? 'denied' : 'pending';
    if (suggestion.status !== expected)
      return conflict('decided-elsewhere', `The backend has this offer as ${suggestion.status}.`);
    if (suggestion.versionId !== decision.version_id)
      return conflict(
        'version-moved-on',
        'The seller sent a newer version of this offer. Look at it again, then decide.',
      );
    return 'send';
  }

  /**
   * Whether the SKU that an offer is bound to is the one that this decision made. The backend names the match that it
   * accepted, whose id is the decision's; where it does not, the SKU has the name and the codes that the decision gave it.
   * Anybody's other SKU is not ours: taken for it, an undo would take it off sale.
   */
  async #madeSku(decision: StoredDecision, skuId: number): Promise<boolean> {
    const { suggestions, catalog } = this.#options.backend;
    const options = { signal: this.#abort.signal, priority: 5 };
    const suggestion = await suggestions.get(decision.seller_id, decision.seller_sku_id, options);
    if (suggestion && suggestion.matchId !== null) return suggestion.matchId === decision.id;
    const draft = jsonOf<{ sku?: SkuDraft }>(decision.payload, {}).sku;
    const sku = await catalog.sku(skuId, options);
    if (!draft || !sku || sku.name !== draft.name) return false;
    const sameReference = draft.referenceId !== '' && sku.referenceId === draft.referenceId;
    return sameReference || draft.eans.some((ean) => sku.gtins.includes(ean));
  }

  async #decideOffer(decision: StoredDecision): Promise<Outcome> {
    const { suggestions } = this.#options.backend;
    try {
      const outcome = await suggestions.match(
        {
          sellerId: decision.seller_id,
          sellerSkuId: decision.seller_sku_id,
          versionId: decision.version_id ?? '',
          matchId: decision.id,
          score: 100,
        },
        matchOf(decision),
        { signal: this.#abort.signal, priority: 5 },
      );
      if (outcome.skuId !== null || decision.kind === 'deny' || decision.kind === 'unblock' || decision.kind === 'bind')
        return confirmed(outcome.skuId);
      // a backend that does not say which SKU it made is asked for the binding
      const binding = await this.#options.backend.bindings.get(decision.seller_id, decision.seller_sku_id, {
        signal: this.#abort.signal,
        priority: 5,
      });
      return confirmed(binding?.skuId ?? null);
    } catch (error) {
      return this.#understand(error, decision);
    }
  }

  /** The refusals that are an answer: "already exists", "not pending", "old version". Any other error is thrown on. */
  async #understand(error: unknown, decision: StoredDecision): Promise<Outcome> {
    if (!(error instanceof ProtocolError) || error.failure.kind !== 'refused') throw error;
    switch (error.failure.code) {
      case suggestionCode.oldVersion:
        return conflict(
          'version-moved-on',
          'The seller sent a newer version of this offer. Look at it again, then decide.',
        );
      case suggestionCode.notFound:
        return conflict('gone', 'The seller took this offer back, or it expired.');
      case suggestionCode.notPending:
      case suggestionCode.sellerSkuBoundAlready: {
        const now = await this.#readBack(decision);
        return now === 'send' ? conflict('decided-elsewhere', 'The backend has this offer decided already.') : now;
      }
      case suggestionCode.skuBoundToSellerAlready: {
        const now = await this.#readBack(decision);
        if (now !== 'send') return now;
        return conflict(
          'seller-has-sku',
          'This seller sells the SKU already, under another seller SKU. Choose another SKU, or deny the offer as a duplicate.',
        );
      }
      default:
        throw error;
    }
  }

  async #changeBinding(decision: StoredDecision): Promise<Outcome> {
    const { bindings, catalog } = this.#options.backend;
    const key = [decision.seller_id, decision.seller_sku_id] as const;
    const options = { signal: this.#abort.signal, priority: 5 };
    try {
      switch (decision.kind) {
        case 'activateBinding':
          await bindings.activate(...key, options);
          break;
        case 'inactivateBinding':
          await bindings.inactivate(...key, options);
          break;
        case 'removeBinding':
          await bindings.remove(...key, options);
          break;
        case 'rebindBinding':
          await bindings.rebind(...key, decision.sku_id ?? -1, options);
          break;
        case 'insertBinding':
          await bindings.insert(
            { sellerId: key[0], sellerSkuId: key[1], skuId: decision.sku_id ?? -1, isActive: true },
            options,
          );
          break;
        case 'inactivateSku':
          await catalog.setSkuActive(decision.sku_id ?? -1, false, options);
          return this.#removeBindingOf(decision);
        default:
          throw new BinderyError('internal', `A decision of kind ${decision.kind} is not about a binding.`);
      }
      return confirmed(decision.sku_id);
    } catch (error) {
      if (
        error instanceof ProtocolError &&
        error.failure.kind === 'refused' &&
        (error.failure.status === 404 || error.failure.status === 409)
      ) {
        const now = await this.#readBack(decision);
        return now === 'send' ? conflict('changed-elsewhere', error.message) : now;
      }
      throw error;
    }
  }

  /** The second half of taking back a new SKU: nobody sells it any more. */
  async #removeBindingOf(decision: StoredDecision): Promise<Outcome> {
    await this.#options.backend.bindings.remove(decision.seller_id, decision.seller_sku_id, {
      signal: this.#abort.signal,
      priority: 5,
    });
    return confirmed(decision.sku_id);
  }

  async #forward(item: OutboxItem): Promise<Outcome> {
    const { notificator } = this.#options.backend;
    const { what, sellerId, sellerSkuId } = jsonOf<{ what: string; sellerId: string; sellerSkuId: string }>(
      item.payload,
      { what: '', sellerId: '', sellerSkuId: '' },
    );
    const options = { signal: this.#abort.signal, priority: 3 };
    // a notification says "look again": sent twice it changes nothing, so an ambiguous one is simply sent again
    if (what === 'price') await notificator.price(sellerId, sellerSkuId, options);
    else if (what === 'inventory') await notificator.inventory(sellerId, sellerSkuId, options);
    else await notificator.skuChange(sellerId, sellerSkuId, options);
    return confirmed(null);
  }

  async #isKnown(sellerId: string, sellerSkuId: string): Promise<boolean> {
    const { suggestions, bindings } = this.#options.backend;
    const options = { signal: this.#abort.signal, priority: 3 };
    const binding = await bindings.get(sellerId, sellerSkuId, options);
    return (binding !== null && !binding.isRemoved) || (await suggestions.get(sellerId, sellerSkuId, options)) !== null;
  }

  async #relay(item: OutboxItem): Promise<Outcome> {
    const { sellerId, sellerSkuId, body } = jsonOf<{ sellerId: string; sellerSkuId: string; body: unknown }>(
      item.payload,
      { sellerId: '', sellerSkuId: '', body: null },
    );
    // out of a restored backup it is older than what the backend has by now
    if (item.ambiguous === restoredEntry && (await this.#isKnown(sellerId, sellerSkuId))) return confirmed(null);
    // sent again it would only make one more version of the same offer, and the newest is what counts
    await this.#options.backend.notificator.relaySuggestion(sellerId, sellerSkuId, body, {
      signal: this.#abort.signal,
      priority: 3,
    });
    return confirmed(null);
  }
}
