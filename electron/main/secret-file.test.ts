import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSecretFile, type Sealing } from './secret-file.ts';

let folder = '';
let file = '';
let lines: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-secrets-'));
  file = join(folder, 'secrets.json');
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Stands for the key store of an operating system, of one user. */
const sealingOf = (user: string): Sealing => ({
  seal: async (text) => Buffer.from(`${user}:${text}`).toString('base64'),
  async unseal(sealed) {
    const text = Buffer.from(sealed, 'base64').toString();
    if (!text.startsWith(`${user}:`)) throw new Error('another key');
    return text.slice(user.length + 1);
  },
});
const open = (sealing: Sealing | null = sealingOf('ada')) =>
  openSecretFile({
    file,
    sealing,
    protection: sealing ? 'system' : 'none',
    now: () => '2026-11-25T10:00:00.000Z',
    write: (line) => lines.push(line),
    hide: () => undefined,
  });
const get = (name: string) => ({ operation: 'get', name }) as const;
const set = (name: string, value: string | null) => ({ operation: 'set', name, value }) as const;

test('keeps values sealed, in a file that only this user may read', async () => {
  const secrets = open();
  expect(await secrets.run(get('key'))).toBeNull();
  await Promise.all([secrets.run(set('key', 'planted-1')), secrets.run(set('token', 'planted-2'))]);
  expect(await open().run(get('key'))).toBe('planted-1');
  expect(await open().run(get('token'))).toBe('planted-2');
  expect(readFileSync(file, 'utf8')).not.toContain('planted');
  expect(statSync(file).mode & 0o077).toBe(0);
  await secrets.run(set('key', null));
  expect(await secrets.run(get('key'))).toBeNull();
  expect(await secrets.run(get('token'))).toBe('planted-2');
});

test.each(['{"key":"c2V', '[]', '{"key":1}', ''])(
  'keeps a damaged file aside, whole, and says so, before anything is written: %s',
  async (text) => {
    writeFileSync(file, text);
    const secrets = open();
    expect(secrets.state.problem).toContain('unreadable-2026-11-25T10-00-00-000Z');
    await secrets.run(set('token', 'new'));
    const aside = readdirSync(folder).find((name) => name.includes('unreadable'));
    expect(readFileSync(join(folder, aside ?? ''), 'utf8')).toBe(text);
    expect(await secrets.run(get('token'))).toBe('new');
    expect(lines.join('\n')).toContain('kept at');
  },
);

test('leaves a file alone that it may not read', async () => {
  // a folder in its place cannot be read as a file, whoever runs this
  mkdirSync(file);
  const secrets = open();
  expect(secrets.state.problem).toMatch(/cannot be read \(EISDIR\)/);
  await expect(secrets.run(get('key'))).rejects.toThrow('cannot be read');
  await expect(secrets.run(set('key', 'new'))).rejects.toThrow('cannot be read');
  expect(readdirSync(folder)).toEqual(['secrets.json']);
});

test('asks again for a value that this user’s key does not open, and keeps the others', async () => {
  await open().run(set('key', 'of ada'));
  const other = open(sealingOf('bob'));
  expect(await other.run(get('key'))).toBeNull();
  await other.run(set('token', 'of bob'));
  expect(await open().run(get('key'))).toBe('of ada');
});

test('keeps nothing where nothing can be sealed, and says what to do', async () => {
  const secrets = open(null);
  expect(secrets.state).toEqual({
    protection: 'none',
    problem: expect.stringContaining('BINDERY_PLAIN_TEXT_SECRETS=1'),
  });
  await expect(secrets.run(set('key', 'planted-3'))).rejects.toThrow('no key store');
  expect(readdirSync(folder)).toEqual([]);
  // forgetting what is not there needs no key store
  expect(await secrets.run(set('key', null))).toBeNull();
});
