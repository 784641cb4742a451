/** Where orders are, how many came, and how many went out or arrived late: by day and by seller. Reads a month: for the long reader. */
import { Temporal } from 'temporal-polyfill';
import type { ReplyOf } from '../../../shared/contract/index.ts';
import { type Instant, instantOf, type SellerId } from '../../../shared/domain/brand.ts';
import type { MarketplaceState } from '../../../shared/domain/orders/flow.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { marketplaceCalendar } from './apply.ts';
import { marketplaceStateOf, numberOfState } from './rows.ts';

type Flow = ReplyOf<'orders.flow'>;

/** Days of the charts, today included. */
export const flowDays = 30;
const mostSellers = 20;

const numbers = (states: readonly MarketplaceState[]) => states.map(numberOfState).join(', ');
// nobody ships or delivers these any more
const called = numbers(['cancel', 'canceled', 'replaced', 'window-to-change-seller']);
const shipped = numbers(['invoiced', 'delivered', 'returned']);
const arrived = numbers(['delivered', 'returned']);

/** By the promise's day: how many were due, how many kept it not, and how many of those are open still. */
function lateSql(promise: 'ship_by' | 'deliver_by', done: string, doneAt: string): string {
  return `SELECT day, seller_id, COUNT(*) AS due, TOTAL(done_at IS NULL OR done_at > promise) AS late, TOTAL(done_at IS NULL) AS open
    FROM (SELECT date(o.${promise}, ?) AS day, o.seller_id, o.${promise} AS promise,
        CASE WHEN o.state IN (${done}) THEN
          (SELECT MAX(i.${doneAt}) FROM order_invoice i WHERE i.order_id = o.id AND i.is_return = 0 AND i.counted = 1) END AS done_at
      FROM orders o WHERE o.${promise} >= ? AND o.${promise} < ? AND o.state NOT IN (${called}))
    GROUP BY day, seller_id`;
}

/** What the charts ask: parameters are the shift of the marketplace's zone (`-180 minutes`), and the first and last instant. */
export const flowSql = {
  states: 'SELECT state, COUNT(*) AS count FROM orders GROUP BY state',
  received: `SELECT date(received_at, ?) AS day, COUNT(*) AS count FROM orders WHERE received_at >= ? AND received_at < ? GROUP BY day`,
  ship: lateSql('ship_by', shipped, 'received_at'),
  deliver: lateSql('deliver_by', arrived, 'delivered_at'),
} as const;

interface Late {
  day: string;
  seller_id: string;
  due: number;
  late: number;
  open: number;
}

export const orderFlowReads = {
  'orders.flow': (database: ReadableDatabase, params: { now: string }): Flow => {
    const { timeZone } = marketplaceCalendar(database);
    const here = Temporal.Instant.from(params.now).toZonedDateTimeISO(timeZone);
    const first = here.toPlainDate().subtract({ days: flowDays - 1 });
    const from = instantOf(first.toZonedDateTime({ timeZone }).epochMilliseconds);
    // one shift for the month: an hour of difference where clocks change is of no weight here
    const shift = `${here.offsetNanoseconds / 60_000_000_000} minutes`;
    const span = [shift, from, params.now] as const;
    const days = Array.from({ length: flowDays }, (_, index) => ({
      day: first.add({ days: index }).toString(),
      received: 0,
      ship: { due: 0, late: 0, open: 0 },
      deliver: { due: 0, late: 0, open: 0 },
    }));
    const dayOf = new Map(days.map((each) => [each.day, each]));
    for (const { day, count } of statement<[string, string, string], { day: string; count: number }>(
      database,
      flowSql.received,
    ).all(...span)) {
      const found = dayOf.get(day);
      if (found) found.received = count;
    }
    const sellers = new Map<string, { ship: { due: number; late: number }; deliver: { due: number; late: number } }>();
    for (const kind of ['ship', 'deliver'] as const)
      for (const { day, seller_id, due, late, open } of statement<[string, string, string], Late>(
        database,
        flowSql[kind],
      ).all(...span)) {
        const seller = sellers.get(seller_id) ?? { ship: { due: 0, late: 0 }, deliver: { due: 0, late: 0 } };
        sellers.set(seller_id, seller);
        seller[kind].due += due;
        seller[kind].late += late;
        const found = dayOf.get(day)?.[kind];
        if (!found) continue;
        found.due += due;
        found.late += late;
        found.open += open;
      }
    const late = [...sellers]
      .filter(([, { ship, deliver }]) => ship.late + deliver.late > 0)
      .toSorted(([, one], [, other]) => other.ship.late + other.deliver.late - (one.ship.late + one.deliver.late));
    const nameOf = (sellerId: string) =>
      statement<[string], { name: string }>(database, 'SELECT name FROM seller WHERE id = ?').get(sellerId)?.name ??
      sellerId;
    return {
      at: params.now as Instant, // the caller's clock
      states: statement<[], { state: number; count: number }>(database, flowSql.states)
        .all()
        .map(({ state, count }) => ({ state: marketplaceStateOf(state), count })),
      days,
      lateSellers: late.length,
      sellers: late.slice(0, mostSellers).map(([sellerId, each]) => ({
        sellerId: sellerId as SellerId, // of a stored order
        name: nameOf(sellerId),
        ...each,
      })),
    };
  },
};
