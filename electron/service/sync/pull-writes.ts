import type { ChannelPair } from '../../../shared/domain/channels.ts';
import { placeInOrder } from '../../../shared/domain/tree-positions.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { meaningsOf } from '../mapping/meaning.ts';
import { sweepLater } from '../offers/sweep.ts';
import { instantOfVersion } from '../protocol/fields.ts';
import type { BrandRecord, CategoryRecord, SellerRecord, SkuRecord, SuggestionRecord } from '../protocol/types.ts';
import type { SuggestionResult } from './suggestion-result.ts';
import type { SuggestionRow } from './suggestion-row.ts';

const queueOfStatus: Readonly<Record<string, number>> = { pending: 0, denied: 1, accepted: 2, expired: 3 };

/** CROSS JOIN fixes the order: with nothing pending the planner would rather walk through every offer to find that out. */
export const pendingTextSql = `SELECT o.id, o.title, o.brand, o.seller_sku_id, d.payload FROM offer_text_pending p
  CROSS JOIN offer o ON o.id = p.offer_id CROSS JOIN offer_detail d ON d.offer_id = o.id LIMIT ?`;

interface KnownOffer {
  id: number;
  version_id: string;
  received_at: string;
  queue: number;
  price: number | null;
  stock: number | null;
  decision_id: string | null;
  settled_at: string | null;
  decision_state: string | null;
}

/** The bindings of a seller whose channels are others now are asked for their prices. */
function askAgain(database: WritableDatabase, sellerId: string): void {
  if (statement<[string], unknown>(database, 'SELECT 1 FROM binding WHERE seller_id = ? LIMIT 1').get(sellerId))
    sweepLater(database, 'channels', sellerId);
}

/**
 * Whether a record is an older version than what is known: pages overlap, and the one that was read earlier may arrive later. A
 * version's id is the instant at which it was made; where one is not, the instant of its last change is compared.
 */
function isOlder(record: SuggestionRow, known: KnownOffer): boolean {
  if (record.versionId === known.version_id) return false;
  const [made, knownMade] = [instantOfVersion(record.versionId), instantOfVersion(known.version_id)];
  if (made !== null && knownMade !== null) return made < knownMade;
  return record.receivedAt !== null && record.receivedAt < known.received_at;
}

/** Pages of words that one piece of tidying writes, at least. */
const tidiedPages = 64;

