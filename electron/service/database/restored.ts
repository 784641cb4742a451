import { existsSync, readFileSync, rmSync } from 'node:fs';
import { openDuty, refreshWatch } from '../orders/apply.ts';
import { restoredEntry } from '../sync/outbox-writes.ts';
import { statement } from './convert.ts';
import { openWritable, restoreMark, type WritableDatabase } from './open.ts';

/**
 * A backup holds what was about to be sent when it was made: since then it was sent, or taken back, or decided otherwise, and
 * nothing here says which. So decisions are compared with the marketplace and wait for a person where it does not have
 * them, and what was to be done at a seller for an order waits for a person.
 */
function review(database: WritableDatabase, { backup, at }: { backup: string; at: string }): void {
  const { changes: decisions } = statement<[number, string], unknown>(
    database,
    `UPDATE outbox SET state = 'pending', ambiguous = ?, not_before = ? WHERE state IN ('held', 'pending', 'sent')`,
  ).run(restoredEntry, at);
  statement<[], unknown>(
    database,
    `UPDATE decision SET state = 'pending', held_until = NULL WHERE state IN ('held', 'sent')`,
  ).run();
  const orders = statement<[], { id: number }>(
    database,
    `SELECT DISTINCT order_id AS id FROM order_task WHERE state IN ('pending', 'sent')`,
  ).all();
  statement<[], unknown>(
    database,
    `UPDATE order_task SET state = 'stopped', ambiguous = 1, problem_code = NULL,
            problem = 'This order comes from a backup that was restored. Ask the seller how it stands, then try again or cancel.'
      WHERE state IN ('pending', 'sent')`,
  ).run();
  for (const { id } of orders) {
    openDuty(database, id, at);
    refreshWatch(database, id, at);
  }
  statement<[string, string], unknown>(
    database,
    `INSERT INTO audit (at, operator_id, operator_name, role, action, entity, details) VALUES (?, NULL, 'Bindery', '', 'restore backup', 'database', ?)`,
  ).run(at, JSON.stringify({ backup, unsent: decisions, orders: orders.length }));
}

/** After `prepareDatabase`, before anything is sent: looks at a file that a backup took the place of, once. @param at ISO instant */
export function reviewRestored(file: string, at: string): void {
  const mark = restoreMark(file);
  if (!existsSync(mark)) return;
  const database = openWritable(file);
  try {
    database.transaction(() => review(database, { backup: readFileSync(mark, 'utf8'), at })).immediate();
  } finally {
    database.close();
  }
  rmSync(mark);
}
