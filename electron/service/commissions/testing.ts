import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { percentage } from '../../../shared/domain/commission/charge.ts';
import { anyScope, type CommissionRule, type Scope } from '../../../shared/domain/commission/rules.ts';
import { basisPointsOf } from '../../../shared/domain/exact.ts';
import { openWritable, prepareDatabase } from '../database/open.ts';
import type { Actor } from '../decisions/writes.ts';
import { commissionWrites } from './writes.ts';

export const ada: Actor = { operatorId: 'ada', name: 'Ada', role: 'finance' };
export const eve: Actor = { operatorId: 'eve', name: 'Eve', role: 'finance' };
export const bob: Actor = { operatorId: 'bob', name: 'Bob', role: 'finance' };

/** A percentage of the product for a scope, for good. Only tests use it. */
export const ruleOfRate = (
  id: string,
  scope: Partial<Scope>,
  rate: number,
  rest: Partial<CommissionRule> = {},
): CommissionRule => ({
  id,
  scope: { ...anyScope, ...scope },
  product: percentage(basisPointsOf(rate)),
  freight: null,
  validFrom: null,
  validUntil: null,
  timeZone: 'UTC',
  note: '',
  ...rest,
});

/** A real file with two sellers, s1 and s2, a tree of categories 1 > 2, and what the marketplace charges them, read and sent. Only tests use it. */
export function commissionFile(now: string) {
  const folder = mkdtempSync(join(tmpdir(), 'bindery-commissions-'));
  const file = join(folder, 'bindery.sqlite');
  prepareDatabase(file, now);
  const database = openWritable(file);
  database.exec(`
    INSERT INTO seller (id, name, is_active) VALUES ('s1', 'One', 1), ('s2', 'Two', 1);
    INSERT INTO category (id, parent_id, name, path, depth, position, last_position) VALUES (1, NULL, 'Home', 'Home', 0, 0, 1), (2, 1, 'Lamps', 'Home/Lamps', 1, 1, 1);`);
  const entry = (sellerId: string, categoryId: number | null, product: number) => ({
    sellerId,
    categoryId,
    product,
    freight: 0,
  });
  const read = [entry('s1', null, 1_000), entry('s2', null, 1_200)];
  commissionWrites['commissions.backend'](database, { entries: read, now });
  commissionWrites['commissions.pushed'](database, { entries: read, now });
  let drafts = 0;
  return {
    database,
    entry,
    read,
    /** A draft of Ada's with these rules put (null: removed). */
    draft(rules: Readonly<Record<string, CommissionRule | null>>, by: Actor = ada): string {
      const id = `d${++drafts}`;
      commissionWrites['commissions.createDraft'](database, { id, name: id, actor: by, at: now });
      const changes = Object.entries(rules).map(([ruleId, rule]) => ({ ruleId, rule }));
      if (changes.length > 0)
        commissionWrites['commissions.change'](database, { draftId: id, changes, actor: by, at: now });
      return id;
    },
    activate: (draftId: string, at: string, activateAt: string | null = null, by: Actor = ada, fourEyes = false) =>
      commissionWrites['commissions.activate'](database, { draftId, activateAt, actor: by, fourEyes, now: at }),
    close(): void {
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type CommissionFile = ReturnType<typeof commissionFile>;
