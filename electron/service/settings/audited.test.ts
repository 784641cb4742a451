import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openWritable, prepareDatabase, type WritableDatabase } from '../database/open.ts';
import { writes } from '../database/statements.ts';

/** What is done here and who did it are one transaction: where the one cannot be written, the other is not. */

let directory = '';
let database: WritableDatabase;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bindery-audited-'));
  const file = join(directory, 'bindery.sqlite');
  prepareDatabase(file, '2026-11-25T09:00:00.000Z');
  database = openWritable(file);
  database.exec(`
    INSERT INTO seller (id, name, is_active) VALUES ('acme', 'Acme', 1);
    INSERT INTO operator (id, name, role, created_at) VALUES ('ada', 'Ada', 'administrator', ''), ('bob', 'Bob', 'reader', '');
    INSERT INTO seller_credential (id, seller_id, app_key, token_hash, issued_at, issued_by) VALUES ('old', 'acme', 'k', 'h', '', '');
    INSERT INTO mapping (seller_id, kind, seller_value, target_id, author, updated_at) VALUES ('acme', 'channel', '1', '2', 'Ada', '');
    CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the audit is broken'); END;`);
});
afterEach(() => {
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

const actor = { operatorId: 'ada' as never, name: 'Ada', role: 'administrator' as const };
const at = '2026-11-25T10:00:00.000Z';
const audit = { actor, at, action: 'do', entity: 'it', details: {} };

const cases: Record<string, () => unknown> = {
  'settings.set': () => writes['settings.set'](database, { values: { currency: 'EUR' }, audit }),
  'operators.create': () =>
    writes['operators.create'](database, { id: 'eve', name: 'Eve', role: 'reader', at, by: actor }),
  'operators.setRole': () =>
    writes['operators.setRole'](database, { operatorId: 'bob', role: 'finance', at, by: actor }),
  'sellers.forgetChannels': () => writes['sellers.forgetChannels'](database, { sellerId: 'acme', audit }),
  'sellers.invited': () => writes['sellers.invited'](database, { leadId: 'lead', emailSealed: 'x', at, audit }),
  'credentials.issue': () =>
    writes['credentials.issue'](database, {
      id: 'new',
      sellerId: 'acme',
      appKey: 'key',
      tokenHash: 'hash',
      signs: false,
      at,
      by: 'Ada',
      othersUntil: at,
      audit,
    }),
  'credentials.revoke': () => writes['credentials.revoke'](database, { id: 'old', at, actor }),
};

const tables = ['setting', 'operator', 'seller', 'invitation', 'seller_credential', 'mapping'];
const everything = () => tables.map((table) => database.prepare(`SELECT * FROM ${table}`).all());

it.each(Object.entries(cases))('%s', (_name, run) => {
  const before = everything();
  // as the writer's thread runs every statement
  expect(() => database.transaction(run).immediate()).toThrow('the audit is broken');
  expect(everything()).toEqual(before);
  database.exec('DROP TRIGGER no_audit');
  database.transaction(run).immediate();
  expect(everything()).not.toEqual(before);
  expect(database.prepare('SELECT COUNT(*) FROM audit').pluck().get()).toBe(1);
});
