import type { MappingKind, MappingRow } from '../../../shared/contract/mapping.ts';
import type { SellerId } from '../../../shared/domain/brand.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import type { Actor } from '../decisions/writes.ts';
import { sweepLater } from '../offers/sweep.ts';
import { similarity } from './similarity.ts';

interface Target {
  id: string;
  name: string;
}

function targetsOf(database: ReadableDatabase, kind: MappingKind): Target[] {
  if (kind === 'category')
    return statement<[], Target>(
      database,
      'SELECT CAST(id AS TEXT) AS id, path AS name FROM category ORDER BY position',
    ).all();
  if (kind === 'brand')
    return statement<[], Target>(
      database,
      'SELECT CAST(id AS TEXT) AS id, name FROM brand ORDER BY name COLLATE NOCASE',
    ).all();
  if (kind === 'specification') {
    return statement<[], Target>(
      database,
      `SELECT DISTINCT json_extract(value, '$.name') AS id, json_extract(value, '$.name') AS name FROM (SELECT specifications FROM sku LIMIT 20000) s, json_each(s.specifications) ORDER BY 1`,
    ).all();
  }
  return statement<[], Target>(
    database,
    `SELECT value AS id, 'Sales channel ' || value AS name FROM json_each(COALESCE((SELECT value FROM setting WHERE key = 'salesChannels'), '["1"]'))`,
  ).all();
}

interface Said {
  seller_id: string;
  seller_name: string | null;
  value: string;
  waiting: number;
  target_id: string | null;
  /** What the backend has it mapped to: it knows of channels alone. */
  given: string | null;
}

/** The indexes are named: the planner, which knows no counts of this file, takes the first one that begins with the queue. */
const saidSql: Readonly<Record<MappingKind, string>> = {
  category: `SELECT seller_id, category_path AS value, COUNT(*) AS waiting FROM offer INDEXED BY offer_said_category WHERE queue = 0 AND category_path IS NOT NULL AND still_wanted() GROUP BY seller_id, category_path`,
  brand: `SELECT seller_id, brand AS value, COUNT(*) AS waiting FROM offer INDEXED BY offer_said_brand WHERE queue = 0 AND brand IS NOT NULL AND still_wanted() GROUP BY seller_id, brand`,
  specification: `SELECT o.seller_id, json_extract(j.value, '$.name') AS value, COUNT(*) AS waiting FROM offer o JOIN offer_detail d ON d.offer_id = o.id, json_each(d.payload, '$.specifications') j WHERE o.queue = 0 AND still_wanted() GROUP BY 1, 2`,
  channel: `SELECT seller_id, value, 0 AS waiting, MAX(given) AS given FROM (
     SELECT s.id AS seller_id, json_extract(j.value, '$.sellerChannel') AS value, json_extract(j.value, '$.marketplaceChannel') AS given FROM seller s, json_each(s.channels) j
     UNION ALL SELECT seller_id, seller_value, NULL FROM mapping WHERE kind = 'channel') GROUP BY seller_id, value`,
};

function bestTarget(value: string, targets: readonly Target[]): MappingRow['suggestion'] {
  let best: MappingRow['suggestion'] = null;
  for (const target of targets) {
    const score = Math.round(similarity(value, target.name) * 10_000);
    if (score >= 4_000 && score > (best?.score ?? 0)) best = { targetId: target.id, targetName: target.name, score };
  }
  return best;
}

