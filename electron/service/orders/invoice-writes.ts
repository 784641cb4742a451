/** What a person does about invoices. */
import { BinderyError } from '../../../shared/domain/errors.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { applyToOrder } from './apply.ts';
import { marketplaceStateOf, storedOrder } from './rows.ts';

export const orderInvoiceWrites = {
  /**
   * Takes an invoice out of what is invoiced. Its number may come again with another value.
   * @throws BinderyError `not-found`, `already-decided`, or `not-allowed` where something hangs on it
   */
  'orders.voidInvoice': (
    database: WritableDatabase,
    params: { orderId: number; number: string; reason: string; now: string; by: string; key: string },
  ) => {
    const order = storedOrder(database, params.orderId);
    const invoice = statement<
      [number, string],
      { value: number; is_return: number; counted: number; delivered_at: string | null; voided_at: string | null }
    >(database, 'SELECT * FROM order_invoice WHERE order_id = ? AND number = ?').get(params.orderId, params.number);
    const refuse = (code: 'not-found' | 'already-decided' | 'not-allowed', message: string) =>
      new BinderyError(code, message, { field: 'number' });
    if (!order || !invoice) throw refuse('not-found', `This order has no invoice ${params.number}. Refresh the list.`);
    if (invoice.voided_at !== null) throw refuse('already-decided', 'This invoice was taken out already.');
    if (invoice.counted === 0)
      throw refuse('not-allowed', 'This invoice does not count: there is nothing to take out.');
    if (invoice.is_return === 1)
      throw refuse('not-allowed', 'A return gives money back as soon as it arrives, so it is not taken out.');
    if (invoice.delivered_at !== null)
      throw refuse('not-allowed', 'The package of this invoice has arrived, so the invoice stays.');
    const state = marketplaceStateOf(order.state);
    if ((state !== 'partially-invoiced' && state !== 'invoiced') || order.returned > 0)
      throw refuse('not-allowed', 'An invoice is taken out before anything of the order has arrived or come back.');
    statement<[string, number, string], unknown>(
      database,
      'UPDATE order_invoice SET counted = 0, voided_at = ?, voids = voids + 1 WHERE order_id = ? AND number = ?',
    ).run(params.now, params.orderId, params.number);
    applyToOrder(database, {
      orderId: params.orderId,
      type: 'invoice-voided',
      key: params.key,
      at: params.now,
      source: 'operator',
      author: params.by,
      amountMinor: invoice.value,
      details: { number: params.number, value: invoice.value, reason: params.reason },
    });
    return null;
  },
};
