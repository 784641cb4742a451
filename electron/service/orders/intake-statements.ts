/** What the backend tells of its orders, and what became of it. */
import type { IntakeProblem } from '../../../shared/contract/order-intake.ts';
import type { Instant } from '../../../shared/domain/brand.ts';
import type { MarketplaceState } from '../../../shared/domain/orders/flow.ts';
import { differenceOf, endedThere, intakeOf, type KnownHere } from '../../../shared/domain/orders/intake.ts';
import { paymentStates } from '../../../shared/domain/orders/order.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import { marketplaceStateOf, numberOfState, type StoredOrder } from './rows.ts';

export type NewsSource = 'feed' | 'hook' | 'sweep';

export interface DueOrder {
  readonly order_id: string;
  readonly told_status: string;
  readonly source: NewsSource;
  readonly attempts: number;
}

export type IntakeOutcome = 'taken' | 'elsewhere' | 'ignored' | 'problem';

/** States in which nothing is to come that the backend would have to be told of later. */
const doneHere: readonly MarketplaceState[] = ['invoiced', 'delivered', 'returned', 'canceled', 'replaced'];
const doneNumbers = JSON.stringify(doneHere.map(numberOfState));

/** What is here of an order of the backend; null: nothing. */
function knownHere(database: ReadableDatabase, groupId: string): KnownHere | null {
  const orders = statement<[string], Pick<StoredOrder, 'state' | 'payment'>>(
    database,
    'SELECT state, payment FROM orders WHERE group_id = ? ORDER BY id',
  ).all(groupId);
  const [first] = orders;
  if (first === undefined) return null;
  // where one moved to another seller, the group goes on
  const live = orders.filter(({ state }) => marketplaceStateOf(state) !== 'replaced');
  return {
    payment: paymentStates[first.payment] ?? 'pending',
    isCanceled: live.every(({ state }) => ['cancel', 'canceled'].includes(marketplaceStateOf(state))),
    isGoing: live.some(({ state }) => !doneHere.includes(marketplaceStateOf(state))),
  };
}

const ended = endedThere.map((status) => `'${status}'`).join(', ');

export const intakeReads = {
  'intake.known': (database: ReadableDatabase, params: { orderId: string }): KnownHere | null =>
    knownHere(database, params.orderId),
  'intake.due': (database: ReadableDatabase, params: { now: string; limit: number }): DueOrder[] =>
    statement<[string, number], DueOrder>(
      database,
      'SELECT order_id, told_status, source, attempts FROM backend_order WHERE due = 1 AND not_before <= ? ORDER BY not_before LIMIT ?',
    ).all(params.now, params.limit),
  /** When the oldest order was made that was taken and is not over there. */
  'intake.oldestOpen': (database: ReadableDatabase, _params: Record<never, never>): string | null =>
    statement<[], { at: string | null }>(
      database,
      `SELECT MIN(created_at) AS at FROM backend_order WHERE outcome = 'taken' AND taken_status NOT IN (${ended})`,
    ).get()?.at ?? null,
  'intake.counts': (database: ReadableDatabase, _params: Record<never, never>) => {
    const count = (where: string): number =>
      Number(database.prepare(`SELECT COUNT(*) FROM backend_order WHERE ${where}`).pluck().get());
    const problems = statement<
      [],
      { order_id: string; told_status: string; told_at: string; source: NewsSource; problem: string | null }
    >(
      database,
      `SELECT order_id, told_status, told_at, source, problem FROM backend_order WHERE outcome = 'problem' ORDER BY told_at DESC LIMIT 200`,
    )
      .all()
      .map(
        (row): IntakeProblem => ({
          orderId: row.order_id,
          status: row.told_status,
          at: row.told_at as Instant,
          source: row.source,
          problem: row.problem ?? '',
        }),
      );
    return {
      taken: count(`outcome = 'taken'`),
      elsewhere: count(`outcome = 'elsewhere'`),
      waiting: count('due = 1'),
      problems,
    };
  },
};

