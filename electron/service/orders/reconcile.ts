/** Asks stores how orders stand that should have moved, and makes up for news that got lost or raises what no news explains. */
import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Ambient, Log } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { SellerAddress, SellerOrdersApi } from '../protocol/seller-orders.ts';
import { recordExchanges } from './exchanges.ts';

export interface ReconcilerOptions {
  readonly database: ServiceDatabase;
  readonly api: Pick<SellerOrdersApi, 'readBack'>;
  readonly sealer: { seal(text: string): string };
  readonly ambient: Ambient;
  readonly log: Log;
  readonly addressOf: (sellerId: string, salesChannel: string) => Promise<SellerAddress>;
  readonly onChanged: (orderIds: readonly number[]) => void;
}

/** How long an order has not moved before its store is asked. Milliseconds: a store's own index lags by minutes. */
const quietFor = 10 * 60_000;
const together = 8;
const atOnce = 40;

/** One sweep over all of them. Each is asked once a sweep; a store that does not answer is left for the next one. */
export async function reconcile(options: ReconcilerOptions, isStopped: () => boolean): Promise<number> {
  const { database, api, ambient, log } = options;
  let after = 0;
  let followed = 0;
  for (;;) {
    const orders = await database.read(
      'orders.toReconcile',
      { since: instantOf(ambient.now() - quietFor), after, limit: atOnce },
      { background: true },
    );
    for (let from = 0; from < orders.length && !isStopped(); from += together)
      await Promise.all(
        orders.slice(from, from + together).map(async (order) => {
          try {
            const at = await options.addressOf(order.seller_id, order.sales_channel);
            const exchanges = recordExchanges(order.seller_id, ambient, options.sealer);
            const there = await api.readBack({ ...at, onExchange: exchanges.onExchange }, order.marketplace_order_id);
            if (there === undefined) return;
            const isNew = await database.write(
              'orders.reconciled',
              {
                orderId: order.id,
                status: there?.status ?? null,
                sellerOrderId: there?.orderId ?? null,
                messages: exchanges.messages(null),
                now: instantOf(ambient.now()),
              },
              { priority: 'background' },
            );
            if (!isNew) return;
            followed++;
            options.onChanged([order.id]);
          } catch (error) {
            if (!(error instanceof BinderyError)) throw error;
            log('debug', 'a store could not be asked about an order', { seller: order.seller_id, problem: error.code });
          }
        }),
      );
    const last = orders.at(-1);
    if (last === undefined || isStopped()) return followed;
    after = last.id;
  }
}
