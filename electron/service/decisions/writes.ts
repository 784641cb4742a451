import type { Decision } from '../../../shared/contract/core.ts';
import { type DecisionKind, type DecisionState, isOpen, undoOf } from '../../../shared/domain/decisions.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import { mayHaveBeenApplied } from './reads.ts';
import { decisionColumns, decisionOf, type StoredDecision } from './rows.ts';

/** Who acts; every command carries it, and the audit keeps it. */
export interface Actor {
  readonly operatorId: string;
  readonly name: string;
  readonly role: string;
}

/** A decision to be recorded. Exactly one of offerId and bindingId names what it is about. */
export interface DecisionRequest {
  readonly id: string;
  readonly batchId?: string;
  readonly kind: DecisionKind;
  readonly offerId?: number;
  readonly bindingId?: number;
  readonly versionId?: string;
  readonly skuId?: number;
  readonly productId?: number;
  readonly payload?: unknown;
  readonly denyReason?: string;
  readonly compensates?: string;
}

/** When it happens: injected, so that tests own the clock. Instants in ISO UTC. */
export interface Moment {
  readonly now: string;
  /** Until when a decision recorded now is held; equal to `now` when it is not. */
  readonly heldUntil: string;
}

interface OfferFacts {
  id: number;
  seller_id: string;
  seller_sku_id: string;
  version_id: string;
  title: string;
  queue: number;
  decision_state: string | null;
  decision_id: string | null;
  claimed_by: string | null;
  claimed_until: string | null;
  claimed_name: string | null;
}
interface BindingFacts {
  id: number;
  seller_id: string;
  seller_sku_id: string;
  sku_id: number;
  title: string | null;
  decision_state: string | null;
  decision_id: string | null;
}