export const pullWrites = {
  'pull.sellers': (database: WritableDatabase, params: { records: readonly SellerRecord[]; generation: number }) => {
    const upsert = statement<(string | number | null)[], unknown>(
      database,
      `INSERT INTO seller (id, name, is_active, endpoint, seller_type, email, tax_code, raw, generation, sales_channels) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, is_active = excluded.is_active, endpoint = excluded.endpoint, seller_type = excluded.seller_type,
         email = excluded.email, tax_code = excluded.tax_code, raw = excluded.raw, generation = excluded.generation,
         sales_channels = excluded.sales_channels, gone_at = NULL`,
    );
    const selected = statement<[string], { sales_channels: string | null }>(
      database,
      'SELECT sales_channels FROM seller WHERE id = ?',
    );
    for (const record of params.records) {
      const known = selected.get(record.sellerId);
      const salesChannels =
        record.salesChannels.length === 0
          ? null
          : JSON.stringify(record.salesChannels.flatMap(({ id, isSelected }) => (isSelected ? [String(id)] : [])));
      upsert.run(
        record.sellerId,
        record.name,
        record.isActive ? 1 : 0,
        record.fulfillmentEndpoint,
        record.sellerType === 2 ? 'white-label' : 'regular',
        record.email,
        record.taxCode,
        // the groups that commission rules may name
        JSON.stringify({ groups: record.raw.groups ?? [] }),
        params.generation,
        salesChannels,
      );
      if (known && known.sales_channels !== salesChannels) askAgain(database, record.sellerId);
    }
    return params.records.length;
  },

  /** What a seller calls our sales channels, as the backend has it. */
  'pull.channels': (database: WritableDatabase, params: { sellerId: string; channels: readonly ChannelPair[] }) => {
    const { changes } = statement<[string, string, string], unknown>(
      database,
      'UPDATE seller SET channels = ? WHERE id = ? AND channels <> ?',
    ).run(JSON.stringify(params.channels), params.sellerId, JSON.stringify(params.channels));
    if (changes > 0) askAgain(database, params.sellerId);
    return null;
  },

  /** The register has no such seller any more; what was sold and decided stays. */
  'pull.sellerGone': (database: WritableDatabase, params: { sellerId: string; at: string }) =>
    statement<[string, string], unknown>(database, 'UPDATE seller SET is_active = 0, gone_at = ? WHERE id = ?').run(
      params.at,
      params.sellerId,
    ).changes,

  /**
   * The whole tree at once: the positions of a subtree are a range, so "in this category or below" is a BETWEEN. A category
   * that kept its place keeps its position; offers of those that did not are placed anew by a sweep.
   */
  'pull.categories': (database: WritableDatabase, params: { records: readonly CategoryRecord[] }) => {
    const children = new Map<number | null, CategoryRecord[]>();
    const ids = new Set(params.records.map(({ id }) => id));
    for (const record of params.records) {
      const parent = record.parentId !== null && ids.has(record.parentId) ? record.parentId : null;
      const siblings = children.get(parent);
      if (siblings) siblings.push(record);
      else children.set(parent, [record]);
    }
    const ordered: { record: CategoryRecord; path: string; depth: number; last: number }[] = [];
    const visit = (record: CategoryRecord, parentPath: string, depth: number): void => {
      const entry = { record, path: parentPath === '' ? record.name : `${parentPath}/${record.name}`, depth, last: 0 };
      ordered.push(entry);
      for (const child of children.get(record.id) ?? []) visit(child, entry.path, depth + 1);
      entry.last = ordered.length - 1;
    };
    for (const root of children.get(null) ?? []) visit(root, '', 0);

    const before = new Map(
      statement<[], { id: number; position: number; path: string }>(database, 'SELECT id, position, path FROM category')
        .all()
        .map((row) => [row.id, row]),
    );
    const positions = placeInOrder(ordered.map(({ record }) => before.get(record.id)?.position ?? null));
    database.exec('DELETE FROM category');
    const insert = statement<(string | number | null)[], unknown>(
      database,
      'INSERT INTO category (id, parent_id, name, path, depth, position, last_position) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    let isMoved = ordered.length !== before.size;
    for (const [index, { record, path, depth, last }] of ordered.entries()) {
      const position = positions[index] ?? 0;
      const known = before.get(record.id);
      if (known?.position !== position || known.path !== path) isMoved = true;
      insert.run(record.id, record.parentId, record.name, path, depth, position, positions[last] ?? position);
    }
    if (isMoved && statement<[], unknown>(database, 'SELECT 1 FROM offer LIMIT 1').get()) sweepLater(database, 'tree');
    return ordered.length;
  },

  /** Brands; with `at`, all there are: one that is missing is gone, and may come back. An empty list is an answer that went wrong. */
  'pull.brands': (database: WritableDatabase, params: { records: readonly BrandRecord[]; at?: string }) => {
    const upsert = statement<[number, string], unknown>(
      database,
      `INSERT INTO brand (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, gone_at = NULL
        WHERE brand.name <> excluded.name OR brand.gone_at IS NOT NULL`,
    );
    for (const record of params.records) upsert.run(record.id, record.name);
    if (params.at !== undefined && params.records.length > 0)
      statement<[string, string], unknown>(
        database,
        'UPDATE brand SET gone_at = ? WHERE gone_at IS NULL AND id NOT IN (SELECT value FROM json_each(?))',
      ).run(params.at, JSON.stringify(params.records.map(({ id }) => id)));
    return params.records.length;
  },

  'pull.skus': (database: WritableDatabase, params: { records: readonly SkuRecord[]; generation: number }) => {
    const path = statement<[number], { path: string }>(database, 'SELECT path FROM category WHERE id = ?');
    const upsert = statement<(string | number | null)[], unknown>(
      database,
      `INSERT INTO sku (id, product_id, is_active, category_id, brand_id, reference_price, name, product_name, brand, category_path, reference_id, model, gtins, image_url, specifications, generation)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET product_id = excluded.product_id, is_active = excluded.is_active, category_id = excluded.category_id, brand_id = excluded.brand_id,
         reference_price = excluded.reference_price, name = excluded.name, product_name = excluded.product_name, brand = excluded.brand, category_path = excluded.category_path,
         reference_id = excluded.reference_id, model = excluded.model, gtins = excluded.gtins, image_url = excluded.image_url, specifications = excluded.specifications, generation = excluded.generation, gone_at = NULL
       WHERE sku.gone_at IS NOT NULL OR (sku.product_id, sku.is_active, sku.category_id, sku.brand_id, sku.reference_price, sku.name, sku.product_name, sku.brand, sku.category_path, sku.reference_id, sku.model, sku.gtins, sku.image_url, sku.specifications)
         IS NOT (excluded.product_id, excluded.is_active, excluded.category_id, excluded.brand_id, excluded.reference_price, excluded.name, excluded.product_name, excluded.brand, excluded.category_path, excluded.reference_id, excluded.model, excluded.gtins, excluded.image_url, excluded.specifications)`,
    );
    const unindex = statement<[number], unknown>(database, 'DELETE FROM sku_text WHERE rowid = ?');
    const index = statement<[number, string], unknown>(database, 'INSERT INTO sku_text (rowid, text) VALUES (?, ?)');
    const forget = statement<[number], unknown>(database, 'DELETE FROM sku_identifier WHERE sku_id = ?');
    const identify = statement<[string, number], unknown>(
      database,
      'INSERT OR IGNORE INTO sku_identifier (value, sku_id) VALUES (?, ?)',
    );
    const wasActive = statement<[number], { is_active: number }>(database, 'SELECT is_active FROM sku WHERE id = ?');
    const changed: number[] = [];
    for (const record of params.records) {
      const before = wasActive.get(record.skuId);
      const categoryPath =
        record.categoryPath ?? (record.categoryId === null ? null : (path.get(record.categoryId)?.path ?? null));
      const { changes } = upsert.run(
        record.skuId,
        record.productId,
        record.isActive ? 1 : 0,
        record.categoryId,
        record.brandId,
        record.referencePriceMinor,
        record.name,
        record.productName,
        record.brandName,
        categoryPath,
        record.referenceId,
        record.model,
        JSON.stringify(record.gtins),
        record.imageUrl,
        JSON.stringify(record.specifications),
        params.generation,
      );
      if (changes === 0) continue;
      changed.push(record.skuId);
      // nobody binds to it any more: whoever had it as the best suggestion is looked at again
      if (before?.is_active === 1 && !record.isActive) sweepLater(database, 'sku', '', String(record.skuId));
      unindex.run(record.skuId);
      index.run(
        record.skuId,
        [
          record.name,
          record.productName,
          record.brandName ?? '',
          record.referenceId ?? '',
          record.model ?? '',
          ...record.gtins,
          String(record.skuId),
        ].join(' '),
      );
      forget.run(record.skuId);
      for (const value of [...record.gtins, record.referenceId, record.model])
        if (value) identify.run(value, record.skuId);
    }
    return { changed };
  },

  /** The catalogue has no such SKU any more: nobody binds to it, and its history stays. */
  'pull.skuGone': (database: WritableDatabase, params: { skuId: number; at: string }) => {
    const { changes } = statement<[string, number], unknown>(
      database,
      'UPDATE sku SET is_active = 0, gone_at = ? WHERE id = ? AND gone_at IS NULL',
    ).run(params.at, params.skuId);
    if (changes > 0) sweepLater(database, 'sku', '', String(params.skuId));
    return changes;
  },

  /**
   * One page of suggestions. A row that a decision of ours settled, or is settling, after the page was asked for is left
   * alone: the page is older than what we know. Any page twice, or in any order, ends in the same state.
   */
  'pull.suggestions': (
    database: WritableDatabase,
    params: { records: readonly SuggestionRow[]; generation: number; askedAt: string },
  ) => {
    const meanings = meaningsOf(database);
    const find = statement<[string, string], KnownOffer>(
      database,
      `SELECT o.id, o.version_id, o.received_at, o.queue, o.price, o.stock, o.decision_id, d.settled_at, d.state AS decision_state
         FROM offer o LEFT JOIN decision d ON d.id = o.decision_id WHERE o.seller_id = ? AND o.seller_sku_id = ?`,
    );
    const insert = statement<(string | number | null)[], unknown>(
      database,
      `INSERT INTO offer (queue, category_position, price, stock, seller_id, received_at, title, seller_sku_id, version_id, brand, currency, category_path, generation)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (seller_id, seller_sku_id) DO NOTHING`,
    );
    const insertDetail = statement<[number | bigint, string], unknown>(
      database,
      'INSERT INTO offer_detail (offer_id, payload) VALUES (?, ?)',
    );
    const update = statement<(string | number | null)[], unknown>(
      database,
      `UPDATE offer SET queue = ?, category_position = ?, price = ?, stock = ?, received_at = ?, title = ?, version_id = ?, brand = ?, currency = ?, category_path = ?,
         generation = ?, band = CASE WHEN version_id = ? THEN band ELSE 0 END, score = CASE WHEN version_id = ? THEN score END,
         best_sku_id = CASE WHEN version_id = ? THEN best_sku_id END, reason = CASE WHEN version_id = ? THEN reason END WHERE id = ?`,
    );
    const updateDetail = statement<[string, number], unknown>(
      database,
      'UPDATE offer_detail SET payload = ? WHERE offer_id = ?',
    );
    const seen = statement<[number, number], unknown>(database, 'UPDATE offer SET generation = ? WHERE id = ?');
    const reindex = statement<[number | bigint], unknown>(
      database,
      'INSERT OR IGNORE INTO offer_text_pending (offer_id) VALUES (?)',
    );
    const before =
      statement<[], { id: number }>(database, 'SELECT COALESCE(MAX(id), 0) AS id FROM offer').get()?.id ?? 0;
    let inserted = 0;
    const changed: number[] = [];
    // new offers come in runs (a first sync is one), known ones too: what the last one was decides what is tried first
    let expectNew = true;
    for (const record of params.records) {
      const status = queueOfStatus[record.status];
      const position = meanings.position(record.sellerId, record.categoryPath);
      let known = expectNew ? undefined : find.get(record.sellerId, record.sellerSkuId);
      // in which queue an offer of a status that is not known would wait, nobody can say
      if (!known && status === undefined) known = find.get(record.sellerId, record.sellerSkuId);
      if (!known && status === undefined) continue;
      if (!known) {
        const { changes, lastInsertRowid } = insert.run(
          status ?? 0,
          position,
          record.priceMinor,
          record.stock,
          record.sellerId,
          record.receivedAt ?? params.askedAt,
          record.title,
          record.sellerSkuId,
          record.versionId,
          record.brand,
          record.currency,
          record.categoryPath,
          params.generation,
        );
        expectNew = changes === 1;
        if (expectNew) {
          insertDetail.run(lastInsertRowid, record.detail);
          inserted++;
          continue;
        }
        known = find.get(record.sellerId, record.sellerSkuId);
        if (!known) continue;
      }
      const queue = status ?? known.queue;
      const ours = known.decision_state === 'sent' || (known.settled_at !== null && known.settled_at >= params.askedAt);
      const same =
        known.version_id === record.versionId &&
        known.queue === queue &&
        known.price === record.priceMinor &&
        known.stock === record.stock;
      if (ours || same || isOlder(record, known)) {
        seen.run(params.generation, known.id);
        continue;
      }
      const version = record.versionId;
      update.run(
        queue,
        position,
        record.priceMinor,
        record.stock,
        record.receivedAt ?? params.askedAt,
        record.title,
        version,
        record.brand,
        record.currency,
        record.categoryPath,
        params.generation,
        version,
        version,
        version,
        version,
        known.id,
      );
      updateDetail.run(record.detail, known.id);
      reindex.run(known.id);
      changed.push(known.id);
    }
    if (inserted > 0)
      statement<[number], unknown>(
        database,
        'INSERT OR IGNORE INTO offer_text_pending (offer_id) SELECT id FROM offer WHERE id > ?',
      ).run(before);
    return { inserted, changed };
  },

  'pull.gone': (database: WritableDatabase, params: { offerId: number }) => {
    statement<[number], unknown>(database, 'DELETE FROM offer_text WHERE rowid = ?').run(params.offerId);
    statement<[number], unknown>(database, 'DELETE FROM offer_text_pending WHERE offer_id = ?').run(params.offerId);
    statement<[number], unknown>(database, 'DELETE FROM offer WHERE id = ?').run(params.offerId);
    return null;
  },

  /** Makes the words of changed offers searchable, a few hundred at a time, between a person's commands. */
  'pull.indexText': (database: WritableDatabase, params: { limit: number }): number => {
    const pending = statement<
      [number],
      { id: number; title: string; brand: string | null; seller_sku_id: string; payload: string }
    >(database, pendingTextSql).all(params.limit);
    const unindex = statement<[number], unknown>(database, 'DELETE FROM offer_text WHERE rowid = ?');
    const index = statement<[number, string], unknown>(database, 'INSERT INTO offer_text (rowid, text) VALUES (?, ?)');
    const done = statement<[number], unknown>(database, 'DELETE FROM offer_text_pending WHERE offer_id = ?');
    for (const row of pending) {
      // written by suggestionRow
      const detail = JSON.parse(row.payload) as Partial<SuggestionRecord>;
      unindex.run(row.id);
      index.run(
        row.id,
        [
          row.title,
          row.brand ?? '',
          row.seller_sku_id,
          detail.referenceId ?? '',
          detail.model ?? '',
          ...(detail.gtins ?? []),
        ].join(' '),
      );
      done.run(row.id);
    }
    return pending.length;
  },

  /**
   * One piece of taking out of the words what is no longer there, and of writing them in one run.
   * @param params.begins the first piece: all runs are to become one. @returns whether there is more to do
   */
  'words.tidy': (database: WritableDatabase, params: { begins: boolean }): boolean => {
    const changes = statement<[], { count: number }>(database, 'SELECT total_changes() AS count');
    const counted = () => changes.get()?.count ?? 0;
    const isMore = ['sku_text', 'offer_text'].map((table) => {
      const before = counted();
      statement<[number], unknown>(database, `INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`).run(
        params.begins ? -tidiedPages : tidiedPages,
      );
      // the command is a change itself; where there was nothing to merge it is the only one
      return counted() - before >= 2;
    });
    return isMore.includes(true);
  },

  'pull.state': (database: WritableDatabase, params: { name: string; value: unknown }) => {
    statement<[string, string], unknown>(
      database,
      'INSERT INTO sync_state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ).run(params.name, JSON.stringify(params.value));
    return null;
  },

  /**
   * What the matcher found, unless the offer's version moved on meanwhile.
   * @returns SKUs that it found and that are not sold (any more): their offers are still to be matched, without them
   */
  'offers.setSuggestions': (
    database: WritableDatabase,
    params: {
      results: readonly SuggestionResult[];
    },
  ) => {
    const set = statement<(string | number | null)[], unknown>(
      database,
      'UPDATE offer SET band = ?, score = ?, odds = ?, scorer = ?, best_sku_id = ?, reason = ? WHERE id = ? AND version_id = ?',
    );
    const isSold = statement<[number], { one: number }>(
      database,
      'SELECT 1 AS one FROM sku WHERE id = ? AND is_active = 1',
    );
    const refused = new Set<number>();
    for (const result of params.results) {
      if (result.bestSkuId !== null && !isSold.get(result.bestSkuId)) refused.add(result.bestSkuId);
      else
        set.run(
          result.band,
          result.score,
          result.odds,
          result.scorer,
          result.bestSkuId,
          JSON.stringify(result.reason),
          result.id,
          result.versionId,
        );
    }
    return [...refused];
  },
};
