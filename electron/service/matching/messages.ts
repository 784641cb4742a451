import type { CatalogEntry, OfferText, Verdicted } from './types.ts';

/** What the host asks of the worker. Everything but `cancel` is answered once, by id. */
export type Request =
  | { readonly kind: 'upsert'; readonly id: number; readonly entries: readonly CatalogEntry[] }
  | { readonly kind: 'remove'; readonly id: number; readonly skuIds: readonly number[] }
  | { readonly kind: 'suggest'; readonly id: number; readonly offer: OfferText; readonly limit: number | undefined }
  | {
      readonly kind: 'suggestMany';
      readonly id: number;
      readonly offers: readonly OfferText[];
      readonly limit: number | undefined;
    }
  | { readonly kind: 'stats'; readonly id: number }
  | { readonly kind: 'cancel'; readonly id: number };

export interface Stats {
  /** Live SKUs. */
  readonly skus: number;
  /** Memory of the index, estimated. */
  readonly bytes: number;
}

export type Result = null | Verdicted | readonly Verdicted[] | Stats;

export type Reply =
  | { readonly id: number; readonly ok: true; readonly result: Result }
  | { readonly id: number; readonly ok: false; readonly message: string };
