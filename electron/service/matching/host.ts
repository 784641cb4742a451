import { Worker } from 'node:worker_threads';
import type { Featured } from './catalog-index.ts';
import type { LearnedModel } from './learned-model.ts';
import type { Learned, Loaded, Reply, Request, Result, Results, Stats } from './messages.ts';
import type { PackedExample } from './packed-example.ts';
import type { CatalogEntry, OfferText, Verdicted } from './types.ts';

/** Why a call to the matching worker was not answered. */
export class MatchingError extends Error {
  /** 'closed': by `close()`; 'died': the worker ended by itself; 'failed': this call threw in the worker. */
  readonly code: 'closed' | 'died' | 'failed';

  constructor(code: MatchingError['code'], message: string) {
    super(message);
    this.name = 'MatchingError';
    this.code = code;
  }
}

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
  /** The worker died; the index is gone with it, and a new host has to be made and filled. Not called on `close()`. */
  readonly onError: (error: MatchingError) => void;
}

interface Pending {
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

// Each member without its id, which the host gives.
type Call<R> = R extends { readonly id: number } ? Omit<R, 'id'> : never;

/** Entries a message carries at most: copying a larger one would hold up the caller's event loop. */
const CHUNK = 2_000;

/** Starts the matching worker. */
export function createMatchingHost({ entry, onError }: MatchingHostOptions): MatchingHost {
  const worker = new Worker(entry ?? new URL('./worker.ts', import.meta.url), { name: 'matching' });
  const pending = new Map<number, Pending>();
  let next = 1;
  let ended: MatchingError | null = null;

  const end = (error: MatchingError): void => {
    if (ended !== null) return;
    ended = error;
    for (const call of pending.values()) call.reject(error);
    pending.clear();
    if (error.code === 'died') onError(error);
  };
  worker.on('message', (reply: Reply) => {
    const call = pending.get(reply.id);
    if (call === undefined) return;
    pending.delete(reply.id);
    if (reply.ok) call.resolve(reply.result);
    else call.reject(new MatchingError('failed', reply.message));
  });
  worker.on('error', (error) => end(new MatchingError('died', `The matching worker failed: ${String(error)}`)));
  worker.on('exit', (code) => end(new MatchingError('died', `The matching worker ended with code ${code}`)));

  const call = <Kind extends keyof Results>(
    request: Call<Extract<Request, { kind: Kind }>>,
    signal?: AbortSignal,
  ): Promise<Results[Kind]> =>
    new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended);
      if (signal?.aborted) return reject(signal.reason);
      const id = next++;
      const send = (message: Request): void => worker.postMessage(message);
      const abort = (): void => {
        if (!pending.delete(id)) return;
        send({ kind: 'cancel', id });
        reject(signal?.reason);
      };
      const settled =
        <T>(then: (value: T) => void) =>
        (value: T): void => {
          signal?.removeEventListener('abort', abort);
          then(value);
        };
      signal?.addEventListener('abort', abort, { once: true });
      // the scheduler answers each kind of request with its own kind of result
      pending.set(id, { resolve: settled((result) => resolve(result as Results[Kind])), reject: settled(reject) });
      // the request of this kind, with the id that it lacked
      send({ ...request, id } as unknown as Request);
    });

  return {
    async upsert(entries) {
      const chunks: Promise<null>[] = [];
      for (let at = 0; at < entries.length; at += CHUNK)
        chunks.push(call<'upsert'>({ kind: 'upsert', entries: entries.slice(at, at + CHUNK) }));
      await Promise.all(chunks);
    },
    async remove(skuIds) {
      await call<'remove'>({ kind: 'remove', skuIds });
    },
    suggest: (offer, limit, options) => call<'suggest'>({ kind: 'suggest', offer, limit }, options?.signal),
    suggestMany: async (offers, limit, options) => [
      ...(await call<'suggestMany'>({ kind: 'suggestMany', offers, limit }, options?.signal)),
    ],
    featured: async (offers, limit, options) => [
      ...(await call<'featured'>({ kind: 'featured', offers, limit }, options?.signal)),
    ],
    learn: (examples, version, options) => call<'learn'>({ kind: 'learn', examples, version }, options?.signal),
    async use(model) {
      await call<'use'>({ kind: 'use', model });
    },
    load: (file) => call<'load'>({ kind: 'load', file }),
    async save(file, stamp) {
      await call<'save'>({ kind: 'save', file, stamp });
    },
    async clear() {
      await call<'clear'>({ kind: 'clear' });
    },
    stats: () => call<'stats'>({ kind: 'stats' }),
    async close() {
      end(new MatchingError('closed', 'Matching was closed'));
      await worker.terminate();
    },
  };
}
