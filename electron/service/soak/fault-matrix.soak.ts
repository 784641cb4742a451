/** Whatever goes wrong between Bindery and the world, and wherever: in the end everything is as if nothing had. */
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { startSandbox } from '../../sandbox/index.ts';
import { startHarness } from '../testing/harness.ts';

export const name = 'fault-matrix';

/** So many calls go wrong at most; then the world behaves. */
const times = 150;
const faults: Readonly<Record<string, object>> = {
  latency: { latencyMs: 150, jitterMs: 200 },
  '429': { rate429: 0.4, retryAfter: 1 },
  '5xx': { rate5xx: 0.4 },
  drop: { offline: true, times: 12 },
  'lost answer': { lostAnswerRate: 0.4 },
  'late 5xx': { late5xxRate: 0.4 },
  duplicate: { duplicateRate: 0.5 },
  reorder: { reorder: true },
  'broken answer': { malformed: 0.3 },
  'slow drip': { dripMs: 400 },
  // no rule: offers get a new version behind the back of whoever reads or decides them
  'version conflict': {},
};
/** Where: what is read from the backend, what is sent to it, and what sellers are asked. */
const places: Readonly<Record<string, object>> = {
  pull: { method: 'GET', path: '^/(?!control|storefront)' },
  outbox: { path: '/suggestions/.*matches|notificator|sku-binding/pvt|/catalog/pvt' },
  simulation: { path: 'simulation' },
};

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const decided = 6;
const told = 6;

interface End {
  readonly digest: string;
  readonly doubled: number;
  /** How often the fault happened, by the sandbox's own count. */
  readonly struck: number;
}

/** Cells in which the fault cannot happen, and why. */
const impossible: Readonly<Record<string, string>> = {
  'version conflict × simulation': 'a seller is asked what it sells for; nothing that is asked has a version',
};

