/** The small records that every process of a workspace knows: who may call, who is paused, and whether they have the same key. */
import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { seal, unseal } from '../secrets.ts';

/** A seller's credential as it is shared; its signing key is sealed with the workspace's key. */
export const sharedCredential = z.object({
  id: z.string(),
  seller_id: z.string(),
  app_key: z.string(),
  token_hash: z.string(),
  signs: z.number(),
  issued_at: z.string(),
  issued_by: z.string(),
  expires_at: z.string().nullable(),
  revoked_at: z.string().nullable(),
  sealedKey: z.string().nullable(),
});
export type SharedCredential = z.infer<typeof sharedCredential>;

export const sharedPause = z.object({ sellerId: z.string(), at: z.string(), author: z.string(), reason: z.string() });

const credentialPrefix = 'credential.';
const pausePrefix = 'pause.';
export const keyRecord = 'key';

export const credentialRecord = (id: string): string => `${credentialPrefix}${id}`;
/** A seller's id may hold any letter; a record's name may not. */
export const pauseRecord = (sellerId: string): string => `${pausePrefix}${Buffer.from(sellerId).toString('base64url')}`;

export type SharedRecord =
  | { readonly kind: 'credential'; readonly id: string; readonly credential: SharedCredential | null }
  | { readonly kind: 'pause'; readonly sellerId: string; readonly pause: z.infer<typeof sharedPause> | null }
  | { readonly kind: 'key'; readonly check: string }
  | null;

/** Null: a record of a newer version of this program, or a damaged one. */
export function recordOf(name: string, value: string | null): SharedRecord {
  const parse = <Value>(schema: z.ZodType<Value>): Value | null => {
    try {
      return value === null ? null : schema.parse(JSON.parse(value));
    } catch {
      return null;
    }
  };
  if (name === keyRecord) return value === null ? null : { kind: 'key', check: value };
  if (name.startsWith(credentialPrefix))
    return { kind: 'credential', id: name.slice(credentialPrefix.length), credential: parse(sharedCredential) };
  if (name.startsWith(pausePrefix)) {
    const sellerId = Buffer.from(name.slice(pausePrefix.length), 'base64url').toString();
    return { kind: 'pause', sellerId, pause: parse(sharedPause) };
  }
  return null;
}

/** The key that all processes of a workspace have: what is secret or personal in the broker is sealed with it. */
export interface WorkspaceKey {
  seal(text: string): string;
  unseal(sealed: string): string | null;
  /** The same for the same key; nothing of the key can be told from it. */
  readonly check: string;
}

const keyBytes = 32;

/**
 * Reads the workspace's key: 32 bytes, base64url.
 * @param create makes it when there is no such file
 * @throws BinderyError when it cannot be read, or is none
 */
export function readWorkspaceKey(file: string, create: boolean): WorkspaceKey {
  if (create) {
    try {
      writeFileSync(file, `${randomBytes(keyBytes).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw unreadable(file);
    }
  }
  let secret: Buffer;
  try {
    secret = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
  } catch {
    throw unreadable(file);
  }
  if (secret.length !== keyBytes)
    throw new BinderyError('invalid-request', `${file} holds no key of a workspace: 32 bytes in base64url.`);
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'bindery workspace', keyBytes));
  return {
    seal: (text) => seal(text, key),
    unseal: (sealed) => unseal(sealed, key),
    check: createHmac('sha256', secret).update('bindery workspace key').digest('hex'),
  };
}

function unreadable(file: string): BinderyError {
  return new BinderyError(
    'not-found',
    `The key of the workspace cannot be read at ${file}. Copy it from a desk of this workspace.`,
  );
}
