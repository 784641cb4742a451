import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Where keys and tokens live: safeStorage on the desktop, a sealed file under `serve`. Never the database. */
export interface SecretStore {
  get(name: string): Promise<string | null>;
  /** null forgets it */
  set(name: string, value: string | null): Promise<void>;
}

function keyOf(folder: string): Buffer {
  const file = join(folder, 'secret.key');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, randomBytes(32), { mode: 0o600, flag: 'wx' });
  }
  chmodSync(file, 0o600);
  return readFileSync(file);
}

/** Seals a text with AES-256-GCM; the nonce and the tag travel with it, in base64. */
export function seal(text: string, key: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

/** Opens what {@link seal} sealed; null when it was sealed with another key or altered. */
export function unseal(sealed: string, key: Buffer): string | null {
  try {
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** Sealing with the key file of a data folder, for fields that the database keeps. */
export function createSealer(folder: string): { seal(text: string): string; unseal(sealed: string): string | null } {
  const key = keyOf(folder);
  return { seal: (text) => seal(text, key), unseal: (sealed) => unseal(sealed, key) };
}

/** Told when a file of secrets had to be kept aside. */
type SecretLog = (level: 'error', message: string, facts: { readonly aside: string }) => void;

/** A {@link SecretStore} in the data folder: each value sealed with a key file that only this user may read (0600). */
export function createFileSecretStore(folder: string, log: SecretLog): SecretStore {
  const key = keyOf(folder);
  const file = join(folder, 'secrets.json');
  const read = (): Record<string, string> => {
    if (!existsSync(file)) return {};
    const text = readFileSync(file, 'utf8');
    try {
      return z.record(z.string(), z.string()).parse(JSON.parse(text));
    } catch {
      // never written over: what it holds may still be mended by hand
      const aside = `${file}.unreadable-${new Date().toISOString().replace(/[:.]/g, '-')}`;
      renameSync(file, aside);
      log('error', 'the file of secrets was damaged and is kept aside; enter keys and tokens again', { aside });
      return {};
    }
  };
  return {
    async get(name) {
      const sealed = read()[name];
      return sealed === undefined ? null : unseal(sealed, key);
    },
    async set(name, value) {
      const values = read();
      if (value === null) delete values[name];
      else values[name] = seal(value, key);
      writeFileSync(`${file}.new`, JSON.stringify(values), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}

/** The same store for one profile: what it keeps for another profile under the same name stays apart. */
export function named(store: SecretStore, profile: string): SecretStore {
  return {
    get: (name) => store.get(`${profile}.${name}`),
    set: (name, value) => store.set(`${profile}.${name}`, value),
  };
}