export const mappingReads = {
  /** What sellers say and what it means here. A value that is written exactly as ours needs no mapping and is not listed as unmapped. */
  'mapping.list': (
    database: ReadableDatabase,
    params: { kind: MappingKind; sellerId?: string | undefined; unmappedOnly: boolean; text: string },
  ) => {
    const targets = targetsOf(database, params.kind);
    const byId = new Map(targets.map((target) => [target.id, target]));
    const byName = new Map(targets.map((target) => [target.name, target]));
    const said = statement<[string, string | null, string | null, string], Said>(
      database,
      `SELECT v.seller_id, s.name AS seller_name, v.value, v.waiting, m.target_id, ${params.kind === 'channel' ? 'v.given' : 'NULL AS given'} FROM (${saidSql[params.kind]}) v
         LEFT JOIN seller s ON s.id = v.seller_id
         LEFT JOIN mapping m ON m.seller_id = v.seller_id AND m.kind = ? AND m.seller_value = v.value
        WHERE v.value IS NOT NULL AND (? IS NULL OR v.seller_id = ?) AND v.value LIKE '%' || ? || '%' ORDER BY v.waiting DESC, v.value LIMIT 5000`,
    ).all(params.kind, params.sellerId ?? null, params.sellerId ?? null, params.text);
    let unmapped = 0;
    const suggestions = new Map<string, MappingRow['suggestion']>();
    const rows: MappingRow[] = [];
    for (const row of said) {
      const targetId = row.target_id ?? row.given;
      const target =
        targetId === null ? byName.get(row.value) : (byId.get(targetId) ?? { id: targetId, name: targetId });
      if (!target) unmapped++;
      else if (params.unmappedOnly) continue;
      if (!target && !suggestions.has(row.value)) suggestions.set(row.value, bestTarget(row.value, targets));
      rows.push({
        sellerId: row.seller_id as SellerId,
        sellerName: row.seller_name ?? row.seller_id,
        kind: params.kind,
        sellerValue: row.value,
        targetId: target?.id ?? null,
        targetName: target?.name ?? null,
        suggestion: target ? null : (suggestions.get(row.value) ?? null),
        waitingOffers: row.waiting,
      });
    }
    return { rows, unmapped };
  },
  /** How many categories sellers say of waiting offers that mean nothing here yet, each seller's apart. */
  'mapping.counts': (database: ReadableDatabase) =>
    statement<[], { categories: number }>(
      database,
      `SELECT COUNT(*) AS categories FROM (SELECT 1 FROM offer INDEXED BY offer_unmapped
        WHERE queue = 0 AND category_position IS NULL AND category_path IS NOT NULL GROUP BY seller_id, category_path)`,
    ).get() ?? { categories: 0 },
  /** How many waiting offers say what is to be mapped; channels are about bindings, so about none. */
  'mapping.affected': (
    database: ReadableDatabase,
    params: { entries: readonly { sellerId: string; kind: MappingKind; sellerValue: string }[] },
  ): number => {
    const saying: Readonly<Record<MappingKind, string | null>> = {
      category: 'o.category_path IN (SELECT value FROM json_each(?))',
      brand: 'o.brand IN (SELECT value FROM json_each(?))',
      specification: `EXISTS (SELECT 1 FROM offer_detail d, json_each(d.payload, '$.specifications') j WHERE d.offer_id = o.id
        AND json_extract(j.value, '$.name') IN (SELECT value FROM json_each(?)))`,
      channel: null,
    };
    const groups = Map.groupBy(params.entries, ({ sellerId, kind }) => JSON.stringify([sellerId, kind]));
    let affected = 0;
    for (const entries of groups.values()) {
      const [first] = entries;
      const condition = first ? saying[first.kind] : null;
      if (!first || condition === null) continue;
      affected +=
        statement<[string, string], { count: number }>(
          database,
          `SELECT COUNT(*) AS count FROM offer o WHERE o.queue = 0 AND o.seller_id = ? AND ${condition}`,
        ).get(first.sellerId, JSON.stringify(entries.map(({ sellerValue }) => sellerValue)))?.count ?? 0;
    }
    return affected;
  },
  'mapping.targets': (database: ReadableDatabase, params: { kind: MappingKind; text: string; limit: number }) => {
    const words = params.text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    return targetsOf(database, params.kind)
      .filter(({ name }) => words.every((word) => name.toLocaleLowerCase().includes(word)))
      .slice(0, params.limit)
      .map(({ id, name }) => ({ targetId: id, targetName: name }));
  },
};

export const mappingWrites = {
  'mapping.apply': (
    database: WritableDatabase,
    params: {
      entries: readonly { sellerId: string; kind: MappingKind; sellerValue: string; targetId: string | null }[];
      actor: Actor;
      at: string;
    },
  ) => {
    const set = statement<string[], unknown>(
      database,
      `INSERT INTO mapping (seller_id, kind, seller_value, target_id, author, updated_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (seller_id, kind, seller_value) DO UPDATE SET target_id = excluded.target_id, author = excluded.author, updated_at = excluded.updated_at`,
    );
    const unset = statement<string[], unknown>(
      database,
      'DELETE FROM mapping WHERE seller_id = ? AND kind = ? AND seller_value = ?',
    );
    for (const { sellerId, kind, sellerValue, targetId } of params.entries) {
      if (targetId === null) unset.run(sellerId, kind, sellerValue);
      else set.run(sellerId, kind, sellerValue, targetId, params.actor.operatorId, params.at);
      // the seller's offers that say so follow bit by bit; its bindings are asked on the channels they are now in
      if (kind === 'channel') sweepLater(database, 'channels', sellerId);
      else sweepLater(database, kind, sellerId, sellerValue);
    }
    statement<string[], unknown>(
      database,
      `INSERT INTO audit (at, operator_id, operator_name, role, action, entity, details) VALUES (?, ?, ?, ?, 'map', 'mapping', ?)`,
    ).run(
      params.at,
      params.actor.operatorId,
      params.actor.name,
      params.actor.role,
      JSON.stringify({ entries: params.entries.length }),
    );
    return params.entries.length;
  },
};
