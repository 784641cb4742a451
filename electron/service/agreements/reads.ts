import { type Breach, breachesOf, type OfferFacts } from '../../../shared/domain/agreements/checks.ts';
import type { Terms } from '../../../shared/domain/agreements/terms.ts';
import type { Instant, SellerId } from '../../../shared/domain/brand.ts';
import { jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { meaningsOf } from '../mapping/meaning.ts';
import type { SuggestionRecord } from '../protocol/types.ts';
import { termsOf, versionAt, versionRows, versionsOf } from './rows.ts';
import { judgedScore } from './scorecards.ts';

interface StoredOfferFacts {
  seller_id: string;
  brand: string | null;
  category_path: string | null;
  payload: string | null;
}

/** What the criteria for selection ask of an offer, in the marketplace's words; the seller's score is the caller's to add. */
function factsOf(
  database: ReadableDatabase,
  offerId: number,
): { sellerId: string; facts: Omit<OfferFacts, 'sellerScore'> } | null {
  const stored = statement<[number], StoredOfferFacts>(
    database,
    `SELECT o.seller_id, o.brand, o.category_path, d.payload FROM offer o LEFT JOIN offer_detail d ON d.offer_id = o.id WHERE o.id = ?`,
  ).get(offerId);
  if (!stored) return null;
  const payload = jsonOf<Partial<SuggestionRecord>>(stored.payload, {});
  const meanings = meaningsOf(database);
  const brand = meanings.brand(stored.seller_id, stored.brand);
  const path = meanings.categoryPath(stored.seller_id, stored.category_path);
  const categories = statement<[string], { id: number }>(
    database,
    `WITH RECURSIVE up (id, parent_id) AS (
       SELECT id, parent_id FROM category WHERE path = ?
       UNION SELECT c.id, c.parent_id FROM category c JOIN up ON c.id = up.parent_id)
     SELECT id FROM up`,
  ).all(path ?? '');
  return {
    sellerId: stored.seller_id,
    facts: {
      brandId:
        statement<[string], { id: number }>(database, 'SELECT id FROM brand WHERE name = ? COLLATE NOCASE').get(
          brand ?? '',
        )?.id ?? null,
      categoryPath: categories.length === 0 ? null : categories.map(({ id }) => id),
      attributes: (payload.specifications ?? []).map(({ name }) => meanings.specification(stored.seller_id, name)),
      images: payload.images?.length ?? 0,
    },
  };
}

/** Counted only where the agreement asks for it. */
const scoreFor = (database: ReadableDatabase, terms: Terms, sellerId: string, now: string): number | null =>
  terms.selection.minimumScore === null ? null : judgedScore(database, terms, sellerId, now);

const breachRow = ({ code, ...values }: Breach) => ({
  code,
  // a breach is flat: texts and numbers
  values: values as Record<string, string | number>,
});

export const agreementReads = {
  'agreements.list': (database: ReadableDatabase, params: { now: string }) => {
    const sellers = statement<[], { id: string; name: string }>(
      database,
      'SELECT id, name FROM seller ORDER BY name COLLATE NOCASE, id',
    ).all();
    const future = statement<[string, string], { n: number }>(
      database,
      'SELECT COUNT(*) AS n FROM agreement_version WHERE seller_id = ? AND withdrawn_at IS NULL AND valid_from > ?',
    );
    const waiting = statement<[string], { id: number }>(
      database,
      'SELECT id FROM offer WHERE seller_id = ? AND queue = 0 ORDER BY received_at DESC LIMIT 500',
    );
    return {
      sellers: sellers.map(({ id, name }) => {
        const version = versionAt(database, id, params.now);
        const terms = version && termsOf(version.terms);
        const sellerScore = terms && scoreFor(database, terms, id, params.now);
        const breaching = terms
          ? waiting.all(id).filter((offer) => {
              const found = factsOf(database, offer.id);
              return (
                found !== null && breachesOf(terms, { ...found.facts, sellerScore: sellerScore ?? null }).length > 0
              );
            }).length
          : 0;
        return {
          sellerId: id as SellerId,
          sellerName: name,
          version: version?.number ?? null,
          validFrom: (version?.valid_from ?? null) as Instant | null,
          future: future.get(id, params.now)?.n ?? 0,
          breaching,
        };
      }),
      templates: statement<[], { id: string; name: string; terms: string }>(
        database,
        'SELECT id, name, terms FROM agreement_template ORDER BY name COLLATE NOCASE, id',
      )
        .all()
        .map(({ id, name, terms }) => ({ templateId: id, name, terms: termsOf(terms) })),
    };
  },
  'agreements.detail': (database: ReadableDatabase, params: { sellerId: string; now: string }) => ({
    versions: versionRows(database, params.sellerId, params.now),
    brands: statement<[string], { brandId: number; name: string }>(
      database,
      'SELECT id AS brandId, name FROM brand WHERE id IN (SELECT value FROM json_each(?)) ORDER BY name',
    ).all(
      JSON.stringify(
        versionsOf(database, params.sellerId).flatMap(({ terms }) => termsOf(terms).selection.brandIds ?? []),
      ),
    ),
    documents: statement<
      [string],
      { id: string; name: string; type: string; size: number; author: string; attached_at: string }
    >(
      database,
      'SELECT id, name, type, LENGTH(content) AS size, author, attached_at FROM agreement_document WHERE seller_id = ? ORDER BY attached_at DESC, id',
    )
      .all(params.sellerId)
      .map(({ id, name, type, size, author, attached_at }) => ({
        documentId: id,
        name,
        type,
        size,
        author,
        at: attached_at as Instant,
      })),
  }),
  'agreements.document': (database: ReadableDatabase, params: { documentId: string }) => {
    const found = statement<
      [string],
      { id: string; name: string; type: string; content: Buffer; author: string; attached_at: string }
    >(database, 'SELECT * FROM agreement_document WHERE id = ?').get(params.documentId);
    return (
      found && {
        documentId: found.id,
        name: found.name,
        type: found.type,
        size: found.content.length,
        author: found.author,
        at: found.attached_at as Instant,
        content: found.content.toString('base64'),
      }
    );
  },
  'agreements.checkOffer': (database: ReadableDatabase, params: { offerId: number; now: string }) => {
    const found = factsOf(database, params.offerId);
    const version = found && versionAt(database, found.sellerId, params.now);
    if (!found || !version) return null;
    const terms = termsOf(version.terms);
    return {
      version: version.number,
      breaches: breachesOf(terms, {
        ...found.facts,
        sellerScore: scoreFor(database, terms, found.sellerId, params.now),
      }).map(breachRow),
      marketplaceFulfilment: terms.delivery.marketplaceFulfilment,
    };
  },
};
