import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Client } from '../../../shared/rpc/client.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type HarnessOptions, type ServiceHarness, startHarness } from '../testing/harness.ts';
import { openProfiles } from './profiles.ts';

/** Two marketplaces and one data directory, over real HTTP: what is for the one never reaches the other. */

let directory = '';
let one: Sandbox;
let other: Sandbox;
let harness: ServiceHarness | null = null;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'bindery-lifecycle-'));
  one = await startSandbox({ size: 30, seed: 3 });
  // the same sellers and offers, so that a decision of the one would be taken by the other
  other = await startSandbox({ size: 30, seed: 3 });
});
afterEach(async () => {
  await harness?.close();
  harness = null;
  await Promise.all([one.close(), other.close()]);
  rmSync(directory, { recursive: true, force: true });
});

const keysOf = ({ url, appKey, appToken }: Sandbox) => ({ backendUrl: url, appKey, appToken });
async function start(options: Partial<HarnessOptions> & Pick<HarnessOptions, 'backendUrl' | 'appKey' | 'appToken'>) {
  harness = await startHarness({ dataDirectory: directory, profileKind: 'real', ...options });
  return harness;
}
async function matchesAt(sandbox: Sandbox): Promise<number> {
  const reply = await fetch(`${sandbox.url}/control/state?full=1`);
  const { log } = (await reply.json()) as { log: { kind: string }[] };
  return log.filter(({ kind }) => kind === 'match').length;
}
const goOffline = (sandbox: Sandbox) =>
  fetch(`${sandbox.url}/control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ offline: true }),
  });
const goOnline = (sandbox: Sandbox) => fetch(`${sandbox.url}/control/faults`, { method: 'DELETE' });
const synchronised = (at: ServiceHarness, client: Client = at.client) =>
  at.until(async () => (await client.call('status.get', {})).lastSyncedAt, 'a synchronisation');

/** Denies three offers of which the marketplace does not hear yet. */
async function decideOffline(at: ServiceHarness, sandbox: Sandbox): Promise<void> {
  await at.client.call('settings.update', { holdMilliseconds: 0 });
  await goOffline(sandbox);
  const { rows } = await at.client.call('offers.open', {
    filter: { queue: 'waiting' },
    sort: { column: 'received', direction: 'descending' },
    first: 3,
  });
  for (const row of rows)
    await at.client.call('decisions.deny', { offerId: row.id, versionId: row.versionId, reason: 'duplicate' });
  await at.until(async () => (await at.client.call('status.get', {})).outbox.pending === 3, 'three that wait');
}
const connectionTo = (sandbox: Sandbox, account: string) => ({ account, ...keysOf(sandbox) });
const gone = (at: ServiceHarness, client: Client) => at.until(async () => client.closed, 'the window to start over');

it('leaves what waits for one marketplace to it when another is connected, and sends it when it is open again', async () => {
  const at = await start(keysOf(one));
  await at.signIn();
  await synchronised(at);
  await decideOffline(at, one);
  const { profile } = await at.client.call('settings.connectMarketplace', connectionTo(other, 'other'));
  expect(profile).toMatchObject({ account: 'other', backendUrl: other.url });
  await gone(at, at.client);
  const window = at.window();
  const hello = await window.call('session.hello', {});
  expect(hello.profile.id).toBe(profile.id);
  // whoever connected it is its administrator, under the same name
  expect(hello.operators).toMatchObject([{ name: 'Ada', role: 'administrator' }]);
  await window.call('session.signIn', { operatorId: hello.operators[0]?.operatorId as never });
  await synchronised(at, window);
  expect((await window.call('status.get', {})).outbox).toMatchObject({ held: 0, pending: 0, sent: 0 });
  const { count } = await window.call('offers.open', {
    filter: { queue: 'waiting' },
    sort: { column: 'received', direction: 'descending' },
  });
  expect(count).toBe(30);
  expect(await matchesAt(other)).toBe(0);

  await goOnline(one);
  const { profiles } = await window.call('settings.profiles', {});
  const back = profiles.find(({ backendUrl }) => backendUrl === one.url);
  await window.call('settings.openProfile', { profileId: back?.id ?? '' });
  await gone(at, window);
  await at.until(async () => (await matchesAt(one)) === 3, 'the three decisions where they belong');
  expect(await matchesAt(other)).toBe(0);
});

it('opens another folder for another --backend, with the keys of nobody else', async () => {
  const at = await start(keysOf(one));
  await at.signIn();
  await synchronised(at);
  await decideOffline(at, one);
  await at.close();
  // no key is given: that of the first marketplace must not be sent to the second
  const second = await startHarness({
    dataDirectory: directory,
    profileKind: 'real',
    backendUrl: other.url,
    appKey: null as never,
    appToken: null as never,
  });
  harness = second;
  expect(await second.client.call('settings.get', {})).toMatchObject({ hasCredentials: false, backendUrl: other.url });
  expect((await second.client.call('session.hello', {})).operators).toEqual([]);
  await second.close();

  await goOnline(one);
  const again = await start(keysOf(one));
  await again.until(async () => (await matchesAt(one)) === 3, 'the three decisions');
  expect(await matchesAt(other)).toBe(0);
});

it('stays where it is when a profile cannot be opened, says why, and starts there again', async () => {
  const at = await start(keysOf(one));
  await at.signIn();
  await synchronised(at);
  const profiles = openProfiles(directory);
  const broken = profiles.placeOf({ account: 'other', backendUrl: other.url });
  profiles.claim(broken);
  const database = new Database(join(broken.folder, 'bindery.sqlite'));
  database.pragma('user_version = 9999');
  database.close();
  await expect(at.client.call('settings.openProfile', { profileId: broken.id })).rejects.toMatchObject({
    code: 'database-corrupt',
    message: expect.stringContaining('9999'),
  });
  await expect(at.client.call('settings.connectMarketplace', connectionTo(other, 'other'))).rejects.toMatchObject({
    code: 'database-corrupt',
  });
  // the window was not even interrupted, and the work goes on
  expect(at.client.closed).toBe(false);
  expect((await at.client.call('session.hello', {})).profile.backendUrl).toBe(one.url);
  await decideOffline(at, one);
  await goOnline(one);
  await at.until(async () => (await matchesAt(one)) === 3, 'decisions that are still sent');
  await expect(at.client.call('settings.openProfile', { profileId: 'nowhere' })).rejects.toMatchObject({
    code: 'not-found',
    field: 'profileId',
  });
  await at.close();
  const again = await start({ ...keysOf(one), profileKind: 'demo' });
  expect((await again.client.call('session.hello', {})).profile.kind).toBe('demo');
});

it('goes back to what was open when the next one opens and cannot be started', async () => {
  const at = await start({ ...keysOf(one), profileKind: 'demo' });
  await at.signIn();
  await synchronised(at);
  const profiles = openProfiles(directory);
  const readOnly = profiles.placeOf({ account: 'other', backendUrl: other.url });
  profiles.claim(readOnly);
  await at.client.call('settings.connectMarketplace', connectionTo(other, 'other'));
  await gone(at, at.client);
  const window = at.window();
  await window.call('session.signIn', {
    operatorId: (await window.call('session.hello', {})).operators[0]?.operatorId as never,
  });
  await window.call('settings.openProfile', { profileId: 'demo' });
  await gone(at, window);
  // a table that starting needs is gone, which opening does not notice
  const database = new Database(join(readOnly.folder, 'bindery.sqlite'));
  database.exec('DROP TABLE inbox');
  database.close();
  const again = at.window();
  await again.call('session.signIn', {
    operatorId: (await again.call('session.hello', {})).operators[0]?.operatorId as never,
  });
  await expect(again.call('settings.openProfile', { profileId: readOnly.id })).rejects.toMatchObject({
    code: 'internal',
  });
  // it did open, and could not be started: that is what the one before is opened again for
  expect(at.logged.join('\n')).toContain('a profile could not be started');
  await gone(at, again);
  const last = at.window();
  const hello = await last.call('session.hello', {});
  expect(hello.profile.kind).toBe('demo');
  await last.call('session.signIn', { operatorId: hello.operators[0]?.operatorId as never });
  await last.call('settings.update', { holdMilliseconds: 0 });
  const { rows } = await last.call('offers.open', {
    filter: { queue: 'waiting' },
    sort: { column: 'received', direction: 'descending' },
    first: 1,
  });
  for (const row of rows)
    await last.call('decisions.deny', { offerId: row.id, versionId: row.versionId, reason: 'duplicate' });
  await at.until(async () => (await matchesAt(one)) === 1, 'a decision that is sent');
  await at.close();
  // and the next start opens what worked
  const next = await start({ ...keysOf(one), profileKind: 'demo' });
  expect((await next.client.call('session.hello', {})).profile.kind).toBe('demo');
});

it('opens the profile again when its database thread dies, and reads back what was on its way', async () => {
  const entry = join(directory, 'mortal.mjs');
  const worker = fileURLToPath(new URL('../database/worker.ts', import.meta.url));
  writeFileSync(
    entry,
    `import { parentPort } from 'node:worker_threads';
     parentPort.on('message', ({ writes }) => {
       if (writes?.some(({ name, params }) => name === 'preferences.put' && params.key === 'die')) process.exit(1);
     });
     await import(${JSON.stringify(worker)});`,
  );
  const fatal: string[] = [];
  const at = await start({ ...keysOf(one), databaseEntry: entry, onFatal: (problem) => fatal.push(problem) });
  await at.signIn();
  await synchronised(at);
  await decideOffline(at, one);
  await expect(at.client.call('preferences.put', { key: 'die', value: 1 })).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining('opened again'),
  });
  await gone(at, at.client);
  await goOnline(one);
  await at.until(async () => (await matchesAt(one)) === 3, 'the decisions that waited');
  const window = at.window();
  expect((await window.call('session.hello', {})).operators).toHaveLength(1);
  await at.until(async () => (await window.call('status.get', {})).outbox.pending === 0, 'nothing that waits');
  expect(await matchesAt(one)).toBe(3);
  expect(fatal).toEqual([]);
  // one that dies each time is given up, and the process is to end
  let windows = window;
  for (let time = 0; time < 3; time++) {
    const [me] = (await windows.call('session.hello', {})).operators;
    await windows.call('session.signIn', { operatorId: me?.operatorId as never });
    await windows.call('preferences.put', { key: 'die', value: 1 }).catch(() => undefined);
    const before = windows;
    await at.until(async () => fatal.length > 0 || before.closed, 'the next attempt');
    if (fatal.length > 0) break;
    windows = at.window();
  }
  await at.until(async () => fatal.length > 0, 'that it is given up');
});

it('keeps a second service out of its data directory', async () => {
  await start(keysOf(one));
  await expect(
    startHarness({ dataDirectory: directory, profileKind: 'real', ...keysOf(one), lockPatience: 0 }),
  ).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining(String(process.pid)) });
});

it('stays paused over a restart', async () => {
  const at = await start(keysOf(one));
  await at.signIn();
  await synchronised(at);
  await at.client.call('sync.pause', {});
  await at.until(async () => (await at.client.call('status.get', {})).paused, 'a pause');
  await at.close();
  const again = await start(keysOf(one));
  expect((await again.client.call('status.get', {})).paused).toBe(true);
});
