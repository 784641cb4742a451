import type { InterleavingWorld } from './interleaving-world.ts';

interface StoredDecision {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly entity: string;
}

const aboutOffer = new Set(['bind', 'newSku', 'deny', 'unblock']);
const queues = ['pending', 'denied', 'accepted', 'expired'];

function decisionProblems(world: InterleavingWorld, touched: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  const decisions = world.rows<StoredDecision>(
    `SELECT id, kind, state, seller_id || '/' || seller_sku_id AS entity FROM decision ORDER BY rowid`,
  );
  const matches = new Map<string, number>();
  // an unblock that the network repeats is noted twice, and takes effect once
  const effects = new Map<string, number>();
  for (const { matchId, changed } of world.sandbox.state.matches) {
    matches.set(matchId, (matches.get(matchId) ?? 0) + 1);
    if (changed) effects.set(matchId, (effects.get(matchId) ?? 0) + 1);
  }
  const audit = new Map<string, string[]>();
  for (const { action, id } of world.rows<{ action: string; id: string }>(
    `SELECT action, json_extract(details, '$.decisionId') AS id FROM audit ORDER BY sequence`,
  ))
    audit.set(id, [...(audit.get(id) ?? []), action]);
  for (const { id, kind, state, entity } of decisions) {
    const say = (what: string) => problems.push(`${kind} ${id} of ${entity} (${state}): ${what}`);
    const count = matches.get(id) ?? 0;
    const actions = audit.get(id) ?? [];
    matches.delete(id);
    if (!['confirmed', 'cancelled'].includes(state)) say('is not at rest');
    // another desk may have decided the same, or the opposite, in between
    const effect = effects.get(id) ?? 0;
    if (effect > 1 && !(kind === 'unblock' && touched.has(entity))) say(`took effect ${effect} times`);
    if (state === 'cancelled' && count > 0 && !touched.has(entity)) say('was applied all the same');
    if (state === 'confirmed' && aboutOffer.has(kind) && count === 0 && !touched.has(entity))
      say('never reached the backend');
    // a SKU that another desk's decision bound is never taken for one that ours made
    if (state === 'confirmed' && kind === 'newSku' && count === 0) say('took the SKU of another for its own');
    if (!aboutOffer.has(kind) && count > 0) say('made a match');
    if (actions.filter((action) => action === `decide ${kind}`).length !== 1)
      say(`audit says decided ${actions.join(', ')}`);
    const confirmations = actions.filter((action) => action === `confirmed ${kind}`).length;
    if (confirmations !== (state === 'confirmed' ? 1 : 0)) say(`audit says ${actions.join(', ')}`);
    if (state === 'confirmed' && actions.at(-1) !== `confirmed ${kind}`) say(`audit ends with ${actions.at(-1)}`);
  }
  for (const [matchId] of matches) problems.push(`the backend has a match ${matchId} that no decision made`);
  return problems;
}

function offerProblems(world: InterleavingWorld): string[] {
  const { state } = world.sandbox;
  const problems: string[] = [];
  const cached = world.rows<{ seller: string; sku: string; queue: number; version: string }>(
    'SELECT seller_id AS seller, seller_sku_id AS sku, queue, version_id AS version FROM offer',
  );
  for (const { seller, sku, queue, version } of cached) {
    const position = state.suggestions.find(seller, sku);
    const status = position < 0 ? 'deleted' : state.suggestions.status(position, state.now());
    if (status !== queues[queue])
      problems.push(`offer ${seller}/${sku} is ${queues[queue]} in the cache and ${status} at the backend`);
    else if (status === 'pending' && state.suggestions.latest(position).versionId !== version)
      problems.push(`offer ${seller}/${sku} is an old version in the cache`);
  }
  const known = new Set(cached.map(({ seller, sku }) => `${seller}/${sku}`));
  for (const key of state.suggestions.keysOf('pending', state.now()))
    if (!known.has(key)) problems.push(`offer ${key} waits and is not in the cache`);
  return problems;
}

function bindingProblems(world: InterleavingWorld): string[] {
  const said = (sku: number, active: boolean) => `SKU ${sku} ${active ? 'active' : 'inactive'}`;
  const backend = new Map<string, string>();
  for (const binding of world.sandbox.state.bindings.all())
    if (!binding.isRemoved)
      backend.set(`${binding.sellerId}/${binding.sellerSkuId}`, said(binding.skuId, binding.isActive));
  const cache = new Map<string, string>();
  for (const row of world.rows<{ key: string; sku: number; active: number }>(
    `SELECT seller_id || '/' || seller_sku_id AS key, sku_id AS sku, is_active AS active FROM binding WHERE is_removed = 0`,
  ))
    cache.set(row.key, said(row.sku, row.active === 1));
  const problems: string[] = [];
  for (const key of new Set([...backend.keys(), ...cache.keys()])) {
    if (backend.get(key) !== cache.get(key))
      problems.push(
        `binding ${key} is ${cache.get(key) ?? 'none'} in the cache and ${backend.get(key) ?? 'none'} at the backend`,
      );
  }
  const wrong = world.rows<{ id: number }>(
    'SELECT id FROM sku WHERE sellers_bound <> (SELECT COUNT(*) FROM binding b WHERE b.sku_id = sku.id AND b.is_removed = 0)',
  );
  if (wrong.length > 0) problems.push(`SKUs ${wrong.map(({ id }) => id).join(', ')} count their sellers wrongly`);
  return problems;
}

/** Where cache, backend and audit disagree, once everything is at rest. */
export function agreementProblems(world: InterleavingWorld, touched: ReadonlySet<string>): string[] {
  const problems = [...decisionProblems(world, touched), ...offerProblems(world), ...bindingProblems(world)];
  const open = world.rows<{ kind: string; payload: string }>(
    `SELECT kind, payload FROM outbox WHERE state IN ('held', 'pending', 'sent')`,
  );
  for (const { kind, payload } of open) problems.push(`outbox still holds ${kind} ${payload}`);
  return problems;
}
