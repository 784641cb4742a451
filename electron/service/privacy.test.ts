import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../sandbox/index.ts';
import { type ServiceHarness, startHarness } from './testing/harness.ts';

/** Plants secrets and personal data through the running service, then looks for them in every byte that it leaves on disk. */

let sandbox: Sandbox;
let directory = '';
let harness: ServiceHarness | null = null;
beforeEach(async () => {
  sandbox = await startSandbox({ size: 40, seed: 3 });
  directory = mkdtempSync(join(tmpdir(), 'bindery-privacy-'));
});
afterEach(async () => {
  await harness?.close();
  harness = null;
  await sandbox.close();
  rmSync(directory, { recursive: true, force: true });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Every way a text may lie in a file. */
function spellings(text: string): string[] {
  return [
    text,
    encodeURIComponent(text),
    Buffer.from(text).toString('base64').replace(/=+$/, ''),
    Buffer.from(text).toString('hex'),
  ];
}

function foundIn(secrets: Readonly<Record<string, string>>, logged: readonly string[]): string[] {
  const found: string[] = [];
  const places = [
    ...filesBelow(directory).map((file) => ({ name: file.slice(directory.length + 1), bytes: readFileSync(file) })),
    { name: 'log', bytes: Buffer.from(logged.join('\n')) },
  ];
  expect(places.length).toBeGreaterThan(2);
  for (const { name, bytes } of places)
    for (const [what, secret] of Object.entries(secrets))
      for (const spelling of spellings(secret))
        if (bytes.includes(spelling) || bytes.includes(Buffer.from(spelling, 'utf16le')))
          found.push(`${what} in ${name}`);
  return [...new Set(found)];
}

it('leaves no key, token, name or address in clear in the database, its log, its backups or the service’s log', async () => {
  harness = await startHarness({
    dataDirectory: directory,
    backendUrl: sandbox.url,
    appKey: sandbox.appKey,
    appToken: sandbox.appToken,
  });
  const { client, until, signIn } = harness;
  await signIn();
  await until(async () => (await client.call('status.get', {})).lastSyncedAt, 'the first synchronisation');
  const { sellers } = await client.call('sellers.list', { text: '' });
  const seller = sellers[0]?.sellerId;
  if (!seller) throw new Error('no seller');
  const token = await client.call('sellers.issueToken', { sellerId: seller });
  const invited = { name: 'Wilhelmina Featherstonehaugh', email: 'wilhelmina.private+planted@example.org' };
  await client.call('sellers.invite', invited);
  expect((await client.call('sellers.list', { text: '' })).invitations.map(({ email }) => email)).toEqual([
    invited.email,
  ]);
  // a token that is refused must not be written down either
  const wrong = 'a-token-that-somebody-mistyped-4711';
  const url = harness.service.endpointsUrl ?? '';
  const notify = (appToken: string) =>
    fetch(`${url}/api/notificator/${seller}/changenotification/some-sku/price`, {
      method: 'POST',
      headers: { 'X-VTEX-API-AppKey': token.appKey, 'X-VTEX-API-AppToken': appToken },
    });
  expect((await notify(wrong)).status).toBeGreaterThanOrEqual(401);
  expect((await notify(token.appToken)).status).toBeLessThan(300);
  // a call that fails is logged, without what it was called with
  await fetch(`${sandbox.url}/control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rate5xx: 1 }),
  });
  await expect(
    client.call('sellers.invite', { name: 'Bartholomew Cholmondeley', email: 'bart.private@example.org' }),
  ).rejects.toThrow();
  const connection = {
    account: 'other',
    backendUrl: sandbox.url,
    appKey: 'real-key-planted-8812',
    appToken: 'real-token-planted-8812',
  };
  await client.call('settings.testConnection', connection);
  const secrets = {
    'the application token': sandbox.appToken,
    'a seller’s token': token.appToken,
    'a mistyped token': wrong,
    'an invited person’s name': invited.name,
    'an invited person’s address': invited.email,
    'a name that could not be invited': 'Bartholomew Cholmondeley',
    'an address that could not be invited': 'bart.private@example.org',
    'a key that was only tested': connection.appKey,
    'a token that was only tested': connection.appToken,
  };
  // while it runs: the write-ahead log is there
  expect(filesBelow(directory).some((file) => file.endsWith('-wal'))).toBe(true);
  expect(foundIn(secrets, harness.logged)).toEqual([]);
  const { logged } = harness;
  await harness.close();
  harness = null;
  expect(foundIn(secrets, logged)).toEqual([]);
  // the hash is what is kept
  const hash = createHash('sha256').update(token.appToken).digest('hex');
  const database = readFileSync(join(directory, 'demo', 'bindery.sqlite'));
  expect(
    database.includes(hash) || database.includes(createHash('sha256').update(token.appToken).digest('base64')),
  ).toBe(true);
}, 120_000);

it('seals the keys of a marketplace that is connected', async () => {
  harness = await startHarness({
    dataDirectory: directory,
    backendUrl: sandbox.url,
    appKey: sandbox.appKey,
    appToken: sandbox.appToken,
  });
  await harness.signIn();
  await harness.client.call('settings.connectMarketplace', {
    account: 'mine',
    backendUrl: sandbox.url,
    appKey: 'real-key-planted-9913',
    appToken: 'real-token-planted-9913',
  });
  await harness.until(async () => harness?.client.closed ?? true, 'the change of profile');
  const { logged } = harness;
  await harness.close();
  harness = null;
  expect(filesBelow(directory).some((file) => file.endsWith('secrets.json'))).toBe(true);
  expect(foundIn({ key: 'real-key-planted-9913', token: 'real-token-planted-9913' }, logged)).toEqual([]);
}, 120_000);