export const intakeWrites = {
  /** Keeps what was told; what was acted upon already is no news. Answers how much is. */
  'intake.told': (
    database: WritableDatabase,
    params: {
      news: readonly { orderId: string; status: string; createdAt?: string | null }[];
      source: NewsSource;
      now: string;
    },
  ): number => {
    const upsert = statement<(string | number | null)[], unknown>(
      database,
      `INSERT INTO backend_order (order_id, told_status, told_at, source, created_at, not_before, due, taken_status, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (order_id) DO UPDATE SET told_status = excluded.told_status, told_at = excluded.told_at, source = excluded.source,
         created_at = COALESCE(backend_order.created_at, excluded.created_at), due = excluded.due, attempts = 0, not_before = excluded.not_before,
         taken_status = COALESCE(excluded.taken_status, backend_order.taken_status), outcome = COALESCE(excluded.outcome, backend_order.outcome),
         problem = CASE WHEN excluded.due = 1 THEN backend_order.problem ELSE NULL END
       WHERE backend_order.taken_status IS NOT excluded.told_status`,
    );
    let isNews = 0;
    for (const { orderId, status, createdAt } of params.news) {
      const known = knownHere(database, orderId);
      // most of a sweep: nothing follows from it, and it is over with this write
      const isOver = intakeOf(status, known) === 'nothing';
      isNews += upsert.run(
        orderId,
        status,
        params.now,
        params.source,
        createdAt ?? null,
        params.now,
        isOver ? 0 : 1,
        isOver ? status : null,
        isOver ? (known === null ? 'ignored' : 'taken') : null,
      ).changes;
    }
    return isNews;
  },
  /**
   * Closes orders that are done here and go on at the backend, so that no sweep goes back to them; news of them is taken all the same. One that is
   * cancelled here is raised. One that is invoiced is what the backend's own copy may be behind on for good: nobody is told. Answers how many.
   */
  'intake.compare': (database: WritableDatabase, params: { doneBefore: string; limit: number }): number => {
    const differing = statement<[string, string, number], { order_id: string; taken_status: string }>(
      database,
      `SELECT order_id, taken_status FROM backend_order b
        WHERE outcome = 'taken' AND taken_status NOT IN (${ended})
          AND EXISTS (SELECT 1 FROM orders o WHERE o.group_id = b.order_id)
          AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.group_id = b.order_id
            AND (o.state NOT IN (SELECT value FROM json_each(?)) OR o.state_since > ?))
        ORDER BY created_at LIMIT ?`,
    ).all(doneNumbers, params.doneBefore, params.limit);
    const raise = statement<[string, string], unknown>(
      database,
      `UPDATE backend_order SET outcome = 'problem', problem = ? WHERE order_id = ?`,
    );
    const close = statement<[string], unknown>(
      database,
      `UPDATE backend_order SET outcome = 'ignored' WHERE order_id = ?`,
    );
    for (const { order_id: id, taken_status: status } of differing) {
      const known = knownHere(database, id);
      if (known?.isCanceled) raise.run(differenceOf(status, known), id);
      else close.run(id);
    }
    return differing.length;
  },
  /** What became of one order. With `again` it is tried then; until then nothing is known of it. */
  'intake.settle': (
    database: WritableDatabase,
    params: {
      orderId: string;
      /** As it was when it was looked at. */
      status: string;
      createdAt: string | null;
      outcome: IntakeOutcome;
      problem: string | null;
      again: string | null;
    },
  ) => {
    statement<(string | number | null)[], unknown>(
      database,
      `UPDATE backend_order SET taken_status = CASE WHEN ? IS NULL THEN ? ELSE taken_status END, outcome = ?, problem = ?,
         created_at = COALESCE(?, created_at), attempts = attempts + 1, not_before = COALESCE(?, not_before),
         due = CASE WHEN ? IS NULL THEN 0 ELSE 1 END WHERE order_id = ?`,
    ).run(
      params.again,
      params.status,
      params.outcome,
      params.problem,
      params.createdAt,
      params.again,
      params.again,
      params.orderId,
    );
    return null;
  },
  /** A person asks for another try. @returns how many there are to try */
  'intake.again': (database: WritableDatabase, params: { orderId: string; now: string }): number =>
    statement<[string, string], unknown>(
      database,
      `UPDATE backend_order SET due = 1, attempts = 0, not_before = ?, taken_status = NULL WHERE order_id = ? AND outcome = 'problem'`,
    ).run(params.now, params.orderId).changes,
};
