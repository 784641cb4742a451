import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { minorDigits } from '../../../shared/domain/money.ts';
import { differingFields } from '../../../shared/domain/payments/condition.ts';
import type { ServiceContext } from '../context.ts';
import { type AffiliatesApi, createAffiliatesApi, type StoreAddress } from '../protocol/affiliates.ts';
import type { Backend } from '../protocol/backend.ts';
import { ProtocolError } from '../protocol/failure.ts';
import type { RuleList } from '../protocol/payments.ts';
import { readSellerKeys } from '../sellers/keys.ts';

export type PaymentSyncParts = Pick<
  ServiceContext,
  'database' | 'backend' | 'events' | 'ambient' | 'log' | 'egress' | 'secrets'
>;

const connected = ({ backend }: PaymentSyncParts): Backend => {
  if (!backend) throw new BinderyError('offline', 'No marketplace is connected. Connect one in Settings.');
  return backend;
};

async function digitsOf({ database }: PaymentSyncParts): Promise<number> {
  const { currency } = await database.read('settings.all', {});
  return minorDigits(typeof currency === 'string' ? currency : 'BRL');
}

async function readAll(parts: PaymentSyncParts, signal?: AbortSignal): Promise<RuleList> {
  const { database, ambient } = parts;
  const list = await connected(parts).payments.list(await digitsOf(parts), { signal });
  await database.write('payments.backend', { ...list, now: instantOf(ambient.now()) }, { priority: 'sync' });
  return list;
}

/** The stores that can be asked: their address and their key are known. */
async function storesOf({ database, secrets }: PaymentSyncParts): Promise<StoreAddress[]> {
  const stores: StoreAddress[] = [];
  for (const { sellerId, baseUrl, affiliateId } of await database.read('payments.stores', {})) {
    const keys = await readSellerKeys(secrets, sellerId);
    if (keys && affiliateId !== null) stores.push({ sellerId, baseUrl, affiliateId, keys });
  }
  return stores;
}

/** What the register and the stores say about merged payments. A store that does not answer leaves the others alone. */
async function readMerge(parts: PaymentSyncParts, api: AffiliatesApi, signal?: AbortSignal) {
  const { database, ambient, log } = parts;
  const digits = await digitsOf(parts);
  const useOwn = new Map<string, boolean>();
  for (const store of await storesOf(parts)) {
    try {
      useOwn.set(store.sellerId, await api.usesOwnMethods(store));
      const { conditions } = await api.rules(store, digits);
      await database.write('payments.ofStore', { sellerId: store.sellerId, conditions, now: instantOf(ambient.now()) });
    } catch (error) {
      log('warn', 'a store could not be asked about payments', { sellerId: store.sellerId, problem: String(error) });
    }
  }
  const sellers = await connected(parts).sellers.all({ signal });
  const rows = sellers.map(({ sellerId, raw }) => ({
    sellerId: sellerId as string,
    hybrid: typeof raw === 'object' && raw !== null && 'allowHybridPayments' in raw && raw.allowHybridPayments === true,
    useOwn: useOwn.get(sellerId) ?? null,
  }));
  await database.write('merge.backend', { rows, now: instantOf(ambient.now()) }, { priority: 'sync' });
  return rows;
}

/** After a complete pull: payment systems, conditions, and what sellers' stores say. Drift shows by itself: it is what differs. */
export async function pullPayments(parts: PaymentSyncParts, signal: AbortSignal): Promise<void> {
  const { database, backend, events, egress, log } = parts;
  if (!backend) return;
  const systems = await backend.payments.systems({ signal });
  await database.write('payments.systems', { systems }, { priority: 'sync' });
  await readAll(parts, signal);
  await readMerge(parts, createAffiliatesApi(egress, { log }), signal);
  events.emit('list.changed', { list: 'payments' });
}

/**
 * Sends what differs, one condition after the other, then reads everything back: only what the backend says afterwards counts. One that is
 * refused leaves the others alone and is named. A creation whose answer was lost is looked for before it is sent again.
 */
