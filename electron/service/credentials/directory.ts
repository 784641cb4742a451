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

/** One that may let somebody in, as it is known. */
export interface KnownCredential {
  readonly id: string;
  readonly sellerId: string;
  readonly appKey: string;
  /** SHA-256, hexadecimal. */
  readonly tokenHash: string;
  readonly expiresAt: string | null;
  /** Base64url; null: its calls need no signature. */
  readonly signingKey: string | null;
}

/** Tells callers apart in constant time, among the credentials that it was given last. */
export function createVerifier({ now, uuid }: Pick<Ambient, 'now' | 'uuid'>) {
  /** Compared with when the key is unknown, so that an unknown key takes as long as a known one. */
  const decoy = Buffer.from(hashToken(uuid()), 'hex');
  let entries: ReadonlyMap<string, Entry> = new Map();
  const used = new Map<string, number>();
  return {
    verify(appKey: string, appToken: string, sellerId: string | null): Holder | null {
      const entry = entries.get(appKey);
      const same = timingSafeEqual(hash('sha256', appToken, 'buffer'), entry?.tokenHash ?? decoy);
      if (!same || entry === undefined) return null;
      const at = now();
      if (entry.expiresAt <= at || (sellerId !== null && sellerId !== entry.sellerId)) return null;
      used.set(entry.credentialId, at);
      return entry;
    },
    replace(known: Iterable<KnownCredential>): void {
      const next = new Map<string, Entry>();
      for (const each of known)
        next.set(each.appKey, {
          credentialId: each.id,
          sellerId: each.sellerId,
          signingKey: each.signingKey === null ? null : Buffer.from(each.signingKey, 'base64url'),
          tokenHash: Buffer.from(each.tokenHash, 'hex'),
          expiresAt: each.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(each.expiresAt),
        });
      entries = next;
    },
    /** When each was last used, since this was asked last. */
    takeUsed(): { id: string; at: string }[] {
      const taken = [...used].map(([id, at]) => ({ id, at: instantOf(at) }));
      used.clear();
      return taken;
    },
  };
}

export interface DirectoryOptions {
  readonly database: ServiceDatabase;
  readonly secrets: SecretStore;
  readonly ambient: Ambient;
  readonly log: Log;
}

export async function openCredentials(options: DirectoryOptions): Promise<CredentialDirectory> {
  const { database, secrets, ambient, log } = options;
  const verifier = createVerifier(ambient);

  async function reload(): Promise<void> {
    const known: KnownCredential[] = [];
    for (const row of await database.read('credentials.live', { now: instantOf(ambient.now()) })) {
      const signingKey = row.signs === 1 ? await secrets.get(signingKeyName(row.id)) : null;
      if (row.signs === 1 && signingKey === null) {
        // without its key no signature can be checked, and an unsigned call must not pass instead
        log('error', 'a signing key is missing from the secret store; its credential lets nobody in', {
          credentialId: row.id,
        });
        continue;
      }
      known.push({
        id: row.id,
        sellerId: row.seller_id,
        appKey: row.app_key,
        tokenHash: row.token_hash,
        expiresAt: row.expires_at,
        signingKey,
      });
    }
    verifier.replace(known);
  }

  await reload();
  return {
    verify: verifier.verify,
    reload,
    async flush() {
      await database.write(
        'credentials.used',
        { used: verifier.takeUsed(), forgetSignedBefore: ambient.now() - 2 * signatureWindow },
        { priority: 'background' },
      );
    },
  };
}
