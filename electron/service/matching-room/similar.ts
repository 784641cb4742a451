import type { OfferId, SkuId, VersionId } from '../../../shared/domain/brand.ts';
import { decisionStates, isOpen } from '../../../shared/domain/decisions.ts';
import type { Money } from '../../../shared/domain/money.ts';
import { moneyOf, statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import type { Actor } from '../decisions/writes.ts';
import { modelCodes, normalizeGtin } from '../matching/identifiers.ts';
import { isStopWord, words } from '../matching/text.ts';

/** Offers looked at, and shown. */
const looked = 400;
const shown = 100;
/** Titles that share less than this are no look-alikes; with a GTIN in common they always are. */
const leastAlike = 0.6;
const mostWords = 16;
const openStates = JSON.stringify(decisionStates.filter(isOpen));

/** A waiting offer that looks like another. */
export interface LookAlike {
  readonly offerId: OfferId;
  readonly versionId: VersionId;
  readonly title: string;
  readonly sellerName: string;
  readonly price: Money | null;
  readonly bestSkuId: SkuId | null;
  /** Basis points. */
  readonly alike: number;
}

interface Told {
  readonly title: string;
  readonly gtins: string;
}
interface Stored extends Told {
  offerId: OfferId;
  versionId: VersionId;
  sellerName: string;
  price: number | null;
  currency: string | null;
  bestSkuId: SkuId | null;
}

const quoted = (text: string): string =>
  (text.normalize('NFKC').match(/[\p{L}\p{N}]+/gu) ?? [])
    .slice(0, mostWords)
    .map((word) => `"${word}"`)
    .join(' AND ');

function gtinsOf(told: Told): string[] {
  // written by the pull as a list of texts
  const list = JSON.parse(told.gtins) as string[];
  return list.flatMap((each) => normalizeGtin(each) ?? []);
}

/** The words that look-alikes have to have: an identifier if there is one, else all of the title. */
function expressionOf(told: Told): string {
  const title = words(told.title);
  const code = modelCodes(title).find(({ mixed, loose }) => mixed && !loose);
  const name = code ? quoted(told.title.slice(code.start, code.end)) : quoted(told.title);
  // written by the pull as a list of texts
  const gtins = (JSON.parse(told.gtins) as string[]).slice(0, 4).map(quoted);
  return [name, ...gtins]
    .filter((each) => each !== '')
    .map((each) => `(${each})`)
    .join(' OR ');
}

const keysOf = (title: string): Set<string> =>
  new Set(words(title).flatMap((word) => (isStopWord(word.text) ? [] : [word.key])));

function alikeOf(ours: ReadonlySet<string>, theirs: ReadonlySet<string>): number {
  let both = 0;
  for (const key of ours) if (theirs.has(key)) both++;
  return both / Math.max(1, ours.size + theirs.size - both);
}

export const similarReads = {
  'offers.similar': (database: ReadableDatabase, params: { offerId: number }): LookAlike[] => {
    const asked = statement<[number], Told>(
      database,
      `SELECT o.title, COALESCE(json_extract(d.payload, '$.gtins'), '[]') AS gtins FROM offer o JOIN offer_detail d ON d.offer_id = o.id WHERE o.id = ?`,
    ).get(params.offerId);
    const expression = asked ? expressionOf(asked) : '';
    if (!asked || expression === '') return [];
    const ours = keysOf(asked.title);
    const ourGtins = new Set(gtinsOf(asked));
    return statement<[string, number, string, number], Stored>(
      database,
      `SELECT o.id AS offerId, o.version_id AS versionId, o.title, COALESCE(s.name, o.seller_id) AS sellerName, o.price, o.currency,
              o.best_sku_id AS bestSkuId, COALESCE(json_extract(p.payload, '$.gtins'), '[]') AS gtins
         FROM offer_text t CROSS JOIN offer o ON o.id = t.rowid JOIN offer_detail p ON p.offer_id = o.id
         LEFT JOIN seller s ON s.id = o.seller_id LEFT JOIN decision d ON d.id = o.decision_id
        WHERE t.offer_text MATCH ? AND o.queue = 0 AND o.id <> ? AND (d.state IS NULL OR d.state NOT IN (SELECT value FROM json_each(?))) LIMIT ?`,
    )
      .all(expression, params.offerId, openStates, looked)
      .flatMap(({ gtins, price, currency, ...stored }) => {
        const theirs = gtinsOf({ title: stored.title, gtins });
        const shares = theirs.some((each) => ourGtins.has(each));
        // two valid GTINs that differ are two products, however alike the titles
        if (!shares && theirs.length > 0 && ourGtins.size > 0) return [];
        const alike = alikeOf(ours, keysOf(stored.title));
        if (!shares && alike < leastAlike) return [];
        return [{ ...stored, price: moneyOf(price, currency), alike: Math.round(alike * 10_000) }];
      })
      .sort((a, b) => b.alike - a.alike || a.offerId - b.offerId)
      .slice(0, shown);
  },

  /** Look-alikes whose SKU exists by now, by who wanted them bound to it. */
  'matching.followers': (database: ReadableDatabase, params: { limit: number }) =>
    statement<
      [number],
      {
        offerId: number;
        versionId: string;
        skuId: number;
        batchId: string;
        operatorId: string;
        name: string;
        role: string;
        sellerId: string;
        sellerSkuId: string;
      }
    >(
      database,
      `SELECT o.id AS offerId, f.version_id AS versionId, d.sku_id AS skuId, f.batch_id AS batchId, f.operator_id AS operatorId, f.operator_name AS name,
              f.role, f.seller_id AS sellerId, f.seller_sku_id AS sellerSkuId
         FROM match_follower f JOIN decision d ON d.id = f.decision_id AND d.state = 'confirmed' JOIN sku k ON k.id = d.sku_id
         JOIN offer o ON o.seller_id = f.seller_id AND o.seller_sku_id = f.seller_sku_id LIMIT ?`,
    ).all(params.limit),
};

export const similarWrites = {
  /** Notes look-alikes that are bound once the decision's SKU exists. @returns how many */
  'matching.follow': (
    database: WritableDatabase,
    params: {
      decisionId: string;
      batchId: string;
      targets: readonly { offerId: number; versionId: string }[];
      actor: Actor;
    },
  ) => {
    const { decisionId, batchId, targets, actor } = params;
    const add = statement<(string | number)[], unknown>(
      database,
      `INSERT OR REPLACE INTO match_follower (seller_id, seller_sku_id, version_id, decision_id, batch_id, operator_id, operator_name, role)
       SELECT seller_id, seller_sku_id, version_id, ?, ?, ?, ?, ? FROM offer WHERE id = ? AND version_id = ? AND queue = 0`,
    );
    let following = 0;
    for (const { offerId, versionId } of targets)
      following += add.run(decisionId, batchId, actor.operatorId, actor.name, actor.role, offerId, versionId).changes;
    return following;
  },
  /** Forgets look-alikes that were bound, and those whose decision was taken back or refused. */
  'matching.unfollow': (
    database: WritableDatabase,
    params: { bound: readonly { sellerId: string; sellerSkuId: string }[] },
  ) => {
    const remove = statement<[string, string], unknown>(
      database,
      'DELETE FROM match_follower WHERE seller_id = ? AND seller_sku_id = ?',
    );
    for (const { sellerId, sellerSkuId } of params.bound) remove.run(sellerId, sellerSkuId);
    statement<[], unknown>(
      database,
      `DELETE FROM match_follower WHERE decision_id IN (SELECT f.decision_id FROM match_follower f LEFT JOIN decision d ON d.id = f.decision_id WHERE d.id IS NULL OR d.state = 'cancelled')`,
    ).run();
    return null;
  },
};
