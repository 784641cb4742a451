import type { Decision } from '../../../shared/contract/core.ts';
import type { OfferDetail, OfferRow } from '../../../shared/contract/offers.ts';
import type {
  BrandId,
  CategoryId,
  DecisionId,
  Instant,
  OfferId,
  OperatorId,
  SellerId,
  SellerSkuId,
  SkuId,
  VersionId,
} from '../../../shared/domain/brand.ts';
import type { DecisionKind, DecisionState } from '../../../shared/domain/decisions.ts';
import { idsOf } from '../database/cancel.ts';
import { bandNames, jsonOf, moneyOf, queueNames, statement, storedByIds } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { decisionColumns, decisionOf, type StoredDecision } from '../decisions/rows.ts';
import { type Meanings, meaningsOf } from '../mapping/meaning.ts';
import type { OfferText } from '../matching/types.ts';
import type { SuggestionRecord } from '../protocol/types.ts';
import { firstOfCommonWords } from './common-words.ts';
import { expiresBySql, expiryOfOffers } from './expiry.ts';
import { type OfferViewParams, offerViewSql } from './view.ts';

interface StoredOffer {
  id: number;
  queue: number;
  band: number;
  score: number | null;
  price: number | null;
  stock: number | null;
  seller_id: string;
  received_at: string;
  category_position: number | null;
  title: string;
  seller_sku_id: string;
  version_id: string;
  brand: string | null;
  currency: string | null;
  category_path: string | null;
  best_sku_id: number | null;
  reason: string | null;
  claimed_by: string | null;
  claimed_until: string | null;
  seller_name: string | null;
  claimed_name: string | null;
  decision_id: string | null;
  decision_kind: string | null;
  decision_state: string | null;
  decision_problem: string | null;
}

const rowSql = `
  SELECT o.*, s.name AS seller_name, p.name AS claimed_name,
         d.kind AS decision_kind, d.state AS decision_state, d.problem AS decision_problem
    FROM json_each(?) wanted
    CROSS JOIN offer o ON o.id = wanted.value
    LEFT JOIN seller s ON s.id = o.seller_id
    LEFT JOIN decision d ON d.id = o.decision_id
    LEFT JOIN operator p ON p.id = o.claimed_by`;

function rowOf(stored: StoredOffer, expiresAt: Instant): OfferRow {
  // ids, instants and enumerations were written by this program from parsed values
  return {
    id: stored.id as OfferId,
    sellerId: stored.seller_id as SellerId,
    sellerName: stored.seller_name ?? stored.seller_id,
    sellerSkuId: stored.seller_sku_id as SellerSkuId,
    versionId: stored.version_id as VersionId,
    title: stored.title,
    brand: stored.brand,
    categoryPath: stored.category_path,
    price: moneyOf(stored.price, stored.currency),
    stock: stored.stock,
    receivedAt: stored.received_at as Instant,
    expiresAt,
    queue: queueNames[stored.queue] ?? 'waiting',
    band: bandNames[stored.band] ?? null,
    score: stored.score,
    bestSkuId: stored.best_sku_id as SkuId | null,
    reason: jsonOf(stored.reason, null),
    decision:
      stored.decision_id !== null && stored.decision_kind !== null && stored.decision_state !== null
        ? {
            decisionId: stored.decision_id as DecisionId,
            kind: stored.decision_kind as DecisionKind,
            state: stored.decision_state as DecisionState,
            problem: stored.decision_problem,
          }
        : null,
    claim:
      stored.claimed_by !== null && stored.claimed_until !== null
        ? {
            operatorId: stored.claimed_by as OperatorId,
            operatorName: stored.claimed_name ?? stored.claimed_by,
            until: stored.claimed_until as Instant,
          }
        : null,
  };
}

function rowsByIds(database: ReadableDatabase, ids: readonly number[]): OfferRow[] {
  const expiryOf = expiryOfOffers(database);
  return storedByIds<StoredOffer>(database, rowSql, ids).map((stored) => rowOf(stored, expiryOf(stored)));
}

function payloadOf(database: ReadableDatabase, offerId: number): Partial<SuggestionRecord> {
  const found = statement<[number], { payload: string }>(
    database,
    'SELECT payload FROM offer_detail WHERE offer_id = ?',
  ).get(offerId);
  return jsonOf<Partial<SuggestionRecord>>(found?.payload ?? null, {});
}

