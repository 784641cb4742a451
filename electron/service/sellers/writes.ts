import { type AuditEntry, appendAudit } from '../database/audit.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';

export const sellerWrites = {
  'sellers.invited': (
    database: WritableDatabase,
    params: { leadId: string; emailSealed: string; at: string; audit: AuditEntry },
  ) => {
    statement<string[], unknown>(
      database,
      `INSERT INTO invitation (lead_id, email_sealed, status, sent_at) VALUES (?, ?, 'invited', ?) ON CONFLICT (lead_id) DO UPDATE SET status = excluded.status`,
    ).run(params.leadId, params.emailSealed, params.at);
    appendAudit(database, params.audit);
    return null;
  },
  /** The seller's channels were said to the backend: what was said of them here alone is over. */
  'sellers.forgetChannels': (database: WritableDatabase, params: { sellerId: string; audit: AuditEntry }) => {
    appendAudit(database, params.audit);
    return statement<[string], unknown>(database, `DELETE FROM mapping WHERE seller_id = ? AND kind = 'channel'`).run(
      params.sellerId,
    ).changes;
  },
  /** What a person did that is no decision about an offer or binding. */
  'audit.append': (database: WritableDatabase, params: AuditEntry) => {
    appendAudit(database, params);
    return null;
  },
};
