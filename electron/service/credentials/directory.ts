/**
 * Who may call the endpoints, held in memory: a call is told apart without a look at the disk, and in the same time whether
 * its key is unknown, its token wrong or both right.
 */
import { createHash, hash, timingSafeEqual } from 'node:crypto';
import { instantOf } from '../../../shared/domain/brand.ts';
import type { Ambient, Log } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { SecretStore } from '../secrets.ts';
import { signatureWindow } from './signature.ts';

/** Whose key and token were given. */
export interface Holder {
  readonly credentialId: string;
  readonly sellerId: string;
  /** The key that this seller's calls have to be signed with; null when they need no signature. */
  readonly signingKey: Buffer | null;
}

export interface CredentialDirectory {
  /**
   * The holder of this key and token, when it may be let in now and, where a seller is named, is that seller.
   * Synchronous and in constant time.
   */
  verify(appKey: string, appToken: string, sellerId: string | null): Holder | null;
  /** Reads them again, after one was issued or revoked. */
  reload(): Promise<void>;
  /** Writes down when each was last used. */
  flush(): Promise<void>;
}

interface Entry extends Holder {
  readonly tokenHash: Buffer;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** The stored form of a token: SHA-256, in hexadecimal. Tokens are 256 random bits, so no salt and no slow hash is needed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The name of a signing key in the secret store. */
export function signingKeyName(credentialId: string): string {
  return `signing.${credentialId}`;
}

export interface DirectoryOptions {
  readonly database: ServiceDatabase;
  readonly secrets: SecretStore;
  readonly ambient: Ambient;
  readonly log: Log;
}

export async function openCredentials(options: DirectoryOptions): Promise<CredentialDirectory> {
  const { database, secrets, ambient, log } = options;
  /** Compared with when the key is unknown, so that an unknown key takes as long as a known one. */
  const decoy = Buffer.from(hashToken(ambient.uuid()), 'hex');
  let entries: ReadonlyMap<string, Entry> = new Map();
  const used = new Map<string, number>();

  async function reload(): Promise<void> {
    const stored = await database.read('credentials.live', { now: instantOf(ambient.now()) });
    const next = new Map<string, Entry>();
    for (const row of stored) {
      let signingKey: Buffer | null = null;
      if (row.signs === 1) {
        const sealed = await secrets.get(signingKeyName(row.id));
        if (sealed === null) {
          // without its key no signature can be checked, and an unsigned call must not pass instead
          log('error', 'a signing key is missing from the secret store; its credential lets nobody in', {
            credentialId: row.id,
          });
          continue;
        }
        signingKey = Buffer.from(sealed, 'base64url');
      }
      next.set(row.app_key, {
        credentialId: row.id,
        sellerId: row.seller_id,
        signingKey,
        tokenHash: Buffer.from(row.token_hash, 'hex'),
        expiresAt: row.expires_at === null ? Number.POSITIVE_INFINITY : Date.parse(row.expires_at),
      });
    }
    entries = next;
  }

  await reload();
  return {
    verify(appKey, appToken, sellerId) {
      const entry = entries.get(appKey);
      const same = timingSafeEqual(hash('sha256', appToken, 'buffer'), entry?.tokenHash ?? decoy);
      if (!same || entry === undefined) return null;
      const now = ambient.now();
      if (entry.expiresAt <= now || (sellerId !== null && sellerId !== entry.sellerId)) return null;
      used.set(entry.credentialId, now);
      return entry;
    },
    reload,
    async flush() {
      const taken = [...used].map(([id, at]) => ({ id, at: instantOf(at) }));
      used.clear();
      await database.write(
        'credentials.used',
        { used: taken, forgetSignedBefore: ambient.now() - 2 * signatureWindow },
        { priority: 'background' },
      );
    },
  };
}
