import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFileSecretStore } from '../secrets.ts';
import { readKeys, writeKeys } from './keys.ts';
import { openProfiles, profileOf } from './profiles.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bindery-profiles-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const a = { account: 'acme', backendUrl: 'https://market.example/api/' };
const b = { account: 'other', backendUrl: 'https://market.example/api' };

it('keeps a folder a marketplace, told apart by account and address', () => {
  const profiles = openProfiles(directory);
  const ofA = profiles.placeOf(a);
  profiles.claim(ofA);
  const ofB = profiles.placeOf(b);
  profiles.claim(ofB);
  const elsewhere = profiles.placeOf({ account: 'acme', backendUrl: 'https://elsewhere.example' });
  expect(new Set([ofA.folder, ofB.folder, elsewhere.folder]).size).toBe(3);
  // the same, written another way
  expect(profiles.placeOf({ account: 'ACME', backendUrl: 'https://MARKET.example:443/api' }).id).toBe(ofA.id);
  expect(profiles.list().map(({ id }) => id)).toEqual(['demo', ofA.id, ofB.id]);
  expect(openProfiles(directory).placeOf(b).id).toBe(ofB.id);
});

it('opens the folder of an earlier version as the marketplace that it belongs to, and no other', () => {
  mkdirSync(join(directory, 'real'));
  writeFileSync(join(directory, 'real', 'bindery.sqlite'), '');
  writeFileSync(join(directory, 'real', 'connection.json'), JSON.stringify(a));
  writeFileSync(join(directory, 'profile'), 'real');
  const profiles = openProfiles(directory);
  expect(profiles.remembered()?.id).toBe('real');
  expect(profiles.placeOf(a).id).toBe('real');
  expect(profiles.placeOf(b).id).not.toBe('real');
  expect(profiles.placeOf({ account: '', backendUrl: 'https://elsewhere.example' }).id).not.toBe('real');
});

it('takes a folder without an owner for the first address that the command line names, and then for no other', () => {
  mkdirSync(join(directory, 'real'));
  writeFileSync(join(directory, 'real', 'bindery.sqlite'), '');
  const profiles = openProfiles(directory);
  const named = profiles.placeOf({ account: '', backendUrl: 'http://127.0.0.1:9000' });
  expect(named.id).toBe('real');
  profiles.claim(named);
  expect(profiles.placeOf({ account: '', backendUrl: 'http://127.0.0.1:9001' }).id).not.toBe('real');
  // its account becomes known in Settings
  expect(profiles.placeOf({ account: 'acme', backendUrl: 'http://127.0.0.1:9000' }).id).toBe('real');
});

it('finds a marketplace by its address alone, unless two are there', () => {
  const profiles = openProfiles(directory);
  profiles.claim(profiles.placeOf(a));
  expect(profiles.placeOf({ account: '', backendUrl: a.backendUrl })).toMatchObject({ marketplace: a });
  const ofB = profiles.placeOf(b);
  profiles.claim(ofB);
  expect(() => profiles.placeOf({ account: '', backendUrl: a.backendUrl })).toThrow(/acme, other/);
  profiles.remember(ofB);
  expect(profiles.placeOf({ account: '', backendUrl: a.backendUrl }).id).toBe(ofB.id);
});

it('does not guess whose a folder is when that cannot be read', () => {
  const profiles = openProfiles(directory);
  const place = profiles.placeOf(a);
  profiles.claim(place);
  writeFileSync(join(place.folder, 'connection.json'), '{"account":');
  expect(() => profiles.placeOf(b)).toThrow(/connection.json cannot be read/);
});

it('forgets a remembered profile that is gone', () => {
  const profiles = openProfiles(directory);
  const place = profiles.placeOf(a);
  profiles.claim(place);
  profiles.remember(place);
  expect(profiles.remembered()?.id).toBe(place.id);
  rmSync(place.folder, { recursive: true });
  expect(profiles.remembered()).toBeNull();
  expect(() => profiles.get(place.id)).toThrow(expect.objectContaining({ code: 'not-found', field: 'profileId' }));
});

it('names a profile after its account, or after what the address says', () => {
  const profiles = openProfiles(directory);
  const name = (account: string, backendUrl: string) => profileOf(profiles.placeOf({ account, backendUrl })).name;
  expect(name('acme', 'https://market.example')).toBe('acme');
  expect(name('', 'https://acme.market.example')).toBe('acme');
  expect(name('', 'http://127.0.0.1:9000')).toBe('127.0.0.1:9000');
  expect(profileOf(profiles.demo)).toMatchObject({ kind: 'demo', account: '' });
});

it('replaces both keys of a marketplace at once, and reads what earlier versions kept apart', async () => {
  const place = openProfiles(directory).placeOf(a);
  const store = createFileSecretStore(place.folder, () => undefined);
  await store.set('real.appKey', 'old-key');
  expect(await readKeys(store, 'real')).toBeNull();
  await store.set('real.appToken', 'old-token');
  expect(await readKeys(store, 'real')).toEqual({ appKey: 'old-key', appToken: 'old-token' });
  let writes = 0;
  const counting = {
    ...store,
    set: async (name: string, value: string | null) => {
      writes += 1;
      // the power goes after the first write
      if (writes === 1) await store.set(name, value);
    },
  };
  await writeKeys(counting, 'real', { appKey: 'new-key', appToken: 'new-token' });
  expect(await readKeys(store, 'real')).toEqual({ appKey: 'new-key', appToken: 'new-token' });
  expect(await readKeys(store, 'real-other')).toBeNull();
  expect(existsSync(join(place.folder, 'secrets.json'))).toBe(true);
});
