import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import type { Actor } from '../decisions/writes.ts';

export const sellerWrites = {
  'sellers.invited': (database: WritableDatabase, params: { leadId: string; emailSealed: string; at: string }) => {
    statement<string[], unknown>(
      database,
      `INSERT INTO invitation (lead_id, email_sealed, status, sent_at) VALUES (?, ?, 'invited', ?) ON CONFLICT (lead_id) DO UPDATE SET status = excluded.status`,
    ).run(params.leadId, params.emailSealed, params.at);
    return null;
  },
  /** The seller's channels were said to the backend: what was said of them here alone is over. */
  'sellers.forgetChannels': (database: WritableDatabase, params: { sellerId: string }) =>
    statement<[string], unknown>(database, `DELETE FROM mapping WHERE seller_id = ? AND kind = 'channel'`).run(
      params.sellerId,
    ).changes,
  /** What a person did that is no decision about an offer or binding. */
  'audit.append': (
    database: WritableDatabase,
    params: { actor: Actor; at: string; action: string; entity: string; details: unknown },
  ) => {
    statement<string[], unknown>(
      database,
      'INSERT INTO audit (at, operator_id, operator_name, role, action, entity, details) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(
      params.at,
      params.actor.operatorId,
      params.actor.name,
      params.actor.role,
      params.action,
      params.entity,
      JSON.stringify(params.details),
    );
    return null;
  },
};
