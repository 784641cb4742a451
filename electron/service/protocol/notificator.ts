/**
 * What Bindery tells the backend on a seller's behalf: price or stock changed, SKU changed, a new or changed offer. The
 * first three carry no value, so telling twice is harmless and they are tried again.
 */
import { z } from 'zod';
import { isRefusedWith } from './failure.ts';
import { booleanOrNull, eitherCase, textOrNull } from './fields.ts';
import { type HttpClient, pathOf } from './http.ts';
import type { CallOptions } from './sellers.ts';

export interface RelayOutcome {
  /** The version the backend made of it, when it says so. */
  readonly versionId: string | null;
  readonly status: string | null;
  /** The backend left its own copy alone: the offer is denied, or is bound and belongs to the marketplace now. */
  readonly ignored: boolean;
}

const relayed = z.preprocess(
  (value) => (typeof value === 'object' && value !== null ? value : {}),
  eitherCase(z.looseObject({ VersionId: textOrNull, Status: textOrNull, Ignored: booleanOrNull })),
);

export interface NotificatorApi {
  price(sellerId: string, sellerSkuId: string, options?: CallOptions): Promise<void>;
  inventory(sellerId: string, sellerSkuId: string, options?: CallOptions): Promise<void>;
  /** @returns whether the backend has it bound; when not it wants the offer. */
  skuChange(sellerId: string, sellerSkuId: string, options?: CallOptions): Promise<boolean>;
  /** Hands the seller's offer on, its body as it came. Each PUT makes a version, so it is not tried again here. */
  relaySuggestion(sellerId: string, sellerSkuId: string, body: unknown, options?: CallOptions): Promise<RelayOutcome>;
}

/** @param suggestions the client of the suggestions' server, which may be another than that of the rest. */
export function createNotificatorApi(http: HttpClient, suggestions: HttpClient = http): NotificatorApi {
  const notify = async (kind: 'price' | 'inventory', sellerId: string, sellerSkuId: string, options?: CallOptions) =>
    http.send({
      method: 'POST',
      path: `/api/notificator${pathOf(sellerId, 'changenotification', sellerSkuId, kind)}`,
      idempotent: true,
      ...options,
    });
  return {
    price: async (sellerId, sellerSkuId, options) => notify('price', sellerId, sellerSkuId, options),
    inventory: async (sellerId, sellerSkuId, options) => notify('inventory', sellerId, sellerSkuId, options),
    async skuChange(sellerId, sellerSkuId, options) {
      const path = `/api/catalog_system/pvt/skuseller/changenotification${pathOf(sellerId, sellerSkuId)}`;
      try {
        await http.send({ method: 'POST', path, idempotent: true, ...options });
        return true;
      } catch (error) {
        if (isRefusedWith(error, 404)) return false;
        throw error;
      }
    },
    async relaySuggestion(sellerId, sellerSkuId, body, options) {
      const path = pathOf('suggestions', sellerId, sellerSkuId);
      const reply = await suggestions.request({
        method: 'PUT',
        path,
        body,
        schema: relayed,
        idempotent: false,
        ...options,
      });
      return { versionId: reply.VersionId, status: reply.Status, ignored: reply.Ignored ?? false };
    },
  };
}
