import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import type { BindingRecord } from '../protocol/types.ts';

export const pullBindingWrites = {
  /** One page of a seller's bindings. What a decision of ours settled after the page was asked for is left alone. */
  'pull.bindings': (
    database: WritableDatabase,
    params: { records: readonly BindingRecord[]; generation: number; askedAt: string },
  ) => {
    const find = statement<
      [string, string],
      {
        id: number;
        sku_id: number;
        is_active: number;
        is_removed: number;
        settled_at: string | null;
        decision_state: string | null;
      }
    >(
      database,
      `SELECT b.id, b.sku_id, b.is_active, b.is_removed, d.settled_at, d.state AS decision_state FROM binding b LEFT JOIN decision d ON d.id = b.decision_id
        WHERE b.seller_id = ? AND b.seller_sku_id = ?`,
    );
    const upsert = statement<(string | number)[], unknown>(
      database,
      `INSERT INTO binding (seller_id, seller_sku_id, sku_id, is_active, is_removed, updated_at, generation) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (seller_id, seller_sku_id) DO UPDATE SET sku_id = excluded.sku_id, is_active = excluded.is_active, is_removed = excluded.is_removed,
         updated_at = excluded.updated_at, generation = excluded.generation`,
    );
    const count = statement<[number, number], unknown>(
      database,
      'UPDATE sku SET sellers_bound = (SELECT COUNT(*) FROM binding WHERE sku_id = ? AND is_removed = 0) WHERE id = ?',
    );
    const simulate = statement<[string, string, string, string], unknown>(
      database,
      `INSERT INTO inbox (kind, seller_id, seller_sku_id, received_at, state, not_before) VALUES ('sweep', ?, ?, ?, 'waiting', ?)`,
    );
    const seen = statement<[number, number], unknown>(database, 'UPDATE binding SET generation = ? WHERE id = ?');
    const touched = new Set<number>();
    for (const record of params.records) {
      const known = find.get(record.sellerId, record.sellerSkuId);
      if (
        known &&
        (known.decision_state === 'sent' || (known.settled_at !== null && known.settled_at >= params.askedAt))
      ) {
        seen.run(params.generation, known.id);
        continue;
      }
      upsert.run(
        record.sellerId,
        record.sellerSkuId,
        record.skuId,
        record.isActive ? 1 : 0,
        record.isRemoved ? 1 : 0,
        record.updatedAt ?? params.askedAt,
        params.generation,
      );
      if (!known && record.isActive && !record.isRemoved)
        simulate.run(record.sellerId, record.sellerSkuId, params.askedAt, params.askedAt);
      touched.add(record.skuId);
      if (known) touched.add(known.sku_id);
    }
    for (const id of touched) count.run(id, id);
    return params.records.length;
  },

  /** Live bindings that a whole sweep of their seller did not see; each is looked up once more before it is believed removed. */
  'pull.unseenBindings': (
    database: WritableDatabase,
    params: { sellerId: string; generation: number; limit: number },
  ) =>
    statement<[string, number, number], { id: number; sellerSkuId: string }>(
      database,
      `SELECT b.id, b.seller_sku_id AS sellerSkuId FROM binding b LEFT JOIN decision d ON d.id = b.decision_id
        WHERE b.seller_id = ? AND b.is_removed = 0 AND b.generation < ? AND (d.state IS NULL OR d.state <> 'sent') LIMIT ?`,
    ).all(params.sellerId, params.generation, params.limit),

  /** The backend has no such binding any more, unless a decision of ours made it after the question was asked. */
  'pull.bindingGone': (
    database: WritableDatabase,
    params: { bindingId: number; generation: number; askedAt: string },
  ) => {
    const binding = statement<[number], { sku_id: number; settled_at: string | null; decision_state: string | null }>(
      database,
      'SELECT b.sku_id, d.settled_at, d.state AS decision_state FROM binding b LEFT JOIN decision d ON d.id = b.decision_id WHERE b.id = ?',
    ).get(params.bindingId);
    if (!binding) return null;
    const ours =
      binding.decision_state === 'sent' || (binding.settled_at !== null && binding.settled_at >= params.askedAt);
    statement<[number, number], unknown>(
      database,
      ours
        ? 'UPDATE binding SET generation = ? WHERE id = ?'
        : 'UPDATE binding SET is_active = 0, is_removed = 1, generation = ? WHERE id = ?',
    ).run(params.generation, params.bindingId);
    statement<[number, number], unknown>(
      database,
      'UPDATE sku SET sellers_bound = (SELECT COUNT(*) FROM binding WHERE sku_id = ? AND is_removed = 0) WHERE id = ?',
    ).run(binding.sku_id, binding.sku_id);
    return null;
  },
};
