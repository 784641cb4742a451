import type { MessagePort } from 'node:worker_threads';
import type { Featured } from './catalog-index.ts';
import type { LearnedModel } from './learned-model.ts';
import type { Learning } from './learning.ts';
import type { PackedExample } from './packed-example.ts';
import type { CatalogEntry, OfferText, Verdicted } from './types.ts';

/** What a worker is started as. */
export type WorkerRole =
  /** Keeps the index. */
  | { readonly role: 'primary'; readonly lock: SharedArrayBuffer }
  /** Reads the primary's index; `port` is where it is told of its memory. */
  | { readonly role: 'helper'; readonly lock: SharedArrayBuffer; readonly port: MessagePort };

/** What the host asks of the worker. Everything but `cancel` and `share` is answered once, by id. */
export type Request =
  /** Takes over the index that a file holds; without one of this version the index stays as it is. */
  | { readonly kind: 'load'; readonly id: number; readonly file: string }
  | { readonly kind: 'save'; readonly id: number; readonly file: string; readonly stamp: string }
  /** Forgets every SKU. */
  | { readonly kind: 'clear'; readonly id: number }
  | { readonly kind: 'upsert'; readonly id: number; readonly entries: readonly CatalogEntry[] }
  | { readonly kind: 'remove'; readonly id: number; readonly skuIds: readonly number[] }
  | { readonly kind: 'suggest'; readonly id: number; readonly offer: OfferText; readonly limit: number | undefined }
  | {
      readonly kind: 'suggestMany';
      readonly id: number;
      readonly offers: readonly OfferText[];
      readonly limit: number | undefined;
    }
  | { readonly kind: 'featured'; readonly id: number; readonly offers: readonly OfferText[]; readonly limit: number }
  | {
      readonly kind: 'learn';
      readonly id: number;
      readonly examples: readonly PackedExample[];
      readonly version: number;
    }
  | { readonly kind: 'use'; readonly id: number; readonly model: LearnedModel | null }
  | { readonly kind: 'stats'; readonly id: number }
  /** Lets a helper read the index; it is told of its memory through the port. */
  | { readonly kind: 'share'; readonly port: MessagePort }
  | { readonly kind: 'cancel'; readonly id: number };

export interface Stats {
  /** Live SKUs. */
  readonly skus: number;
  /** Memory of the index, estimated. */
  readonly bytes: number;
}

/** What `load` found. */
export interface Loaded {
  readonly skus: number;
  readonly stamp: string;
}

export type Learned = Learning;

/** What the keeper of an index is asked of it. */
export type IndexRequest = Exclude<Request, { readonly kind: 'share' }>;

/** What each request is answered with. */
export interface Results {
  readonly load: Loaded | null;
  readonly save: null;
  readonly clear: null;
  readonly upsert: null;
  readonly remove: null;
  readonly suggest: Verdicted;
  readonly suggestMany: readonly Verdicted[];
  readonly featured: readonly (readonly Featured[])[];
  readonly learn: Learned;
  readonly use: null;
  readonly stats: Stats;
}
export type Result = Results[keyof Results];

export type Reply =
  | { readonly id: number; readonly ok: true; readonly result: Result }
  | { readonly id: number; readonly ok: false; readonly message: string };
