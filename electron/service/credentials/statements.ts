import { BinderyError } from '../../../shared/domain/errors.ts';
import { type AuditEntry, appendAudit } from '../database/audit.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';
import type { Actor } from '../decisions/writes.ts';

export interface StoredCredential {
  readonly id: string;
  readonly seller_id: string;
  readonly app_key: string;
  readonly token_hash: string;
  readonly signs: number;
  readonly issued_at: string;
  readonly issued_by: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly last_used_at: string | null;
}

/** A signature that was accepted: digest, whose it is and what about, and when it was made (milliseconds since the epoch). */
export interface SeenSignature {
  readonly digest: string;
  readonly subject: string;
  readonly signedAt: number;
}

const one = (database: ReadableDatabase, id: string): StoredCredential => {
  const found = statement<[string], StoredCredential>(database, 'SELECT * FROM seller_credential WHERE id = ?').get(id);
  if (!found) throw new BinderyError('not-found', 'There is no such credential.', { field: 'credentialId' });
  return found;
};

export const credentialReads = {
  /** Those that may still let somebody in; the directory looks at the time itself. */
  'credentials.live': (database: ReadableDatabase, params: { now: string }): StoredCredential[] =>
    statement<[string], StoredCredential>(
      database,
      'SELECT * FROM seller_credential WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)',
    ).all(params.now),
  'credentials.ofSeller': (database: ReadableDatabase, params: { sellerId: string }): StoredCredential[] =>
    statement<[string], StoredCredential>(
      database,
      'SELECT * FROM seller_credential WHERE seller_id = ? ORDER BY issued_at DESC, id LIMIT 100',
    ).all(params.sellerId),
  /** All that may still matter to somebody: for the other processes of a workspace. */
  'credentials.all': (database: ReadableDatabase, _params: Record<never, never>): StoredCredential[] =>
    statement<[], StoredCredential>(database, 'SELECT * FROM seller_credential ORDER BY id').all(),
  /** Signatures made after `since`, milliseconds since the epoch. */
  'signatures.since': (database: ReadableDatabase, params: { since: number }): SeenSignature[] =>
    statement<[number], SeenSignature>(
      database,
      'SELECT digest, subject, signed_at AS signedAt FROM signature_seen WHERE signed_at >= ?',
    ).all(params.since),
};

export const credentialWrites = {
  /** A new one; the seller's others that still work do so until `othersUntil`, or less if they were to end before. */
  'credentials.issue': (
    database: WritableDatabase,
    params: {
      id: string;
      sellerId: string;
      appKey: string;
      tokenHash: string;
      signs: boolean;
      at: string;
      by: string;
      othersUntil: string;
      audit: AuditEntry;
    },
  ) => {
    statement<string[], unknown>(
      database,
      `UPDATE seller_credential SET expires_at = ? WHERE seller_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)`,
    ).run(params.othersUntil, params.sellerId, params.othersUntil);
    statement<(string | number)[], unknown>(
      database,
      'INSERT INTO seller_credential (id, seller_id, app_key, token_hash, signs, issued_at, issued_by) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(params.id, params.sellerId, params.appKey, params.tokenHash, params.signs ? 1 : 0, params.at, params.by);
    appendAudit(database, params.audit);
    return null;
  },
  /** @returns the credential as it is now; one revoked before stays as it was */
  'credentials.revoke': (
    database: WritableDatabase,
    params: { id: string; at: string; actor: Actor },
  ): StoredCredential => {
    const { seller_id: sellerId } = one(database, params.id);
    statement<[string, string], unknown>(
      database,
      'UPDATE seller_credential SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL',
    ).run(params.at, params.id);
    appendAudit(database, {
      actor: params.actor,
      at: params.at,
      action: 'revoke credential',
      entity: JSON.stringify(['seller', sellerId]),
      details: { credentialId: params.id },
    });
    return one(database, params.id);
  },
  /** As another desk of the workspace has it. A revoked one stays revoked. */
  'credentials.learn': (database: WritableDatabase, params: { credential: Omit<StoredCredential, 'last_used_at'> }) => {
    const { credential } = params;
    statement<(string | number | null)[], unknown>(
      database,
      `INSERT INTO seller_credential (id, seller_id, app_key, token_hash, signs, issued_at, issued_by, expires_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at, revoked_at = COALESCE(revoked_at, excluded.revoked_at)`,
    ).run(
      credential.id,
      credential.seller_id,
      credential.app_key,
      credential.token_hash,
      credential.signs,
      credential.issued_at,
      credential.issued_by,
      credential.expires_at,
      credential.revoked_at,
    );
    return null;
  },
  /** When each was last used; and what no longer has to be remembered of signatures is forgotten. */
  'credentials.used': (
    database: WritableDatabase,
    params: { used: readonly { readonly id: string; readonly at: string }[]; forgetSignedBefore: number },
  ) => {
    const touch = statement<[string, string], unknown>(
      database,
      'UPDATE seller_credential SET last_used_at = ? WHERE id = ?',
    );
    for (const { id, at } of params.used) touch.run(at, id);
    statement<[number], unknown>(database, 'DELETE FROM signature_seen WHERE signed_at < ?').run(
      params.forgetSignedBefore,
    );
    return null;
  },
};