export async function pushPayments(parts: PaymentSyncParts): Promise<{ sent: number; problems: string[] }> {
  const { database, ambient, events, log } = parts;
  const { payments } = connected(parts);
  const digits = await digitsOf(parts);
  // against what the backend says now; but nothing is written over or taken away that nobody has looked at
  const shown = await database.read('payments.backendTexts', {});
  const before = new Set((await readAll(parts)).conditions.map(({ id }) => id));
  const found = await database.read('payments.backendTexts', {});
  const problems: string[] = [];
  let sent = 0;
  for (const { conditionId, backendId, action, condition } of await database.read('payments.toPush', {})) {
    const name = condition?.name ?? backendId ?? '';
    if (backendId !== null && shown[backendId] !== found[backendId]) {
      problems.push(`${name}: it was changed at the marketplace since it was last read. Look at it, then send again.`);
      continue;
    }
    try {
      if (action === 'remove' && backendId !== null) await payments.remove(backendId, { priority: 5 });
      else if (action === 'replace' && backendId !== null && condition)
        await payments.replace(backendId, condition, digits, { priority: 5 });
      else if (condition && conditionId !== null) {
        let made: string;
        try {
          made = await payments.create(condition, digits, { priority: 5 });
        } catch (error) {
          if (!(error instanceof ProtocolError) || !error.mayHaveBeenApplied) throw error;
          const there = (await payments.list(digits)).conditions.find(
            (each) => !before.has(each.id) && differingFields(condition, each).length === 0,
          );
          if (!there) throw error;
          made = there.id;
        }
        before.add(made);
        await database.write('payments.linked', { conditionId, backendId: made });
      }
      sent++;
    } catch (error) {
      log('warn', 'a payment condition could not be sent', { action, problem: String(error) });
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const { conditions } = await readAll(parts);
  const after = await database.read('payments.pushState', {});
  const wrong = new Set(after.differences.map(({ backendId }) => backendId));
  await database.write('payments.pushed', {
    conditions: conditions.filter(({ id }) => !wrong.has(id)),
    now: instantOf(ambient.now()),
  });
  events.emit('list.changed', { list: 'payments' });
  return { sent, problems };
}

/** Tells the register and the stores what the policies say, and reads it back. */
export async function pushMerge(parts: PaymentSyncParts): Promise<{ sent: number; problems: string[] }> {
  const { database, ambient, events, egress, log } = parts;
  const { sellers } = connected(parts);
  const api = createAffiliatesApi(egress, { log });
  await readMerge(parts, api);
  const stores = new Map((await storesOf(parts)).map((store) => [store.sellerId, store]));
  const problems: string[] = [];
  const pushed: { sellerId: string; hybrid: boolean; useOwn: boolean | null }[] = [];
  let sent = 0;
  for (const row of await database.read('merge.toPush', {})) {
    const { sellerId, sellerName, hybrid, useOwn, backend } = row;
    try {
      if (backend?.hybrid !== hybrid) {
        await sellers.change(sellerId, { allowHybridPayments: hybrid }, { priority: 5 });
        sent++;
      }
      const store = stores.get(sellerId);
      if (store && useOwn !== null && backend?.useOwnMethods !== useOwn) {
        await api.setUsesOwnMethods(store, useOwn);
        sent++;
      }
      pushed.push({ sellerId, hybrid, useOwn: store ? useOwn : null });
    } catch (error) {
      log('warn', 'a merge policy could not be sent', { sellerId, problem: String(error) });
      problems.push(`${sellerName}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const back = new Map((await readMerge(parts, api)).map((row) => [row.sellerId, row]));
  await database.write('merge.pushed', {
    rows: pushed.filter(({ sellerId, hybrid, useOwn }) => {
      const there = back.get(sellerId);
      return there?.hybrid === hybrid && (useOwn === null || there.useOwn === useOwn);
    }),
    now: instantOf(ambient.now()),
  });
  events.emit('list.changed', { list: 'payments' });
  return { sent, problems };
}
