import type { Draft, RuleChange } from '../../../shared/contract/commissions.ts';
import type { Instant } from '../../../shared/domain/brand.ts';
import { type BulkChange, type BulkFilter, bulkChanges } from '../../../shared/domain/commission/bulk.ts';
import { percentage } from '../../../shared/domain/commission/charge.ts';
import {
  anyScope,
  type CommissionPart,
  type CommissionRule,
  type Scope,
} from '../../../shared/domain/commission/rules.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { basisPointsOf } from '../../../shared/domain/exact.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import type { Actor } from '../decisions/writes.ts';
import { problemsOf, remarksOn } from './known.ts';
import { draftRow } from './reads.ts';
import { changesOf, directoryOf, draftOf, newestVersion, rulesOfDraft, rulesOfVersion } from './rows.ts';
import { keepPacks } from './sold-columns.ts';
import { takeSoldOrders } from './sold-orders.ts';
import { parseTable } from './table.ts';

/** One sold item as the backend's history gives it; money in minor units. */
export interface SoldRecord {
  readonly orderId: string;
  readonly line: number;
  readonly sellerId: string;
  readonly sellerSkuId: string;
  readonly skuId: number;
  readonly salesChannel: string;
  readonly price: number;
  readonly quantity: number;
  readonly freight: number;
  readonly soldAt: string;
  readonly refunded: number;
  readonly refundedAt: string | null;
}

/** A percentage of the backend, basis points; category null: the seller's default. */
export interface BackendCommission {
  readonly sellerId: string;
  readonly categoryId: number | null;
  readonly product: number;
  readonly freight: number;
}

function open(database: WritableDatabase, draftId: string) {
  const draft = draftOf(database, draftId);
  if (draft.state !== 'draft')
    throw new BinderyError('already-decided', `This draft is ${draft.state} and cannot be changed any more.`, {
      field: 'draftId',
    });
  return draft;
}

/** Makes changes to an open draft. @returns what takes them back */
function change(database: WritableDatabase, draftId: string, changes: readonly RuleChange[]): RuleChange[] {
  open(database, draftId);
  const base = new Map(
    rulesOfVersion(database, newestVersion(database)).map((rule) => [rule.id, JSON.stringify(rule)]),
  );
  const now = changesOf(database, draftId);
  const put = statement<[string, string, string | null], unknown>(
    database,
    'INSERT INTO commission_change (draft_id, rule_id, payload) VALUES (?, ?, ?) ON CONFLICT (draft_id, rule_id) DO UPDATE SET payload = excluded.payload',
  );
  const drop = statement<[string, string], unknown>(
    database,
    'DELETE FROM commission_change WHERE draft_id = ? AND rule_id = ?',
  );
  const undo: RuleChange[] = [];
  for (const { ruleId, rule } of changes) {
    if (rule !== null && rule.id !== ruleId)
      throw new BinderyError('invalid-request', 'The rule has another id than the change.', { field: 'changes' });
    const stored = base.get(ruleId);
    const drafted = now.get(ruleId);
    const before =
      drafted === undefined ? (stored === undefined ? null : (JSON.parse(stored) as CommissionRule)) : drafted;
    undo.push({ ruleId, rule: before });
    const payload = rule === null ? null : JSON.stringify(rule);
    // what is as it was is no change
    if (payload === (stored ?? null)) drop.run(draftId, ruleId);
    else put.run(draftId, ruleId, payload);
  }
  return undo.reverse();
}

function audit(
  database: WritableDatabase,
  actor: Actor,
  at: string,
  action: string,
  draftId: string,
  details: object,
): void {
  statement<string[], unknown>(
    database,
    'INSERT INTO audit (at, operator_id, operator_name, role, action, entity, details) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run(
    at,
    actor.operatorId,
    actor.name,
    actor.role,
    action,
    JSON.stringify(['commission', draftId]),
    JSON.stringify(details),
  );
}

const setState = (database: WritableDatabase, draftId: string, state: string): Draft => {
  statement<[string, string], unknown>(database, 'UPDATE commission_draft SET state = ? WHERE id = ?').run(
    state,
    draftId,
  );
  return draftRow(database, draftOf(database, draftId));
};

