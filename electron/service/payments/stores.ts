import type { PaymentCondition } from '../../../shared/domain/payments/condition.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import { conditionOf, isSame, newestConditions } from './rows.ts';

const prefix = (sellerId: string) => `store:${sellerId}:`;

/** What a store on the platform itself charges with, as it was read from it. Nobody edits these here. */
export const storeReads = {
  /** Where the stores are that can be asked: their address, and how they know the marketplace. */
  'payments.stores': (database: ReadableDatabase, _params: Record<never, never>) =>
    statement<[], { sellerId: string; baseUrl: string; affiliateId: string | null }>(
      database,
      `SELECT s.id AS sellerId, COALESCE(o.base_url, s.endpoint) AS baseUrl, o.affiliate_id AS affiliateId
         FROM order_seller o JOIN seller s ON s.id = o.seller_id
        WHERE o.face <> 'external' AND COALESCE(o.base_url, s.endpoint) IS NOT NULL ORDER BY s.id`,
    ).all(),
};

export const storeWrites = {
  /** A store's own conditions as it has them now: what is as it was stays one version. @returns how many changed */
  'payments.ofStore': (
    database: WritableDatabase,
    params: { sellerId: string; conditions: readonly PaymentCondition[]; now: string },
  ): number => {
    const start = prefix(params.sellerId);
    const known = new Map(
      newestConditions(database)
        .filter(({ id }) => id.startsWith(start))
        .map((row) => [row.id, row]),
    );
    const insert = statement<(string | number | null)[], unknown>(
      database,
      'INSERT INTO payment_condition (id, version, owner, payload, author, changed_at) VALUES (?, ?, ?, ?, ?, ?)',
    );
    let changed = 0;
    const put = (id: string, condition: PaymentCondition | null) => {
      const before = known.get(id);
      known.delete(id);
      if (before && before.payload === null && condition === null) return;
      if (before && before.payload !== null && condition !== null && isSame(conditionOf(before.payload), condition))
        return;
      const payload = condition === null ? null : JSON.stringify(condition);
      insert.run(id, (before?.version ?? 0) + 1, params.sellerId, payload, params.sellerId, params.now);
      changed++;
    };
    for (const condition of params.conditions)
      put(`${start}${condition.id}`, { ...condition, id: `${start}${condition.id}` });
    for (const id of [...known.keys()]) put(id, null);
    return changed;
  },
};
