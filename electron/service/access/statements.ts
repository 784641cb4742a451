import type { AccessToken } from '../../../shared/contract/access.ts';
import type { Instant, OperatorId } from '../../../shared/domain/brand.ts';
import type { Role } from '../../../shared/domain/roles.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';

interface StoredToken {
  readonly id: string;
  readonly operator_id: string;
  readonly operator_name: string;
  readonly role: string;
  readonly issued_at: string;
  readonly issued_by: string;
  readonly expires_at: string;
  readonly revoked_at: string | null;
  readonly last_used_at: string | null;
}

/** Whom a token lets in. */
export interface TokenHolder {
  readonly tokenId: string;
  readonly operatorId: OperatorId;
  readonly name: string;
  readonly role: Role;
}

const sql = `SELECT t.*, o.name AS operator_name, o.role FROM operator_token t JOIN operator o ON o.id = t.operator_id`;

// ids, instants and roles were written by this program from parsed values
const holderOf = (stored: StoredToken | undefined): TokenHolder | null =>
  stored === undefined
    ? null
    : {
        tokenId: stored.id,
        operatorId: stored.operator_id as OperatorId,
        name: stored.operator_name,
        role: stored.role as Role,
      };

export const accessReads = {
  'access.tokens': (database: ReadableDatabase, _params: Record<never, never>): AccessToken[] =>
    statement<[], StoredToken>(database, `${sql} ORDER BY t.issued_at DESC LIMIT 500`)
      .all()
      .map((stored) => ({
        tokenId: stored.id,
        operatorId: stored.operator_id as OperatorId,
        operatorName: stored.operator_name,
        issuedAt: stored.issued_at as Instant,
        issuedBy: stored.issued_by,
        expiresAt: stored.expires_at as Instant,
        revokedAt: stored.revoked_at as Instant | null,
        lastUsedAt: stored.last_used_at as Instant | null,
      })),
  /** Whom a token, by its id, lets in now. */
  'access.holder': (database: ReadableDatabase, params: { tokenId: string; now: string }): TokenHolder | null =>
    holderOf(
      statement<[string, string], StoredToken>(
        database,
        `${sql} WHERE t.id = ? AND t.revoked_at IS NULL AND t.expires_at > ?`,
      ).get(params.tokenId, params.now),
    ),
};

export const accessWrites = {
  /** Whom a token, by its hash, lets in now; notes that it was used. */
  'access.use': (database: WritableDatabase, params: { tokenHash: string; now: string }): TokenHolder | null => {
    const stored = statement<[string, string], StoredToken>(
      database,
      `${sql} WHERE t.token_hash = ? AND t.revoked_at IS NULL AND t.expires_at > ?`,
    ).get(params.tokenHash, params.now);
    if (stored)
      statement<[string, string], unknown>(database, 'UPDATE operator_token SET last_used_at = ? WHERE id = ?').run(
        params.now,
        stored.id,
      );
    return holderOf(stored);
  },
  'access.issue': (
    database: WritableDatabase,
    params: { id: string; operatorId: string; tokenHash: string; at: string; by: string; until: string },
  ) => {
    statement<string[], unknown>(
      database,
      'INSERT INTO operator_token (id, operator_id, token_hash, issued_at, issued_by, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
    ).run(params.id, params.operatorId, params.tokenHash, params.at, params.by, params.until);
    return null;
  },
  /** @returns whether there was such a token */
  'access.revoke': (database: WritableDatabase, params: { tokenId: string; at: string }) =>
    statement<[string, string], unknown>(
      database,
      'UPDATE operator_token SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ?',
    ).run(params.at, params.tokenId).changes > 0,
};
