import { Worker } from 'node:worker_threads';
import type { Featured } from './catalog-index.ts';
import { Channel, type MatchingError } from './channel.ts';
import { Helpers } from './helpers.ts';
import type { LearnedModel } from './learned-model.ts';
import { Lock } from './lock.ts';
import type { Learned, Loaded, Stats, WorkerRole } from './messages.ts';
import type { PackedExample } from './packed-example.ts';
import type { CatalogEntry, OfferText, Verdicted } from './types.ts';

export interface SuggestOptions {
  readonly signal?: AbortSignal;
}

export interface MatchingHost {
  /** Resolves when the entries are findable. */
  upsert(entries: readonly CatalogEntry[]): Promise<void>;
  remove(skuIds: readonly number[]): Promise<void>;
  /** For someone who waits: goes ahead of everything queued. Rejects with the signal's reason when it is aborted. */
  suggest(offer: OfferText, limit?: number, options?: SuggestOptions): Promise<Verdicted>;
  /** Background work, in the order of `offers`; later single suggestions overtake it. */
  suggestMany(offers: readonly OfferText[], limit?: number, options?: SuggestOptions): Promise<Verdicted[]>;
  /** The first candidates of each offer with what a model could learn of them, in the order of `offers`. */
  featured(offers: readonly OfferText[], limit: number, options?: SuggestOptions): Promise<(readonly Featured[])[]>;
  /** Learns from decisions when nothing else is to be done. Nothing scores with the model until it is told to `use` it. */
  learn(examples: readonly PackedExample[], version: number, options?: SuggestOptions): Promise<Learned>;
  /** Scores with a model from now on; null: with the default weights. */
  use(model: LearnedModel | null): Promise<void>;
  /** Takes over a saved index; null when the file holds none of this version. */
  load(file: string): Promise<Loaded | null>;
  /** Forgets every SKU. */
  clear(): Promise<void>;
  /** Saves the index with every change that was sent before. `stamp` is handed back by `load`. */
  save(file: string, stamp: string): Promise<void>;
  stats(): Promise<Stats>;
  /** Ends the worker; what is pending is rejected. May be called again. */
  close(): Promise<void>;
}

export interface MatchingHostOptions {
  /** The worker's script, when it does not lie beside this file (as in a bundle). */
  readonly entry?: string | URL;
  /** Threads that do a part of long lists, at most; none unless said. */
  readonly helpers?: number;
  /** The worker died; the index is gone with it, and a new host has to be made and filled. Not called on `close()`. */
  readonly onError: (error: MatchingError) => void;
}

/** Entries a message carries at most: copying a larger one would hold up the caller's event loop. */
const CHUNK = 2_000;

/** Starts the matching worker. */
export function createMatchingHost({ entry, helpers: most = 0, onError }: MatchingHostOptions): MatchingHost {
  const script = entry ?? new URL('./worker.ts', import.meta.url);
  const lock = new Lock();
  const workerData: WorkerRole = { role: 'primary', lock: lock.cells };
  const primary = new Channel(new Worker(script, { name: 'matching', workerData }), onDeath);
  const helpers = new Helpers({ entry: script, most, lock, primary, onDeath });
  let died = false;
  /** Changes of the catalogue that were asked for; resolves also when one fails. */
  let changes: Promise<unknown> = Promise.resolve();

  // A helper that died may have held the lock: they end together.
  function onDeath(error: MatchingError): void {
    if (died) return;
    died = true;
    primary.end(error);
    void primary.close();
    void helpers.close();
    onError(error);
  }
  const changed = <Answer>(change: Promise<Answer>): Promise<Answer> => {
    changes = Promise.allSettled([changes, change]);
    return change;
  };

  return {
    async upsert(entries) {
      const chunks: Promise<null>[] = [];
      for (let at = 0; at < entries.length; at += CHUNK)
        chunks.push(changed(primary.call<'upsert'>({ kind: 'upsert', entries: entries.slice(at, at + CHUNK) })));
      await Promise.all(chunks);
    },
    async remove(skuIds) {
      await changed(primary.call<'remove'>({ kind: 'remove', skuIds }));
    },
    suggest: (offer, limit, options) => primary.call<'suggest'>({ kind: 'suggest', offer, limit }, options?.signal),
    suggestMany: async (offers, limit, options) => [
      ...(await helpers.suggest(offers, limit, options?.signal, changes)),
    ],
    featured: async (offers, limit, options) => [
      ...(await primary.call<'featured'>({ kind: 'featured', offers, limit }, options?.signal)),
    ],
    learn: (examples, version, options) => primary.call<'learn'>({ kind: 'learn', examples, version }, options?.signal),
    async use(model) {
      helpers.use(model);
      await changed(primary.call<'use'>({ kind: 'use', model }));
    },
    load: (file) => changed(primary.call<'load'>({ kind: 'load', file })),
    async save(file, stamp) {
      await primary.call<'save'>({ kind: 'save', file, stamp });
    },
    async clear() {
      await changed(primary.call<'clear'>({ kind: 'clear' }));
    },
    stats: () => primary.call<'stats'>({ kind: 'stats' }),
    async close() {
      died = true;
      await Promise.all([primary.close(), helpers.close()]);
    },
  };
}
