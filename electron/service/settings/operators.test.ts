import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type ServiceHarness, startHarness } from '../testing/harness.ts';

/** Who may add people and change what they may do, as windows meet it. */

let sandbox: Sandbox;
let at: ServiceHarness;
beforeEach(async () => {
  sandbox = await startSandbox({ size: 10, seed: 1 });
  at = await startHarness({ backendUrl: sandbox.url, appKey: sandbox.appKey, appToken: sandbox.appToken });
});
afterEach(async () => {
  await at.close();
  await sandbox.close();
});

function audit(): { operator_name: string; action: string; details: object }[] {
  const database = new Database(join(at.directory, 'demo', 'bindery.sqlite'), { readonly: true });
  try {
    return database
      .prepare<[], { operator_name: string; action: string; details: string }>(
        'SELECT operator_name, action, details FROM audit ORDER BY sequence',
      )
      .all()
      .map((row) => ({ ...row, details: JSON.parse(row.details) as object }));
  } finally {
    database.close();
  }
}

it('makes the first person an administrator, once, however many windows ask at the same time', async () => {
  await expect(at.client.call('session.createOperator', { name: 'Zoe', role: 'finance' })).rejects.toMatchObject({
    code: 'invalid-request',
    field: 'role',
  });
  const asked = await Promise.allSettled(
    ['Ada', 'Bob', 'Cleo', 'Dan'].map((name) =>
      at.window().call('session.createOperator', { name, role: 'administrator' }),
    ),
  );
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const one of asked)
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'not-allowed', field: 'name' });
  expect((await at.client.call('session.hello', {})).operators).toHaveLength(1);
});

it('lets only an administrator add people, and nobody who has not signed in', async () => {
  await at.signIn();
  for (const role of ['reader', 'administrator'] as const)
    await expect(at.window().call('session.createOperator', { name: 'Eve', role })).rejects.toMatchObject({
      code: 'not-allowed',
    });
  const finance = await at.colleague('Fay', 'finance');
  await expect(finance.call('session.createOperator', { name: 'Eve', role: 'reader' })).rejects.toMatchObject({
    code: 'not-allowed',
  });
  // adding somebody is not becoming them
  expect((await at.client.call('session.hello', {})).operator?.name).toBe('Ada');
  await expect(at.client.call('session.createOperator', { name: 'fay', role: 'reader' })).rejects.toMatchObject({
    code: 'already-exists',
    field: 'name',
  });
  expect(audit()).toEqual([
    { operator_name: 'Ada', action: 'add operator', details: { name: 'Ada', role: 'administrator' } },
    { operator_name: 'Ada', action: 'add operator', details: { name: 'Fay', role: 'finance' } },
  ]);
});

it('changes what somebody may do at once, in every window of theirs', async () => {
  await at.signIn();
  const fay = await at.colleague('Fay', 'finance');
  const { operators } = await at.client.call('session.hello', {});
  const idOf = (name: string) => operators.find((one) => one.name === name)?.operatorId as never;
  const change = { currency: 'EUR' };
  await expect(fay.call('settings.update', change)).rejects.toMatchObject({ code: 'not-allowed' });
  await expect(
    fay.call('session.changeRole', { operatorId: idOf('Fay'), role: 'administrator' }),
  ).rejects.toMatchObject({ code: 'not-allowed' });
  const told = new Promise((resolve) => fay.on('operators.changed', resolve));
  await at.client.call('session.changeRole', { operatorId: idOf('Fay'), role: 'administrator' });
  expect(await told).toMatchObject({ operators: [{ name: 'Ada' }, { name: 'Fay', role: 'administrator' }] });
  expect((await fay.call('settings.update', change)).currency).toBe('EUR');
  await fay.call('session.changeRole', { operatorId: idOf('Ada'), role: 'reader' });
  await expect(at.client.call('settings.update', change)).rejects.toMatchObject({ code: 'not-allowed' });
  // somebody must be left who can
  await expect(fay.call('session.changeRole', { operatorId: idOf('Fay'), role: 'reader' })).rejects.toMatchObject({
    code: 'not-allowed',
    field: 'role',
  });
  expect(audit().slice(2)).toEqual([
    { operator_name: 'Ada', action: 'change role', details: { name: 'Fay', from: 'finance', to: 'administrator' } },
    { operator_name: 'Fay', action: 'change settings', details: { keys: ['currency'] } },
    { operator_name: 'Fay', action: 'change role', details: { name: 'Ada', from: 'administrator', to: 'reader' } },
  ]);
});

it('writes down who connected a marketplace and who opened a profile', async () => {
  await at.signIn();
  const { profile } = await at.client.call('settings.connectMarketplace', {
    account: 'mine',
    backendUrl: sandbox.url,
    appKey: sandbox.appKey,
    appToken: sandbox.appToken,
  });
  expect(audit().at(-1)).toEqual({
    operator_name: 'Ada',
    action: 'connect marketplace',
    details: { profileId: profile.id, account: 'mine', backendUrl: sandbox.url },
  });
});