/** Makes a draft the newest version, in force from a moment that is not before any other version's. @returns its number */
function enact(database: WritableDatabase, draftId: string, at: string, now: string): number {
  const draft = draftOf(database, draftId);
  const number = newestVersion(database) + 1;
  statement<(string | number | null)[], unknown>(
    database,
    'INSERT INTO commission_version (number, name, active_from, activated_at, author, approver) VALUES (?, ?, ?, ?, ?, ?)',
  ).run(number, draft.name, at, now, draft.author, draft.approver);
  const retire = statement<[number, string], unknown>(
    database,
    'UPDATE commission_rule SET removed_in = ? WHERE rule_id = ? AND removed_in IS NULL',
  );
  const insert = statement<[string, number, string], unknown>(
    database,
    'INSERT INTO commission_rule (rule_id, added_in, payload) VALUES (?, ?, ?)',
  );
  for (const [ruleId, rule] of changesOf(database, draftId)) {
    retire.run(number, ruleId);
    if (rule) insert.run(ruleId, number, JSON.stringify(rule));
  }
  setState(database, draftId, 'activated');
  return number;
}

function refuseProblems(database: WritableDatabase, draftId: string): void {
  const problems = problemsOf(database, rulesOfDraft(database, draftId));
  if (problems.length === 0) return;
  throw new BinderyError(
    'invalid-request',
    `${problems.length} rules cannot stand (${problems[0]?.code}). Mend or remove them first; the list of rules marks each.`,
    { field: 'draftId', details: { problems: problems.length } },
  );
}

/** Rules written at once that are looked at at once: more are looked at when their list is. */
const mostToldOf = 100;

