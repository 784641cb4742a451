import type { OrderDetail } from '../../../shared/contract/orders.ts';
import type { Instant } from '../../../shared/domain/brand.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';

interface StoredInvoice {
  number: string;
  is_return: number;
  value: number;
  counted: number;
  received_at: string;
  courier: string | null;
  tracking_number: string | null;
  tracking_url: string | null;
  delivered_at: string | null;
  voided_at: string | null;
}

/** An order's invoices, each a package, with where each was seen, the latest first. Amounts in minor units of the currency. */
export function packagesOf(database: ReadableDatabase, orderId: number, currency: string): OrderDetail['invoices'] {
  const seen = Map.groupBy(
    statement<
      [number],
      { number: string; at: string | null; city: string | null; state: string | null; description: string }
    >(
      database,
      'SELECT number, at, city, state, description FROM order_tracking WHERE order_id = ? ORDER BY number, position DESC',
    ).all(orderId),
    ({ number }) => number,
  );
  return statement<[number], StoredInvoice>(
    database,
    'SELECT * FROM order_invoice WHERE order_id = ? ORDER BY received_at, number',
  )
    .all(orderId)
    .map((invoice) => ({
      number: invoice.number,
      isReturn: invoice.is_return === 1,
      value: { minor: invoice.value, currency },
      counted: invoice.counted === 1,
      // instants written by this program
      receivedAt: invoice.received_at as Instant,
      courier: invoice.courier,
      trackingNumber: invoice.tracking_number,
      trackingUrl: invoice.tracking_url,
      deliveredAt: invoice.delivered_at as Instant | null,
      voidedAt: invoice.voided_at as Instant | null,
      tracking: (seen.get(invoice.number) ?? []).map(({ at, city, state, description }) => ({
        at,
        place: [city, state].filter((part) => part !== null && part !== '').join(', '),
        description,
      })),
    }));
}
