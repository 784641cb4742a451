import type { OfferId, SellerId, VersionId } from '../../../shared/domain/brand.ts';
import { decisionStates, isOpen } from '../../../shared/domain/decisions.ts';
import type { Money } from '../../../shared/domain/money.ts';
import { bandNumber, jsonOf, moneyOf, statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { type GroupedBy, groupOffers } from '../matching/grouping.ts';

/** Waiting offers without a SKU that are looked at, the likeliest to be something that exists first; groups shown, and offers of one. */
const looked = 20_000;
const groupsShown = 100;
const offersShown = 200;
const openStates = JSON.stringify(decisionStates.filter(isOpen));

/** A waiting offer of a group. */
export interface GroupedOffer {
  readonly offerId: OfferId;
  readonly versionId: VersionId;
  readonly title: string;
  readonly sellerId: SellerId;
  readonly sellerName: string;
  readonly price: Money | null;
  readonly by: GroupedBy;
}

export interface MissingProduct {
  readonly sellers: number;
  /** Of the group; `offers` has the first of them. */
  readonly count: number;
  readonly offers: readonly GroupedOffer[];
}

interface Stored {
  offerId: OfferId;
  versionId: VersionId;
  title: string;
  brand: string | null;
  sellerId: SellerId;
  sellerName: string;
  price: number | null;
  currency: string | null;
  gtins: string;
  model: string | null;
  specifications: string;
}

export const groupReads = {
  /** Products that the catalogue lacks and several sellers offer, the most offered first. */
  'matching.groups': (database: ReadableDatabase, _params: Record<never, never>) => {
    const stored = statement<[number, string, number], Stored>(
      database,
      `SELECT o.id AS offerId, o.version_id AS versionId, o.title, o.brand, o.seller_id AS sellerId, COALESCE(s.name, o.seller_id) AS sellerName,
              o.price, o.currency, COALESCE(json_extract(p.payload, '$.gtins'), '[]') AS gtins, json_extract(p.payload, '$.model') AS model,
              COALESCE(json_extract(p.payload, '$.specifications'), '[]') AS specifications
         FROM offer o JOIN offer_detail p ON p.offer_id = o.id LEFT JOIN seller s ON s.id = o.seller_id LEFT JOIN decision d ON d.id = o.decision_id
        WHERE o.queue = 0 AND o.band = ? AND (d.state IS NULL OR d.state NOT IN (SELECT value FROM json_each(?)))
          AND NOT EXISTS (SELECT 1 FROM match_follower f WHERE f.seller_id = o.seller_id AND f.seller_sku_id = o.seller_sku_id)
        ORDER BY o.score DESC LIMIT ?`,
    ).all(bandNumber('new'), openStates, looked);
    const known = new Map<number, Stored>(stored.map((each) => [each.offerId, each]));
    const groups = groupOffers(
      stored.map(({ offerId, sellerId, title, brand, model, gtins, price, specifications }) => ({
        offerId,
        sellerId,
        title,
        brand,
        model,
        gtins: jsonOf<string[]>(gtins, []),
        categoryPath: null,
        priceMinor: price,
        attributes: Object.fromEntries(
          jsonOf<{ name: string; values: string[] }[]>(specifications, []).map(({ name, values }) => [
            name,
            values.join(' '),
          ]),
        ),
      })),
    );
    return {
      looked: stored.length,
      isAll: stored.length < looked,
      groups: groups.slice(0, groupsShown).map(
        ({ sellers, offers }): MissingProduct => ({
          sellers,
          count: offers.length,
          offers: offers.slice(0, offersShown).flatMap(({ offerId, by }) => {
            const one = known.get(offerId);
            if (one === undefined) return [];
            const {
              gtins: _gtins,
              model: _model,
              brand: _brand,
              specifications: _specifications,
              price,
              currency,
              ...shown
            } = one;
            return [{ ...shown, price: moneyOf(price, currency), by }];
          }),
        }),
      ),
    };
  },
};