export const commissionWrites = {
  'commissions.createDraft': (
    database: WritableDatabase,
    params: { id: string; name: string; actor: Actor; at: string },
  ): Draft => {
    statement<(string | number)[], unknown>(
      database,
      `INSERT INTO commission_draft (id, name, state, base_version, author_id, author, created_at) VALUES (?, ?, 'draft', ?, ?, ?, ?)`,
    ).run(params.id, params.name, newestVersion(database), params.actor.operatorId, params.actor.name, params.at);
    return draftRow(database, draftOf(database, params.id));
  },
  'commissions.change': (database: WritableDatabase, params: { draftId: string; changes: readonly RuleChange[] }) => {
    const undo = change(database, params.draftId, params.changes);
    if (params.changes.length > mostToldOf) return { undo, problems: [] };
    const written = new Set(params.changes.map(({ ruleId }) => ruleId));
    const remarks = remarksOn(database, rulesOfDraft(database, params.draftId));
    return { undo, problems: remarks.filter(({ ruleId }) => written.has(ruleId)) };
  },
  /** One rule a cell: a plain percentage of one part, for this seller and category and nothing narrower, from the moment given. */
  'commissions.setCells': (
    database: WritableDatabase,
    params: {
      draftId: string;
      part: CommissionPart;
      validFrom: string | null;
      timeZone: string;
      newId: string;
      cells: readonly { sellerId: string | null; categoryId: number | null; rate: number | null }[];
    },
  ) => {
    open(database, params.draftId);
    const keyOf = (scope: Scope, from: string | null) => JSON.stringify([...Object.values(scope), from]);
    const rules = new Map(
      rulesOfDraft(database, params.draftId)
        .filter((rule) => rule.validUntil === null)
        .map((rule) => [keyOf(rule.scope, rule.validFrom), rule]),
    );
    const changes = params.cells.flatMap(({ sellerId, categoryId, rate }, index): RuleChange[] => {
      const scope = { ...anyScope, sellerId, categoryId };
      // taking away reaches the rule that the cell shows: one from the same moment, else one without a beginning
      const found =
        rules.get(keyOf(scope, params.validFrom)) ?? (rate === null ? rules.get(keyOf(scope, null)) : undefined);
      if (rate === null) {
        if (!found) return [];
        const rest = { ...found, [params.part]: null };
        const gone = rest.product === null && rest.freight === null;
        return [{ ruleId: found.id, rule: gone ? null : rest }];
      }
      const rule: CommissionRule = {
        ...(found ?? {
          id: `${params.newId}-${index}`,
          scope,
          product: null,
          freight: null,
          validFrom: params.validFrom as Instant | null,
          validUntil: null,
          timeZone: params.timeZone,
          note: '',
        }),
        [params.part]: percentage(basisPointsOf(rate)),
      };
      return [{ ruleId: rule.id, rule: rule }];
    });
    return { undo: changes.length === 0 ? [] : change(database, params.draftId, changes) };
  },
  'commissions.import': (database: WritableDatabase, params: { draftId: string; text: string; newId: string }) => {
    open(database, params.draftId);
    const parsed = parseTable(database, params.draftId, params.text, params.newId);
    const [first] = parsed.errors;
    if (first)
      throw new BinderyError(
        'invalid-request',
        `Row ${first.row}, ${first.column}: ${first.message} ${parsed.errors.length} cells are bad; nothing was changed.`,
        { field: 'text', details: { errors: parsed.errors.length, row: first.row, column: first.column } },
      );
    const undo = parsed.changes.length === 0 ? [] : change(database, params.draftId, parsed.changes);
    return { applied: parsed.changes.length, undo };
  },
  'commissions.bulk': (
    database: WritableDatabase,
    params: { draftId: string; filter: BulkFilter; change: BulkChange },
  ) => {
    open(database, params.draftId);
    const found = bulkChanges(
      directoryOf(database),
      rulesOfDraft(database, params.draftId),
      params.filter,
      params.change,
    );
    const changes = found.map(({ after }) => ({ ruleId: after.id, rule: after }));
    return { undo: changes.length === 0 ? [] : change(database, params.draftId, changes) };
  },
  'commissions.takeSoldOrders': takeSoldOrders,
  'commissions.keepPacks': keepPacks,
  'commissions.submit': (database: WritableDatabase, params: { draftId: string; actor: Actor; at: string }): Draft => {
    open(database, params.draftId);
    refuseProblems(database, params.draftId);
    audit(database, params.actor, params.at, 'submit commissions', params.draftId, {});
    return setState(database, params.draftId, 'submitted');
  },
  'commissions.discard': (database: WritableDatabase, params: { draftId: string; actor: Actor; at: string }): Draft => {
    const draft = draftOf(database, params.draftId);
    if (draft.state === 'activated')
      throw new BinderyError('already-decided', 'This draft is in force; a new draft can take it back.', {
        field: 'draftId',
      });
    audit(database, params.actor, params.at, 'discard commissions', params.draftId, {});
    return setState(database, params.draftId, 'discarded');
  },
  'commissions.activate': (
    database: WritableDatabase,
    params: { draftId: string; activateAt: string | null; actor: Actor; fourEyes: boolean; now: string },
  ): { draft: Draft; version: number | null } => {
    const draft = draftOf(database, params.draftId);
    if (params.fourEyes) {
      if (draft.state !== 'submitted')
        throw new BinderyError('not-allowed', 'A second person has to approve: submit the draft first.', {
          field: 'draftId',
        });
      if (draft.author_id === params.actor.operatorId)
        throw new BinderyError('not-allowed', 'Somebody else than its author has to approve this draft.', {
          field: 'draftId',
        });
    } else if (draft.state !== 'draft' && draft.state !== 'submitted')
      throw new BinderyError('already-decided', `This draft is ${draft.state} already.`, { field: 'draftId' });
    refuseProblems(database, params.draftId);
    statement<[string | null, string | null, string], unknown>(
      database,
      'UPDATE commission_draft SET approver = ?, activate_at = ? WHERE id = ?',
    ).run(params.fourEyes ? params.actor.name : null, params.activateAt, params.draftId);
    audit(database, params.actor, params.now, 'activate commissions', params.draftId, { at: params.activateAt });
    if (params.activateAt !== null && params.activateAt > params.now)
      return { draft: setState(database, params.draftId, 'scheduled'), version: null };
    const version = enact(database, params.draftId, params.now, params.now);
    return { draft: draftRow(database, draftOf(database, params.draftId)), version };
  },
  /** Puts scheduled drafts into force whose moment has come; one whose rules cannot stand any more goes back. @returns how many */
  'commissions.enactDue': (database: WritableDatabase, params: { now: string }): number => {
    const due = statement<[string], { id: string; activate_at: string }>(
      database,
      `SELECT id, activate_at FROM commission_draft WHERE state = 'scheduled' AND activate_at <= ? ORDER BY activate_at, id`,
    ).all(params.now);
    for (const { id } of due) {
      const [problem] = problemsOf(database, rulesOfDraft(database, id));
      if (!problem) enact(database, id, params.now, params.now);
      else {
        statement<[string, string], unknown>(database, 'UPDATE commission_draft SET problem = ? WHERE id = ?').run(
          problem.code,
          id,
        );
        setState(database, id, 'draft');
      }
    }
    return due.length;
  },
  /**
   * What the backend holds now. The first reading becomes version 1, in force from the beginning: until somebody decides otherwise,
   * what the marketplace charged is what its backend said.
   */
  'commissions.backend': (
    database: WritableDatabase,
    params: { entries: readonly BackendCommission[]; now: string },
  ) => {
    database.exec('DELETE FROM commission_backend');
    const insert = statement<[string, number, number, number], unknown>(
      database,
      'INSERT OR REPLACE INTO commission_backend (seller_id, category_id, product, freight) VALUES (?, ?, ?, ?)',
    );
    for (const { sellerId, categoryId, product, freight } of params.entries)
      insert.run(sellerId, categoryId ?? 0, product, freight);
    statement<[string], unknown>(
      database,
      `INSERT INTO sync_state (name, value) VALUES ('commissionsReadAt', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    ).run(JSON.stringify(params.now));
    if (newestVersion(database) > 0) return null;
    statement<(string | number)[], unknown>(
      database,
      'INSERT INTO commission_version (number, name, active_from, activated_at, author) VALUES (1, ?, ?, ?, ?)',
    ).run('As the marketplace had it', '1970-01-01T00:00:00.000Z', params.now, 'Bindery');
    const add = statement<[string, string], unknown>(
      database,
      'INSERT INTO commission_rule (rule_id, added_in, payload) VALUES (?, 1, ?)',
    );
    for (const { sellerId, categoryId, product, freight } of params.entries) {
      // the protocol's zero of a seller means that it has no percentage of its own
      if (categoryId === null && product === 0 && freight === 0) continue;
      const rule: CommissionRule = {
        id: JSON.stringify(['backend', sellerId, categoryId]),
        scope: { ...anyScope, sellerId, categoryId },
        product: percentage(basisPointsOf(product)),
        freight: percentage(basisPointsOf(freight)),
        validFrom: null,
        validUntil: null,
        timeZone: 'UTC',
        note: '',
      };
      add.run(rule.id, JSON.stringify(rule));
    }
    return null;
  },
  /** What the backend was told and has read back the same. */
  'commissions.pushed': (
    database: WritableDatabase,
    params: { entries: readonly BackendCommission[]; now: string },
  ) => {
    database.exec('DELETE FROM commission_pushed');
    const insert = statement<(string | number)[], unknown>(
      database,
      'INSERT INTO commission_pushed (seller_id, category_id, product, freight, pushed_at) VALUES (?, ?, ?, ?, ?)',
    );
    for (const { sellerId, categoryId, product, freight } of params.entries)
      insert.run(sellerId, categoryId ?? 0, product, freight, params.now);
    return null;
  },
  /** A page of what was sold; the same page twice changes nothing. Category and brand are those of the SKU when it first came. */
  'commissions.sold': (database: WritableDatabase, params: { records: readonly SoldRecord[] }) => {
    const insert = statement<(string | number | null)[], unknown>(
      database,
      `INSERT INTO sold_item (order_id, line, seller_id, seller_sku_id, sku_id, category_id, brand_id, sales_channel, price, quantity, freight, sold_at)
       SELECT ?, ?, ?, ?, ?, (SELECT category_id FROM sku WHERE id = ?), (SELECT brand_id FROM sku WHERE id = ?), ?, ?, ?, ?, ?
        WHERE true ON CONFLICT (order_id, line) DO NOTHING`,
    );
    const refund = statement<[string, number, number, string], unknown>(
      database,
      `INSERT INTO sold_refund (order_id, line, position, amount, at) VALUES (?, ?, 0, ?, ?)
       ON CONFLICT (order_id, line, position) DO UPDATE SET amount = excluded.amount, at = excluded.at`,
    );
    const unrefunded = statement<[string, number], unknown>(
      database,
      'DELETE FROM sold_refund WHERE order_id = ? AND line = ?',
    );
    const own = statement<[string], unknown>(
      database,
      'SELECT 1 FROM orders o JOIN sold_order s ON s.order_id = o.id WHERE o.marketplace_order_id = ?',
    );
    for (const record of params.records) {
      // an order that is known here is followed by what is known of it
      if (own.get(record.orderId) !== undefined) continue;
      insert.run(
        record.orderId,
        record.line,
        record.sellerId,
        record.sellerSkuId,
        record.skuId,
        record.skuId,
        record.skuId,
        record.salesChannel,
        record.price,
        record.quantity,
        record.freight,
        record.soldAt,
      );
      if (record.refunded > 0 && record.refundedAt !== null)
        refund.run(record.orderId, record.line, record.refunded, record.refundedAt);
      else unrefunded.run(record.orderId, record.line);
    }
    return params.records.length;
  },
};