/** What the matcher reads of an offer, in the marketplace's words where the seller's are mapped. */
function textOf(
  stored: {
    seller_id: string;
    title: string;
    brand: string | null;
    category_path: string | null;
    price: number | null;
  },
  payload: Partial<SuggestionRecord>,
  meanings: Meanings,
): OfferText {
  const attributes: Record<string, string> = {};
  for (const { name, values } of payload.specifications ?? [])
    attributes[meanings.specification(stored.seller_id, name)] = values.join(' ');
  return {
    title: stored.title,
    description: payload.description ?? null,
    brand: meanings.brand(stored.seller_id, stored.brand),
    model: payload.model ?? null,
    gtins: payload.gtins ?? [],
    categoryPath: meanings.categoryPath(stored.seller_id, stored.category_path),
    priceMinor: stored.price,
    attributes,
  };
}

const unmatchedSql = 'o.queue = 0 AND o.band = 0 AND o.id > ?';
// in the order of the rows themselves, whatever index there is
const matchedSql = '+o.queue = 0 AND +o.band > 0 AND o.id > ? ORDER BY o.id';

function matchable(database: ReadableDatabase, where: string, after: number, limit: number) {
  const meanings = meaningsOf(database);
  return statement<[number, number], StoredOffer & { payload: string }>(
    database,
    `SELECT o.id, o.version_id, o.seller_id, o.title, o.brand, o.category_path, o.price, d.payload
       FROM offer o JOIN offer_detail d ON d.offer_id = o.id WHERE ${where} LIMIT ?`,
  )
    .all(after, limit)
    .map((stored) => ({
      id: stored.id,
      versionId: stored.version_id,
      text: textOf(stored, jsonOf<Partial<SuggestionRecord>>(stored.payload, {}), meanings),
    }));
}