function audit(
  database: WritableDatabase,
  actor: Actor,
  at: string,
  action: string,
  entity: string,
  details: object,
): void {
  statement<[string, string, string, string, string, string, string], unknown>(
    database,
    'INSERT INTO audit (at, operator_id, operator_name, role, action, entity, details) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run(at, actor.operatorId, actor.name, actor.role, action, entity, JSON.stringify(details));
}

/** The entity whose decisions leave in order: one seller's SKU, whether it is an offer or a binding. */
export function entityOf(sellerId: string, sellerSkuId: string): string {
  return JSON.stringify([sellerId, sellerSkuId]);
}

function offerFacts(database: WritableDatabase, request: DecisionRequest, actor: Actor, now: string): OfferFacts {
  const offer = statement<[number], OfferFacts>(
    database,
    `SELECT o.id, o.seller_id, o.seller_sku_id, o.version_id, o.title, o.queue, o.decision_id, o.claimed_by, o.claimed_until,
            d.state AS decision_state, p.name AS claimed_name
       FROM offer o LEFT JOIN decision d ON d.id = o.decision_id LEFT JOIN operator p ON p.id = o.claimed_by WHERE o.id = ?`,
  ).get(request.offerId ?? -1);
  if (!offer)
    throw new BinderyError('not-found', 'This offer is no longer there. Refresh the list.', { field: 'offerId' });
  if (request.compensates !== undefined) return offer;
  if (offer.claimed_by !== null && offer.claimed_by !== actor.operatorId && (offer.claimed_until ?? '') > now) {
    throw new BinderyError('claimed-by-other', `${offer.claimed_name ?? 'Another operator'} is reviewing this offer.`);
  }
  if (offer.decision_state !== null && isOpen(offer.decision_state as DecisionState)) {
    throw new BinderyError('already-decided', 'This offer has a decision on its way. Undo it first to decide again.');
  }
  const wanted = request.kind === 'unblock' ? 1 : 0;
  if (offer.queue !== wanted) {
    throw new BinderyError(
      'already-decided',
      request.kind === 'unblock' ? 'This offer is not denied.' : 'This offer is no longer waiting for review.',
    );
  }
  if (request.versionId !== undefined && request.versionId !== offer.version_id) {
    throw new BinderyError(
      'version-moved-on',
      'The seller sent a newer version of this offer. Look at it again, then decide.',
      { field: 'versionId' },
    );
  }
  return offer;
}

function bindingFacts(database: WritableDatabase, request: DecisionRequest): BindingFacts {
  const binding = statement<[number], BindingFacts>(
    database,
    `SELECT b.id, b.seller_id, b.seller_sku_id, b.sku_id, b.decision_id, k.name AS title, d.state AS decision_state
       FROM binding b LEFT JOIN sku k ON k.id = b.sku_id LEFT JOIN decision d ON d.id = b.decision_id WHERE b.id = ?`,
  ).get(request.bindingId ?? -1);
  if (!binding)
    throw new BinderyError('not-found', 'This binding is no longer there. Refresh the list.', { field: 'bindingId' });
  if (binding.decision_state !== null && isOpen(binding.decision_state as DecisionState)) {
    throw new BinderyError('already-decided', 'This binding has a decision on its way. Undo it first.');
  }
  return binding;
}

/** Records one decision: the row, its audit entry and its outbox entry, in the caller's transaction. */
export function recordDecision(
  database: WritableDatabase,
  request: DecisionRequest,
  actor: Actor,
  moment: Moment,
): Decision {
  const offer = request.offerId === undefined ? null : offerFacts(database, request, actor, moment.now);
  const binding = offer ? null : bindingFacts(database, request);
  const facts = offer ?? binding;
  if (!facts) throw new BinderyError('internal', 'A decision is about an offer or a binding.');
  const held = moment.heldUntil > moment.now;
  const state: DecisionState = held ? 'held' : 'pending';
  if (request.skuId !== undefined && request.compensates === undefined) {
    const sku = statement<[number], { is_active: number }>(database, 'SELECT is_active FROM sku WHERE id = ?').get(
      request.skuId,
    );
    if (!sku)
      throw new BinderyError('not-found', `There is no SKU ${request.skuId} in the catalogue.`, { field: 'skuId' });
    if (sku.is_active !== 1)
      throw new BinderyError('sku-inactive', `SKU ${request.skuId} is inactive and cannot be sold. Choose another.`, {
        field: 'skuId',
      });
  }
  // a conflict or refusal that the operator answers with a new decision is over
  statement<[string, string, string], unknown>(
    database,
    `UPDATE decision SET state = 'cancelled', settled_at = ? WHERE seller_id = ? AND seller_sku_id = ? AND state IN ('conflict', 'failed')`,
  ).run(moment.now, facts.seller_id, facts.seller_sku_id);
  statement<(string | number | null)[], unknown>(
    database,
    `INSERT INTO decision (id, batch_id, kind, state, seller_id, seller_sku_id, version_id, sku_id, product_id, previous_sku_id, title, payload,
       deny_reason, operator_id, operator_name, role, decided_at, held_until, compensates)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    request.id,
    request.batchId ?? null,
    request.kind,
    state,
    facts.seller_id,
    facts.seller_sku_id,
    request.versionId ?? offer?.version_id ?? null,
    request.skuId ?? null,
    request.productId ?? null,
    binding?.sku_id ?? null,
    facts.title ?? facts.seller_sku_id,
    JSON.stringify(request.payload ?? {}),
    request.denyReason ?? null,
    actor.operatorId,
    actor.name,
    actor.role,
    moment.now,
    held ? moment.heldUntil : null,
    request.compensates ?? null,
  );
  statement<string[], unknown>(
    database,
    `INSERT INTO outbox (key, entity, kind, payload, state, not_before) VALUES (?, ?, 'decision', '{}', ?, ?)`,
  ).run(request.id, entityOf(facts.seller_id, facts.seller_sku_id), state, moment.heldUntil);
  const table = offer ? 'offer' : 'binding';
  statement<[string, number], unknown>(database, `UPDATE ${table} SET decision_id = ? WHERE id = ?`).run(
    request.id,
    facts.id,
  );
  audit(database, actor, moment.now, `decide ${request.kind}`, entityOf(facts.seller_id, facts.seller_sku_id), {
    decisionId: request.id,
    skuId: request.skuId ?? null,
    versionId: request.versionId ?? null,
    reason: request.denyReason ?? null,
    compensates: request.compensates ?? null,
  });
  return readDecision(database, request.id);
}

function readDecision(database: WritableDatabase, id: string): Decision {
  const stored = storedDecision(database, id);
  if (!stored) throw new BinderyError('not-found', 'There is no such decision.', { field: 'decisionId' });
  return decisionOf(stored);
}

function storedDecision(database: WritableDatabase, id: string): StoredDecision | undefined {
  return statement<[string], StoredDecision>(database, `SELECT ${decisionColumns} FROM decision WHERE id = ?`).get(id);
}

function cancelDecision(database: WritableDatabase, decision: StoredDecision, actor: Actor, now: string): void {
  statement<[string, string], unknown>(
    database,
    `UPDATE decision SET state = 'cancelled', settled_at = ?, held_until = NULL WHERE id = ?`,
  ).run(now, decision.id);
  statement<[string], unknown>(database, `UPDATE outbox SET state = 'done' WHERE key = ?`).run(decision.id);
  for (const table of ['offer', 'binding']) {
    statement<[string, string, string], unknown>(
      database,
      `UPDATE ${table} SET decision_id = NULL WHERE seller_id = ? AND seller_sku_id = ? AND decision_id = ?`,
    ).run(decision.seller_id, decision.seller_sku_id, decision.id);
  }
  audit(database, actor, now, `undo ${decision.kind}`, entityOf(decision.seller_id, decision.seller_sku_id), {
    decisionId: decision.id,
  });
}

function compensate(
  database: WritableDatabase,
  decision: StoredDecision,
  kind: DecisionKind,
  id: string,
  actor: Actor,
  moment: Moment,
): void {
  const compensated = statement<[string], { id: string }>(
    database,
    `SELECT id FROM decision WHERE compensates = ? AND state <> 'cancelled'`,
  ).get(decision.id);
  if (compensated) throw new BinderyError('not-undoable', 'This decision has been taken back already.');
  const key = [decision.seller_id, decision.seller_sku_id] as const;
  const later = statement<[string, string, string], { kind: string }>(
    database,
    `SELECT kind FROM decision d WHERE seller_id = ? AND seller_sku_id = ? AND state <> 'cancelled' AND compensates IS NULL
       AND rowid > (SELECT rowid FROM decision WHERE id = ?)
       AND NOT EXISTS (SELECT 1 FROM decision c WHERE c.compensates = d.id AND c.state <> 'cancelled') LIMIT 1`,
  ).get(...key, decision.id);
  // what is there now is the later decision's doing, not this one's
  if (later)
    throw new BinderyError('not-undoable', 'A later decision about the same offer stands. Undo that one first.');
  const binding = statement<[string, string], { id: number; sku_id: number }>(
    database,
    'SELECT id, sku_id FROM binding WHERE seller_id = ? AND seller_sku_id = ?',
  ).get(...key);
  const offer = statement<[string, string], { id: number; version_id: string }>(
    database,
    'SELECT id, version_id FROM offer WHERE seller_id = ? AND seller_sku_id = ?',
  ).get(...key);
  const aboutOffer = kind === 'unblock' || kind === 'deny';
  const base = { id, kind, compensates: decision.id, payload: { compensating: decision.kind } };
  // the undone decision's own hold has passed; its compensation leaves at once
  const now = { now: moment.now, heldUntil: moment.now };
  if (aboutOffer && offer) {
    recordDecision(
      database,
      { ...base, offerId: offer.id, versionId: offer.version_id, denyReason: decision.deny_reason ?? 'other' },
      actor,
      now,
    );
  } else if (!aboutOffer && binding) {
    const skuId =
      kind === 'rebindBinding' ? (decision.previous_sku_id ?? undefined) : (decision.sku_id ?? binding.sku_id);
    recordDecision(database, { ...base, bindingId: binding.id, ...(skuId === undefined ? {} : { skuId }) }, actor, now);
  } else {
    throw new BinderyError(
      'not-undoable',
      'What this decision made is not in the cache yet. Try again when the synchronisation is in step.',
    );
  }
}

/**
 * Takes back one decision: cancels what has certainly not been applied, else tells the backend the opposite.
 * @returns `waits` when its answer is outstanding and nothing was done
 * @throws BinderyError `not-undoable`
 */
export function takeBack(
  database: WritableDatabase,
  decision: StoredDecision,
  newId: string,
  actor: Actor,
  moment: Moment,
): 'cancelled' | 'compensated' | 'waits' {
  const undo = undoOf(decision.kind as DecisionKind, decision.state as DecisionState);
  if (undo.how === 'impossible') throw new BinderyError('not-undoable', 'This cannot be undone.');
  if (undo.how === 'compensate') {
    compensate(database, decision, undo.kind, newId, actor, moment);
    return 'compensated';
  }
  const isSettled = decision.state === 'conflict' || decision.state === 'failed';
  if (undo.how === 'wait' || !(decision.state === 'held' || isSettled || !mayHaveBeenApplied(database, decision)))
    return 'waits';
  cancelDecision(database, decision, actor, moment.now);
  return 'cancelled';
}

export const decisionWrites = {
  'decisions.record': (
    database: WritableDatabase,
    params: { request: DecisionRequest; actor: Actor; moment: Moment },
  ) => recordDecision(database, params.request, params.actor, params.moment),

  /**
   * Takes back one decision, or the operator's last one that still stands. Where that one belongs to a batch nothing is done and
   * the batch is named: it is taken back bit by bit.
   */
  'decisions.undo': (
    database: WritableDatabase,
    params: { decisionId?: string | undefined; newId: string; actor: Actor; moment: Moment },
  ) => {
    const { actor, moment } = params;
    const decision =
      params.decisionId !== undefined
        ? storedDecision(database, params.decisionId)
        : statement<[string], StoredDecision>(
            database,
            `SELECT ${decisionColumns} FROM decision d WHERE operator_id = ? AND state NOT IN ('cancelled') AND compensates IS NULL
               AND NOT EXISTS (SELECT 1 FROM decision c WHERE c.compensates = d.id AND c.state <> 'cancelled')
             ORDER BY decided_at DESC, rowid DESC LIMIT 1`,
          ).get(actor.operatorId);
    if (!decision) throw new BinderyError('not-found', 'There is nothing to undo.');
    if (params.decisionId === undefined && decision.batch_id !== null)
      return { batchId: decision.batch_id, cancelled: 0, compensated: 0, titles: [] };
    const how = takeBack(database, decision, params.newId, actor, moment);
    if (how === 'waits')
      throw new BinderyError(
        'not-undoable',
        'The decision is being sent and its answer is not known yet. Try again in a moment.',
      );
    return {
      batchId: null,
      cancelled: how === 'cancelled' ? 1 : 0,
      compensated: how === 'compensated' ? 1 : 0,
      titles: [decision.title],
    };
  },

  /** Settles a decision in conflict or refused: sent again about the newest version, or let go. */
  'decisions.resolve': (
    database: WritableDatabase,
    params: { decisionId: string; action: 'retry' | 'discard'; actor: Actor; moment: Moment },
  ) => {
    const decision = storedDecision(database, params.decisionId);
    if (!decision) throw new BinderyError('not-found', 'There is no such decision.', { field: 'decisionId' });
    if (decision.state !== 'conflict' && decision.state !== 'failed') {
      throw new BinderyError('already-decided', 'This decision needs no resolving.');
    }
    if (params.action === 'discard') {
      cancelDecision(database, decision, params.actor, params.moment.now);
      return readDecision(database, decision.id);
    }
    statement<[string, string, string], unknown>(
      database,
      `UPDATE decision SET state = 'pending', problem = NULL, problem_code = NULL, attempts = 0, settled_at = NULL, held_until = NULL,
         version_id = COALESCE((SELECT version_id FROM offer WHERE seller_id = ? AND seller_sku_id = ?), version_id) WHERE id = ?`,
    ).run(decision.seller_id, decision.seller_sku_id, decision.id);
    // whether the earlier attempt took effect is read back before it is sent again
    statement<[string, string], unknown>(
      database,
      `UPDATE outbox SET state = 'pending', ambiguous = 1, attempts = 0, not_before = ?, problem = NULL WHERE key = ?`,
    ).run(params.moment.now, decision.id);
    audit(
      database,
      params.actor,
      params.moment.now,
      `retry ${decision.kind}`,
      entityOf(decision.seller_id, decision.seller_sku_id),
      { decisionId: decision.id },
    );
    return readDecision(database, decision.id);
  },
};
