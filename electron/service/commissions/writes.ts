import { percentage } from '../../../shared/domain/commission/charge.ts';
import { anyScope, type CommissionRule } from '../../../shared/domain/commission/rules.ts';
import { basisPointsOf } from '../../../shared/domain/exact.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { entryKey } from './backend-state.ts';
import { draftWrites } from './draft-changes.ts';
import { lifecycleWrites } from './draft-lifecycle.ts';
import { newestVersion } from './rows.ts';
import { keepPacks } from './sold-columns.ts';
import { takeSoldOrders } from './sold-orders.ts';

/** One sold item as the backend's history gives it; money in minor units. */
export interface SoldRecord {
  readonly orderId: string;
  readonly line: number;
  readonly sellerId: string;
  readonly sellerSkuId: string;
  readonly skuId: number;
  readonly salesChannel: string;
  readonly price: number;
  readonly quantity: number;
  readonly freight: number;
  readonly soldAt: string;
  readonly refunded: number;
  readonly refundedAt: string | null;
}

/** A percentage of the backend, basis points; category null: the seller's default. */
export interface BackendCommission {
  readonly sellerId: string;
  readonly categoryId: number | null;
  readonly product: number;
  readonly freight: number;
}

export const commissionWrites = {
  ...draftWrites,
  ...lifecycleWrites,
  'commissions.takeSoldOrders': takeSoldOrders,
  'commissions.keepPacks': keepPacks,
  /**
   * What the backend holds now. The first reading becomes version 1, in force from the beginning: until somebody decides otherwise,
   * what the marketplace charged is what its backend said.
   */
  'commissions.backend': (
    database: WritableDatabase,
    params: { entries: readonly BackendCommission[]; now: string },
  ) => {
    database.exec('DELETE FROM commission_backend');
    const insert = statement<[string, number, number, number], unknown>(
      database,
      'INSERT OR REPLACE INTO commission_backend (seller_id, category_id, product, freight) VALUES (?, ?, ?, ?)',
    );
    for (const { sellerId, categoryId, product, freight } of params.entries)
      insert.run(sellerId, categoryId ?? 0, product, freight);
    statement<[string], unknown>(
      database,
      `INSERT INTO sync_state (name, value) VALUES ('commissionsReadAt', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    ).run(JSON.stringify(params.now));
    if (newestVersion(database) > 0) return null;
    statement<(string | number)[], unknown>(
      database,
      'INSERT INTO commission_version (number, name, active_from, activated_at, author) VALUES (1, ?, ?, ?, ?)',
    ).run('As the marketplace had it', '1970-01-01T00:00:00.000Z', params.now, 'Bindery');
    const add = statement<[string, string], unknown>(
      database,
      'INSERT INTO commission_rule (rule_id, added_in, payload) VALUES (?, 1, ?)',
    );
    for (const { sellerId, categoryId, product, freight } of params.entries) {
      // the protocol's zero of a seller means that it has no percentage of its own
      if (categoryId === null && product === 0 && freight === 0) continue;
      const rule: CommissionRule = {
        id: JSON.stringify(['backend', sellerId, categoryId]),
        scope: { ...anyScope, sellerId, categoryId },
        product: percentage(basisPointsOf(product)),
        freight: percentage(basisPointsOf(freight)),
        validFrom: null,
        validUntil: null,
        timeZone: 'UTC',
        note: '',
      };
      add.run(rule.id, JSON.stringify(rule));
    }
    return null;
  },
  /** What the backend held when a person had sent everything: what differs from it later was changed by others. */
  'commissions.pushed': (
    database: WritableDatabase,
    params: { entries: readonly BackendCommission[]; now: string },
  ) => {
    database.exec('DELETE FROM commission_pushed');
    const insert = statement<(string | number)[], unknown>(
      database,
      'INSERT INTO commission_pushed (seller_id, category_id, product, freight, pushed_at) VALUES (?, ?, ?, ?, ?)',
    );
    for (const { sellerId, categoryId, product, freight } of params.entries)
      insert.run(sellerId, categoryId ?? 0, product, freight, params.now);
    return null;
  },
  /**
   * Entries whose day had come were sent and read back the same. The moment of the last sending moves on only when all of them were: those
   * that failed stay due.
   */
  'commissions.pushedDue': (
    database: WritableDatabase,
    params: { entries: readonly BackendCommission[]; keys: readonly string[]; isAll: boolean; now: string },
  ) => {
    const held = new Map(params.entries.map((entry) => [entryKey(entry), entry]));
    const remove = statement<[string, number], unknown>(
      database,
      'DELETE FROM commission_pushed WHERE seller_id = ? AND category_id = ?',
    );
    const put = statement<(string | number)[], unknown>(
      database,
      `INSERT INTO commission_pushed (seller_id, category_id, product, freight, pushed_at)
       VALUES (?, ?, ?, ?, (SELECT MAX(pushed_at) FROM commission_pushed))
       ON CONFLICT (seller_id, category_id) DO UPDATE SET product = excluded.product, freight = excluded.freight`,
    );
    for (const key of params.keys) {
      const entry = held.get(key);
      // entryKey writes the pair
      const [sellerId, categoryId] = JSON.parse(key) as [string, number];
      if (entry) put.run(sellerId, categoryId, entry.product, entry.freight);
      else remove.run(sellerId, categoryId);
    }
    if (params.isAll)
      statement<[string], unknown>(database, 'UPDATE commission_pushed SET pushed_at = ?').run(params.now);
    return null;
  },
  /** A page of what was sold; the same page twice changes nothing. Category and brand are those of the SKU when it first came. */
  'commissions.sold': (database: WritableDatabase, params: { records: readonly SoldRecord[] }) => {
    const insert = statement<(string | number | null)[], unknown>(
      database,
      `INSERT INTO sold_item (order_id, line, seller_id, seller_sku_id, sku_id, category_id, brand_id, sales_channel, price, quantity, freight, sold_at)
       SELECT ?, ?, ?, ?, ?, (SELECT category_id FROM sku WHERE id = ?), (SELECT brand_id FROM sku WHERE id = ?), ?, ?, ?, ?, ?
        WHERE true ON CONFLICT (order_id, line) DO NOTHING`,
    );
    const refund = statement<[string, number, number, string], unknown>(
      database,
      `INSERT INTO sold_refund (order_id, line, position, amount, at) VALUES (?, ?, 0, ?, ?)
       ON CONFLICT (order_id, line, position) DO UPDATE SET amount = excluded.amount, at = excluded.at`,
    );
    const unrefunded = statement<[string, number], unknown>(
      database,
      'DELETE FROM sold_refund WHERE order_id = ? AND line = ?',
    );
    const own = statement<[string], unknown>(
      database,
      'SELECT 1 FROM orders o JOIN sold_order s ON s.order_id = o.id WHERE o.marketplace_order_id = ?',
    );
    for (const record of params.records) {
      // an order that is known here is followed by what is known of it
      if (own.get(record.orderId) !== undefined) continue;
      insert.run(
        record.orderId,
        record.line,
        record.sellerId,
        record.sellerSkuId,
        record.skuId,
        record.skuId,
        record.skuId,
        record.salesChannel,
        record.price,
        record.quantity,
        record.freight,
        record.soldAt,
      );
      if (record.refunded > 0 && record.refundedAt !== null)
        refund.run(record.orderId, record.line, record.refunded, record.refundedAt);
      else unrefunded.run(record.orderId, record.line);
    }
    return params.records.length;
  },
};