export const offerReads = {
  /** The first ids of a view, served by an index: what the screen shows at once. */
  'offers.first': (database: ReadableDatabase, params: OfferViewParams & { limit: number }) => {
    const walked = firstOfCommonWords(database, params, params.limit);
    if (walked) return { rows: rowsByIds(database, walked), ids: walked };
    const { sql, params: values } = offerViewSql(database, params);
    const ids = database
      .prepare(`${sql} LIMIT ?`)
      .pluck()
      .all(...values, params.limit) as number[];
    return { rows: rowsByIds(database, ids), ids };
  },
  /** All ids of a view in order. */
  'offers.all': (database: ReadableDatabase, params: OfferViewParams): Int32Array => {
    const { sql, params: values } = offerViewSql(database, params);
    return idsOf(database, sql, values);
  },
  'offers.rows': (database: ReadableDatabase, params: { ids: readonly number[] }) => rowsByIds(database, params.ids),
  'offers.detail': (database: ReadableDatabase, params: { offerId: number }): OfferDetail | null => {
    const [row] = rowsByIds(database, [params.offerId]);
    if (!row) return null;
    const payload = payloadOf(database, params.offerId);
    const meanings = meaningsOf(database);
    const category = statement<[string, string, string], { id: number }>(
      database,
      `SELECT COALESCE(
         (SELECT CAST(target_id AS INTEGER) FROM mapping WHERE seller_id = ? AND kind = 'category' AND seller_value = ?),
         (SELECT id FROM category WHERE path = ?)) AS id`,
    ).get(row.sellerId, row.categoryPath ?? '', row.categoryPath ?? '');
    const brand = statement<[string, string, string], { id: number }>(
      database,
      `SELECT COALESCE(
         (SELECT CAST(target_id AS INTEGER) FROM mapping WHERE seller_id = ? AND kind = 'brand' AND seller_value = ?),
         (SELECT id FROM brand WHERE name = ? COLLATE NOCASE)) AS id`,
    ).get(row.sellerId, row.brand ?? '', row.brand ?? '');
    const decisions: Decision[] = statement<[string, string], StoredDecision>(
      database,
      `SELECT ${decisionColumns} FROM decision WHERE seller_id = ? AND seller_sku_id = ? ORDER BY decided_at DESC LIMIT 50`,
    )
      .all(row.sellerId, row.sellerSkuId)
      .map(decisionOf);
    return {
      ...row,
      description: payload.description ?? null,
      gtins: [...(payload.gtins ?? [])],
      referenceId: payload.referenceId ?? null,
      model: payload.model ?? null,
      dimensions: {
        height: payload.dimensions?.heightCm ?? null,
        width: payload.dimensions?.widthCm ?? null,
        length: payload.dimensions?.lengthCm ?? null,
        weight: payload.dimensions?.weightGrams ?? null,
      },
      images: [...(payload.images ?? [])],
      specifications: (payload.specifications ?? []).map(({ name, values }) => ({ name, values: [...values] })),
      mappedSpecifications: (payload.specifications ?? []).map(({ name, values }) => ({
        name: meanings.specification(row.sellerId, name),
        values: [...values],
      })),
      measurementUnit: payload.measurementUnit ?? null,
      unitMultiplier: payload.unitMultiplier ?? null,
      mappedCategoryId: (category?.id ?? null) as CategoryId | null,
      mappedBrandId: (brand?.id ?? null) as BrandId | null,
      decisions,
    };
  },
  /** What the matcher reads of an offer. */
  'offers.text': (database: ReadableDatabase, params: { offerId: number }) => {
    const stored = statement<[number], StoredOffer>(database, 'SELECT * FROM offer WHERE id = ?').get(params.offerId);
    if (!stored) return null;
    return {
      versionId: stored.version_id as VersionId,
      text: textOf(stored, payloadOf(database, params.offerId), meaningsOf(database)),
    };
  },
  /** Waiting offers that the matcher has not looked at. */
  'offers.unmatched': (database: ReadableDatabase, params: { limit: number }) =>
    matchable(database, unmatchedSql, 0, params.limit),
  /** Waiting offers that it has looked at, after an id, in order of their ids. */
  'matching.rescorable': (database: ReadableDatabase, params: { after: number; limit: number }) =>
    matchable(database, matchedSql, params.after, params.limit),
  'offers.counts': (database: ReadableDatabase, params: { operatorId: string | null; expiresBefore: Instant }) => {
    const bands = [0, 0, 0, 0, 0];
    for (const { band, count } of statement<[], { band: number; count: number }>(
      database,
      'SELECT band, COUNT(*) AS count FROM offer WHERE queue = 0 GROUP BY band',
    ).all()) {
      bands[band] = count;
    }
    const [unmatched = 0, bind = 0, look = 0, fresh = 0, conflict = 0] = bands;
    const denied = statement<[], { count: number }>(
      database,
      'SELECT COUNT(*) AS count FROM offer WHERE queue = 1',
    ).get();
    const mine = statement<[string, string], { count: number }>(
      database,
      `SELECT COUNT(*) AS count FROM offer WHERE queue = 0 AND id IN (
         SELECT id FROM offer WHERE claimed_by = ?
         UNION SELECT o.id FROM offer o JOIN decision d ON d.id = o.decision_id WHERE o.decision_id IS NOT NULL AND d.operator_id = ?)`,
    ).get(params.operatorId ?? '', params.operatorId ?? '');
    const oldest = statement<[], { at: string | null }>(
      database,
      'SELECT MIN(received_at) AS at FROM offer WHERE queue = 0',
    ).get();
    const soon = expiresBySql(database, params.expiresBefore);
    const expiring = statement<(string | number)[], { count: number }>(
      database,
      `SELECT COUNT(*) AS count FROM offer o WHERE o.queue = 0 AND ${soon.where.join(' AND ')}`,
    ).get(...soon.params);
    return {
      expiring: expiring?.count ?? 0,
      waiting: unmatched + bind + look + fresh + conflict,
      unmatched,
      bind,
      look,
      new: fresh,
      conflict,
      denied: denied?.count ?? 0,
      mine: mine?.count ?? 0,
      oldestReceivedAt: (oldest?.at ?? null) as Instant | null,
    };
  },
  /** Offers of a queue that a complete sweep did not see; each is looked up once more before it is believed gone. */
  'offers.unseen': (database: ReadableDatabase, params: { queue: number; generation: number; limit: number }) =>
    statement<[number, number, number], { id: number; sellerId: SellerId; sellerSkuId: SellerSkuId }>(
      database,
      `SELECT o.id, o.seller_id AS sellerId, o.seller_sku_id AS sellerSkuId FROM offer o LEFT JOIN decision d ON d.id = o.decision_id
        WHERE o.queue = ? AND o.generation < ? AND (d.state IS NULL OR d.state <> 'sent') LIMIT ?`,
    ).all(params.queue, params.generation, params.limit),
  /** The version of an offer the cache knows now. */
  'offers.identity': (database: ReadableDatabase, params: { sellerId: string; sellerSkuId: string }) =>
    statement<[string, string], { id: number; versionId: string; queue: number }>(
      database,
      'SELECT id, version_id AS versionId, queue FROM offer WHERE seller_id = ? AND seller_sku_id = ?',
    ).get(params.sellerId, params.sellerSkuId) ?? null,
};