/** The whole story once, and what is left of it: a digest of the cache, and of what the backend was told. */
async function story(
  fault: { readonly rule: object; readonly moves: 'pull' | 'outbox' | null } | null,
  seed: number,
): Promise<End> {
  const directory = mkdtempSync(join(tmpdir(), 'bindery-matrix-'));
  const sandbox = await startSandbox({ size: 60, seed: 9 });
  const control = async (path: string, body: unknown): Promise<unknown> => {
    const reply = await fetch(`${sandbox.url}/control/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(`control/${path}: ${reply.status} ${await reply.text()}`);
    return reply.json();
  };
  if (fault !== null && fault.moves === null) await control('faults', [{ times, seed, ...fault.rule }]);
  let moved = 0;
  const harness = await startHarness({
    dataDirectory: directory,
    backendUrl: sandbox.url,
    appKey: sandbox.appKey,
    appToken: sandbox.appToken,
  });
  try {
    await harness.signIn();
    const { client, until } = harness;
    const minutes = 180_000;
    await client.call('settings.update', { holdMilliseconds: 0 });
    await until(async () => (await client.call('status.get', {})).lastSyncedAt, 'the first synchronisation', minutes);
    const bySku = (one: { sellerId: string; sellerSkuId: string }, other: { sellerId: string; sellerSkuId: string }) =>
      `${one.sellerId} ${one.sellerSkuId}`.localeCompare(`${other.sellerId} ${other.sellerSkuId}`);
    const offers = (
      await client.call('offers.open', {
        filter: { queue: 'waiting' },
        sort: { column: 'received', direction: 'descending' },
        first: 500,
      })
    ).rows.toSorted(bySku);
    /** The seller sends an offer again: it has another version from now on. */
    const move = async ({ sellerId, sellerSkuId }: { sellerId: string; sellerSkuId: string }) => {
      await control(`sellers/${encodeURIComponent(sellerId)}/offers`, { itemId: sellerSkuId });
      moved++;
    };
    const chosen = offers.slice(0, decided);
    if (fault?.moves === 'pull')
      for (const offer of chosen) await Promise.all([move(offer), client.call('sync.now', {})]);
    // a person whose decision met another version looks again, and decides the same
    let undecided = chosen;
    for (let looks = 0; ; looks++) {
      if (looks > 400) throw new Error('decisions went on to meet another version');
      for (const offer of undecided) {
        if (fault?.moves === 'outbox' && looks === 0) await move(offer);
        await client
          .call('decisions.deny', { offerId: offer.id, versionId: offer.versionId, reason: 'duplicate' })
          .catch((error: unknown) => {
            if (!fault?.moves || !(error instanceof BinderyError)) throw error;
          });
      }
      if (!fault?.moves) break;
      await pause(250);
      const { rows } = await client.call('offers.open', {
        filter: { queue: 'waiting' },
        sort: { column: 'received', direction: 'descending' },
        first: 500,
      });
      const { decisions } = await client.call('decisions.list', { states: ['held', 'pending', 'sent'] });
      const under = new Set(decisions.map((each) => `${each.sellerId} ${each.sellerSkuId}`));
      const left = chosen.flatMap(({ id }) => rows.find((row) => row.id === id) ?? []);
      undecided = left.filter((row) => !under.has(`${row.sellerId} ${row.sellerSkuId}`));
      if (left.length === 0 && under.size === 0) break;
    }
    const bindings = (
      await client.call('bindings.open', {
        filter: { state: 'active' },
        sort: { column: 'updated', direction: 'descending' },
        first: 500,
      })
    ).rows.toSorted(bySku);
    const keys = new Map<string, object>();
    for (const [n, { sellerId, sellerSkuId }] of bindings.slice(0, told).entries()) {
      if (!keys.has(sellerId)) {
        const { appKey, appToken } = await client.call('credentials.issue', { sellerId });
        keys.set(sellerId, { 'X-VTEX-API-AppKey': appKey, 'X-VTEX-API-AppToken': appToken });
      }
      await control(`seller/${encodeURIComponent(sellerId)}/sku/${encodeURIComponent(sellerSkuId)}`, {
        price: 7_000 + n,
        stock: 3 + n,
        notify: { url: harness.service.endpointsUrl, kinds: ['price', 'inventory'], headers: keys.get(sellerId) },
      });
    }
    let calm = 0;
    await until(
      async () => {
        const { outbox } = await client.call('status.get', {});
        const { waiting, retrying } = await client.call('notifications.counts', {});
        const { decisions } = await client.call('decisions.list', { states: ['held', 'pending', 'sent'] });
        calm = outbox.pending + outbox.sent + waiting + retrying + decisions.length === 0 ? calm + 1 : 0;
        if (calm === 0) await pause(100);
        return calm >= 20;
      },
      'everything to be done',
      minutes,
    );
    // one more look at everything, as happens every quarter of an hour
    const before = (await client.call('status.get', {})).lastSyncedAt;
    await client.call('sync.now', {});
    await until(
      async () => (await client.call('status.get', {})).lastSyncedAt !== before,
      'another synchronisation',
      minutes,
    );
    const struck = (await (await fetch(`${sandbox.url}/control/faults`)).json()) as {
      struck: Record<string, number>;
    }[];
    const state = (await (await fetch(`${sandbox.url}/control/state?full=1`)).json()) as {
      log: { kind: string; matchType?: string; sellerId?: string; sellerSkuId?: string }[];
    };
    const matches = state.log
      .filter(({ kind }) => kind === 'match')
      .map(({ matchType, sellerId, sellerSkuId }) => JSON.stringify([matchType, sellerId, sellerSkuId]));
    await harness.close();
    const database = new Database(join(directory, 'demo', 'bindery.sqlite'), { readonly: true });
    const rows = (sql: string) => database.prepare(sql).raw().all();
    const left = {
      bindings: rows(
        'SELECT seller_id, seller_sku_id, sku_id, is_active, is_removed, price, list_price, stock FROM binding ORDER BY 1, 2',
      ),
      channels: rows(
        `SELECT b.seller_id, b.seller_sku_id, c.sales_channel, c.price, c.list_price, c.stock FROM binding_channel c JOIN binding b ON b.id = c.binding_id ORDER BY 1, 2, 3`,
      ),
      offers: rows('SELECT seller_id, seller_sku_id, queue FROM offer ORDER BY 1, 2'),
      decisions: rows(`SELECT seller_id, seller_sku_id, kind FROM decision WHERE state = 'confirmed' ORDER BY 1, 2, 3`),
      matches: [...new Set(matches)].sort(),
    };
    database.close();
    return {
      digest: hash('sha256', JSON.stringify(left), 'hex'),
      doubled: matches.length - new Set(matches).size,
      struck: moved + Object.values(struck[0]?.struck ?? {}).reduce((sum, count) => sum + count, 0),
    };
  } finally {
    await harness.close().catch(() => undefined);
    await sandbox.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Options {
  readonly full: boolean;
  readonly seed: number;
  /** Only cells with this in their name. */
  readonly match?: string | undefined;
  readonly log: (line: string) => void;
}

export async function run({ full, seed, match, log }: Options) {
  const all = Object.entries(faults).flatMap(([fault, rule]) =>
    Object.entries(places).map(([place, where]) => ({
      cell: `${fault} × ${place}`,
      fault: {
        rule: { ...rule, match: where },
        moves: fault !== 'version conflict' ? null : place === 'pull' ? ('pull' as const) : ('outbox' as const),
      },
    })),
  );
  const possible = all.filter(({ cell }) => impossible[cell] === undefined);
  const cells = possible.filter(({ cell }) => (match === undefined ? full : cell.includes(match)));
  const left =
    cells.length < possible.length
      ? [`skipped ${possible.length - cells.length} cells: each is a whole story of its own, all run in full counts`]
      : [];
  if (cells.length === 0) return { passed: 0, failed: 0, skipped: possible.length, notes: left };
  const expected = await story(null, 0);
  let passed = 0;
  const notes: string[] = [];
  let struck = 0;
  for (const { cell, fault } of cells) {
    const started = performance.now();
    const end = await story(fault, seed).catch((error: unknown) => String(error));
    const took = `${((performance.now() - started) / 1_000).toFixed(1)} s`;
    const problem =
      typeof end === 'string'
        ? end.slice(0, 800)
        : end.struck === 0
          ? 'nothing was disturbed'
          : end.digest !== expected.digest
            ? `ends as ${end.digest.slice(0, 12)} instead of ${expected.digest.slice(0, 12)}`
            : end.doubled > 0
              ? `${end.doubled} decisions were applied twice`
              : null;
    if (typeof end !== 'string') struck += end.struck;
    log(`${cell}: ${problem ?? 'ends the same'} (${typeof end === 'string' ? '?' : end.struck} disturbed, ${took})`);
    if (problem === null) passed++;
    else notes.push(`${cell}: ${problem}`);
  }
  notes.unshift(
    `${passed} of ${cells.length} cells end as without faults (digest ${expected.digest.slice(0, 12)}); ${struck} disturbances`,
    ...Object.entries(impossible).map(([cell, why]) => `no cell ${cell}: ${why}`),
    ...left,
  );
  return { passed, failed: cells.length - passed, skipped: possible.length - cells.length, notes };
}
