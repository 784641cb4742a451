import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './index.ts';

let folder: string;
let file: string;
let sandbox: Sandbox | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-journal-'));
  file = join(folder, 'kept', 'marketplace.jsonl');
});
afterEach(async () => {
  await sandbox?.close();
  sandbox = null;
  rmSync(folder, { recursive: true, force: true });
});

const open = async (size = 30): Promise<Sandbox> => {
  await sandbox?.close();
  sandbox = await startSandbox({ size, keep: file });
  return sandbox;
};
const call = async (on: Sandbox, method: string, path: string, body?: unknown) => {
  // a connection of its own: the server at the same address is another one each time
  const reply = await fetch(`${on.url}${path}`, {
    dispatcher: new Agent({ pipelining: 0 }),
    method,
    headers: {
      'x-vtex-api-appkey': on.appKey,
      'x-vtex-api-apptoken': on.appToken,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, body: text === '' ? null : (JSON.parse(text) as never) };
};
const seller = (on: Sandbox, id: string) => call(on, 'GET', `/api/seller-register/pvt/sellers/${id}`);

it('is at the next start what it was, at the same address, and asks nobody again', async () => {
  let on = await open();
  const { url } = on;
  const id = on.sellers[0]?.id ?? '';
  const patch = [{ operation: 'replace', path: '/name', value: 'Renamed' }];
  const changed = await call(on, 'PATCH', `/api/seller-register/pvt/sellers/${id}`, patch);
  expect(changed.status).toBeLessThan(300);
  const [sold] = on.state.bindings.all();
  if (!sold) throw new Error('nothing is sold');
  await call(on, 'POST', `/control/seller/${sold.sellerId}/sku/${sold.sellerSkuId}`, { price: 4_321 });
  const before = await seller(on, id);
  expect(before.body).toMatchObject({ name: 'Renamed' });
  const log = on.state.log.length;

  on = await open();
  expect(on.url).toBe(url);
  expect((await seller(on, id)).body).toEqual(before.body);
  expect(on.state.log.length).toBe(log);
  // the key itself is not in the file
  expect(readFileSync(file, 'utf8')).not.toContain(on.appToken);

  // a line that a crash cut is left out; the rest counts
  appendFileSync(file, '{"at":1,"method":"PO');
  on = await open();
  expect((await seller(on, id)).body).toMatchObject({ name: 'Renamed' });

  // another marketplace begins anew
  on = await open(40);
  expect((await seller(on, id)).body).not.toMatchObject({ name: 'Renamed' });
});

it('forgets what was done when it is reset', async () => {
  let on = await open();
  const id = on.sellers[0]?.id ?? '';
  await call(on, 'PATCH', `/api/seller-register/pvt/sellers/${id}`, [
    { operation: 'replace', path: '/name', value: 'Renamed' },
  ]);
  expect((await seller(on, id)).body).toMatchObject({ name: 'Renamed' });
  await call(on, 'POST', '/control/reset');
  on = await open();
  expect((await seller(on, id)).body).not.toMatchObject({ name: 'Renamed' });
});
