import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFileSecretStore, createSealer, seal, unseal } from './secrets.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('opens what it sealed, and seals the same text differently each time', () => {
  const key = randomBytes(32);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const sealed = seal(text, key);
      expect(unseal(sealed, key)).toBe(text);
      expect(seal(text, key)).not.toBe(sealed);
      expect(unseal(sealed, randomBytes(32))).toBeNull();
    }),
    { seed: 20_261_125 },
  );
});

it('notices any byte that was altered or cut', () => {
  const key = randomBytes(32);
  const bytes = Buffer.from(seal('a token', key), 'base64');
  for (let at = 0; at < bytes.length; at++) {
    const altered = Buffer.from(bytes);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(unseal(altered.toString('base64'), key)).toBeNull();
    expect(unseal(bytes.subarray(0, at).toString('base64'), key)).toBeNull();
  }
});

const logged: string[] = [];
const log = (_level: string, message: string, facts?: object) => logged.push(`${message} ${JSON.stringify(facts)}`);

it('keeps a damaged file aside instead of writing over it', async () => {
  const file = join(folder, 'secrets.json');
  await createFileSecretStore(folder, log).set('token', 'planted-4714');
  const cut = readFileSync(file, 'utf8').slice(0, -5);
  writeFileSync(file, cut);
  const store = createFileSecretStore(folder, log);
  expect(await store.get('token')).toBeNull();
  await store.set('other', 'planted-4715');
  const aside = readdirSync(folder).find((name) => name.includes('unreadable')) ?? '';
  expect(readFileSync(join(folder, aside), 'utf8')).toBe(cut);
  expect(logged.join('')).toContain(aside);
  expect(await store.get('other')).toBe('planted-4715');
});

it('keeps, replaces and forgets a secret, in files that only their owner may read', async () => {
  const store = createFileSecretStore(folder, log);
  expect(await store.get('token')).toBeNull();
  await store.set('token', 'planted-4711');
  await store.set('other', 'planted-4712');
  expect(await createFileSecretStore(folder, log).get('token')).toBe('planted-4711');
  await store.set('token', 'planted-4713');
  expect(await store.get('token')).toBe('planted-4713');
  for (const name of ['secrets.json', 'secret.key']) {
    expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    expect(readFileSync(join(folder, name), 'latin1')).not.toContain('planted');
  }
  await store.set('token', null);
  expect(await store.get('token')).toBeNull();
  expect(await store.get('other')).toBe('planted-4712');
});

it('shares the key of its folder, and no other folder’s', () => {
  const sealed = createSealer(folder).seal('an address');
  expect(createSealer(folder).unseal(sealed)).toBe('an address');
  expect(createSealer(join(folder, 'other')).unseal(sealed)).toBeNull();
});
