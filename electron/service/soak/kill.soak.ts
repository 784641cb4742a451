import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OfferRow } from '../../../shared/contract/offers.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Client } from '../../../shared/rpc/client.ts';
import { startSandbox } from '../../sandbox/index.ts';
import { randomOf } from './random.ts';
import { startProcess } from './service-process.ts';

export const name = 'kill';

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** All of them: none of the lives is to run out of what it decides. */
async function waitingOffers(client: Client): Promise<OfferRow[]> {
  const { viewId } = await client.call('offers.open', {
    filter: { queue: 'waiting' },
    sort: { column: 'received', direction: 'descending' },
    first: 100,
  });
  const offers: OfferRow[] = [];
  for (;;) {
    const { rows } = await client.call('offers.rows', { viewId, from: offers.length, to: offers.length + 500 });
    if (rows.length === 0) return offers;
    offers.push(...rows);
  }
}

/**
 * Kills the service (SIGKILL) at random moments during decisions and notifications, while the backend loses answers, and
 * shows that nothing that was acknowledged is lost and nothing takes effect twice.
 */
export async function run({ full, seed, log }: { full: boolean; seed: number; log: (line: string) => void }) {
  const kills = full ? 500 : 8;
  const random = randomOf(seed);
  const directory = mkdtempSync(join(tmpdir(), 'bindery-kill-'));
  const sandbox = await startSandbox({ size: full ? 6_000 : 400, seed: 11 });
  const options = {
    dataDirectory: directory,
    backendUrl: sandbox.url,
    appKey: sandbox.appKey,
    appToken: sandbox.appToken,
  };
  const acknowledged = new Map<string, string>();
  const prices = new Map<string, { sellerId: string; sellerSkuId: string; price: number }>();
  let notifications = 0;
  let running = await startProcess(options);
  try {
    await running.client.call('session.createOperator', { name: 'Kill', role: 'administrator' });
    await running.client.call('settings.update', { holdMilliseconds: 0 });
    while ((await running.client.call('status.get', {})).lastSyncedAt === null) await pause(100);
    const waiting = await waitingOffers(running.client);
    const bindings = (
      await running.client.call('bindings.open', {
        filter: { state: 'active' },
        sort: { column: 'updated', direction: 'descending' },
        first: 60,
      })
    ).rows;
    const keys = new Map<string, Record<string, string>>();
    for (const sellerId of new Set(bindings.map((row) => row.sellerId))) {
      const token = await running.client.call('sellers.issueToken', { sellerId });
      keys.set(sellerId, { 'X-VTEX-API-AppKey': token.appKey, 'X-VTEX-API-AppToken': token.appToken });
    }
    await post(`${sandbox.url}/control/faults`, {
      match: { path: '/suggestions/.*matches|notificator|sku-binding' },
      lostAnswerRate: 0.25,
      late5xxRate: 0.1,
      rate429: 0.05,
      retryAfter: 1,
      seed,
    });

    let price = 10_000;
    for (let kill = 0; kill < kills; kill++) {
      // struck at a random moment after a random number of acknowledgements, so that a slow machine is tested as hard
      const enough = 2 + Math.floor(random() * 7);
      let acknowledgedNow = 0;
      const strike = Promise.withResolvers<void>();
      const count = () => {
        if (++acknowledgedNow === enough) setTimeout(strike.resolve, random() * 200);
      };
      const { client, endpoints, child } = running;
      // a connection of its own for each life: sign in, then decide and notify until the kill strikes
      const busy = (async () => {
        const { operators } = await client.call('session.hello', {});
        const [operator] = operators;
        if (operator) await client.call('session.signIn', { operatorId: operator.operatorId });
        while (!client.closed) {
          const offer = random() < 0.6 ? waiting.shift() : undefined;
          if (offer) {
            const request = { offerId: offer.id, versionId: offer.versionId };
            try {
              const { decision } =
                offer.bestSkuId !== null && random() < 0.5
                  ? await client.call('decisions.bind', { ...request, skuId: offer.bestSkuId })
                  : await client.call('decisions.deny', { ...request, reason: 'duplicate' });
              acknowledged.set(decision.decisionId, decision.sellerSkuId);
              count();
            } catch (error) {
              if (!(error instanceof BinderyError)) throw error;
              if (error.code === 'disconnected') return;
            }
          } else {
            const binding = bindings[Math.floor(random() * bindings.length)];
            if (!binding) continue;
            price += 7;
            const own = price;
            const reply = await post(
              `${sandbox.url}/control/seller/${encodeURIComponent(binding.sellerId)}/sku/${encodeURIComponent(binding.sellerSkuId)}`,
              {
                price: own,
                notify: { url: endpoints, kinds: ['price'], headers: keys.get(binding.sellerId) },
              },
            );
            const { notified } = (await reply.json()) as { notified: { status: number }[] };
            if (notified.every(({ status }) => status === 202)) {
              notifications++;
              count();
              prices.set(JSON.stringify([binding.sellerId, binding.sellerSkuId]), {
                sellerId: binding.sellerId,
                sellerSkuId: binding.sellerSkuId,
                price: own,
              });
            } else prices.delete(JSON.stringify([binding.sellerId, binding.sellerSkuId]));
          }
        }
      })().catch((error: unknown) => {
        if (!(error instanceof BinderyError)) throw error;
      });
      await Promise.race([strike.promise, pause(20_000)]);
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      await busy;
      running = await startProcess(options);
      if ((kill + 1) % 20 === 0)
        log(`${kill + 1} kills, ${acknowledged.size} decisions and ${notifications} notifications acknowledged`);
    }

    if (waiting.length === 0) throw new Error('The offers ran out: the last lives had nothing to decide.');
    await fetch(`${sandbox.url}/control/faults`, { method: 'DELETE' });
    const { client } = running;
    const limit = Date.now() + 600_000;
    for (;;) {
      // counted anew, not as the last status had it: a service that has just started has not published one
      const { waiting, retrying } = await client.call('notifications.counts', {});
      const open = await client.call('decisions.list', { states: ['held', 'pending', 'sent'] });
      if (open.decisions.length === 0 && waiting + retrying === 0) break;
      if (Date.now() > limit)
        throw new Error(
          `still open after ten minutes: ${JSON.stringify({ waiting, retrying, open: open.decisions.length })}`,
        );
      await pause(200);
    }

    interface Match {
      kind: string;
      matchId?: string;
      sellerSkuId?: string;
      sellerId?: string;
    }
    const state = (await (await fetch(`${sandbox.url}/control/state?full=1`)).json()) as { log: Match[] };
    const applied = new Map<string, number>();
    for (const entry of state.log)
      if (entry.kind === 'match') applied.set(entry.matchId ?? '', (applied.get(entry.matchId ?? '') ?? 0) + 1);
    const all: { decisionId: string; state: string; problem: string | null }[] = [];
    for (const wanted of ['confirmed', 'conflict', 'failed', 'cancelled'] as const) {
      all.push(...(await client.call('decisions.list', { states: [wanted], limit: 5_000 })).decisions);
    }
    const known = new Map(all.map((decision) => [String(decision.decisionId), decision]));
    const notes: string[] = [];
    let lost = 0;
    let doubled = 0;
    let conflicts = 0;
    for (const [decisionId] of acknowledged) {
      const decision = known.get(decisionId);
      const times = applied.get(decisionId) ?? 0;
      if (times > 1) doubled++;
      if (decision?.state === 'confirmed' ? times !== 1 : decision?.state !== 'conflict' || times !== 0) {
        lost++;
        if (notes.length < 10)
          notes.push(
            `decision ${decisionId} is ${decision?.state ?? 'missing'} (${decision?.problem ?? ''}) and was applied ${times} times`,
          );
      }
      if (decision?.state === 'conflict') conflicts++;
    }
    let stale = 0;
    for (const { sellerId, sellerSkuId, price: expected } of prices.values()) {
      const { rows } = await client.call('bindings.open', {
        filter: { text: sellerSkuId, sellerIds: [sellerId as never] },
        sort: { column: 'updated', direction: 'descending' },
        first: 100,
      });
      const binding = rows.find((row) => row.sellerSkuId === sellerSkuId);
      if (binding?.price?.minor !== expected) {
        stale++;
        if (notes.length < 20)
          notes.push(
            `binding ${sellerId}/${sellerSkuId} has ${binding?.price?.minor ?? 'no price'}, the seller says ${expected}`,
          );
      }
    }
    notes.unshift(
      `${kills} kills; ${acknowledged.size} decisions acknowledged: ${lost} lost, ${doubled} doubled, ${conflicts} in conflict; ${notifications} notifications acknowledged, ${stale} of ${prices.size} SKUs stale`,
    );
    const checks = [lost === 0, doubled === 0, stale === 0, acknowledged.size > kills && notifications > 0];
    return { passed: checks.filter(Boolean).length, failed: checks.filter((ok) => !ok).length, notes };
  } finally {
    running.client.close();
    await sandbox.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
