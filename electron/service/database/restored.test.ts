import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';
import { backupTarget } from './backups.ts';
import { markDamaged } from './open.ts';

/** A backup takes the place of a damaged file: nothing that it was about to send is sent a second time. */

let sandbox: Sandbox | null = null;
let harness: ServiceHarness | null = null;
let directory = '';
afterEach(async () => {
  await harness?.close();
  await sandbox?.close();
  harness = null;
  sandbox = null;
  rmSync(directory, { recursive: true, force: true });
});

it('reads back what a restored backup had not sent, and asks a person about what is not there', async () => {
  directory = mkdtempSync(join(tmpdir(), 'bindery-restored-'));
  const world = await startSandbox({ size: 40, seed: 5 });
  sandbox = world;
  const open = async () => {
    const opened = await startHarness({
      dataDirectory: directory,
      backendUrl: world.url,
      appKey: world.appKey,
      appToken: world.appToken,
    });
    harness = opened;
    await opened.signIn();
    return opened;
  };
  const at = await open();
  await at.until(async () => (await at.client.call('status.get', {})).lastSyncedAt, 'the first synchronisation');
  await at.client.call('settings.update', { holdMilliseconds: 60_000 });
  const { rows } = await at.client.call('offers.open', {
    filter: { queue: 'waiting' },
    sort: { column: 'received', direction: 'descending' },
    first: 2,
  });
  const decisions: string[] = [];
  for (const row of rows) {
    const request = { offerId: row.id, versionId: row.versionId, reason: 'duplicate' as const };
    decisions.push((await at.client.call('decisions.deny', request)).decision.decisionId);
  }
  const file = join(directory, 'demo', 'bindery.sqlite');
  const backup = backupTarget(file, 'daily', '2026-11-25T00:00:00.000Z');
  const source = new Database(file);
  source.prepare('VACUUM INTO ?').run(backup);
  source.close();
  // after the backup: the first was sent, the second was taken back
  await at.client.call('decisions.undo', { decisionId: decisions[1] ?? '' });
  await at.close();
  harness = null;
  const live = new Database(file);
  live.exec(`UPDATE outbox SET not_before = '2026-01-01T00:00:00.000Z' WHERE state = 'held'`);
  live.close();
  const second = await open();
  const stateOf = async (one: ServiceHarness, index: number) =>
    (await one.client.call('decisions.list', {})).decisions.find(({ decisionId }) => decisionId === decisions[index]);
  await second.until(
    async () => (await stateOf(second, 0))?.state === 'confirmed',
    'the first decision at the backend',
  );
  const matches = async () => {
    const state = (await (await fetch(`${world.url}/control/state?full=1`)).json()) as { log: { kind: string }[] };
    return state.log.filter(({ kind }) => kind === 'match').length;
  };
  expect(await matches()).toBe(1);
  await second.close();
  harness = null;

  markDamaged(file);
  const third = await open();
  expect((await third.client.call('session.hello', {})).database).toMatchObject({ state: 'recovered' });
  const first = await third.until(async () => {
    const found = await stateOf(third, 0);
    return found?.state === 'confirmed' ? found : null;
  }, 'the first decision, read back');
  expect(first.problem).toBeNull();
  const asked = await third.until(async () => {
    const found = await stateOf(third, 1);
    return found?.state === 'conflict' ? found : null;
  }, 'the second decision, which waits for a person');
  expect(asked.problem).toContain('backup');
  expect(await matches()).toBe(1);
  expect(readdirSync(dirname(file)).filter((name) => name.endsWith('.restored') || name.endsWith('.new'))).toEqual([]);
  await third.close();
  harness = null;
  const audited = new Database(file, { readonly: true });
  expect(
    audited.prepare(`SELECT details FROM audit WHERE action = 'restore backup'`).pluck().all().map(String),
  ).toEqual([expect.stringContaining('"unsent":2')]);
  audited.close();
});
