import type { RequestOf } from '../../../shared/contract/index.ts';
import type { MergeRow, PaymentPushState } from '../../../shared/contract/payments.ts';
import type { Instant, SellerId } from '../../../shared/domain/brand.ts';
import { minorOf } from '../../../shared/domain/exact.ts';
import { differingFields, type PaymentCondition } from '../../../shared/domain/payments/condition.ts';
import { type Reason, type SimulatedOption, simulate } from '../../../shared/domain/payments/eligible.ts';
import {
  type Merchant,
  type MergeInput,
  marketplaceCharge,
  mergeOptions,
  type Refusal,
} from '../../../shared/domain/payments/merge.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import type { UnreadableRule } from '../protocol/payments.ts';
import {
  backendConditions,
  conditionOf,
  isSame,
  links,
  listedConditions,
  newestConditions,
  policies,
  pushedConditions,
  stateOf,
} from './rows.ts';

const shown = (value: unknown): string => (value === null || value === undefined ? '' : JSON.stringify(value));

/** What a push would do: what is wanted beside what the backend holds. */
export function pushState(database: ReadableDatabase): PaymentPushState {
  const backend = backendConditions(database);
  const pushed = pushedConditions(database);
  const linked = links(database);
  const unreadable = stateOf<UnreadableRule[]>(database, 'paymentsUnreadable', []);
  const left = new Set(unreadable.map(({ id }) => id));
  const wanted = new Map<string, PaymentCondition>();
  const differences: PaymentPushState['differences'] = [];
  let agreeing = 0;
  for (const { id, payload, owner } of newestConditions(database)) {
    if (owner !== '') continue;
    const backendId = linked.get(id) ?? null;
    if (payload === null) continue;
    const condition = conditionOf(payload);
    if (backendId !== null) wanted.set(backendId, condition);
    const there = backendId === null ? undefined : backend.get(backendId);
    if (backendId !== null && left.has(backendId)) continue;
    if (isSame(condition, there)) {
      agreeing++;
      continue;
    }
    const last = backendId === null ? undefined : pushed.get(backendId);
    differences.push({
      conditionId: id,
      backendId,
      name: condition.name,
      action: there === undefined ? 'create' : 'replace',
      drifted: last !== undefined && !isSame(last, there),
      fields:
        there === undefined
          ? []
          : differingFields(condition, there).map((field) => ({
              field,
              wanted: shown(condition[field]),
              backend: shown(there[field]),
            })),
    });
  }
  for (const [backendId, there] of backend)
    if (!wanted.has(backendId))
      differences.push({
        conditionId: null,
        backendId,
        name: there.name,
        action: 'remove',
        drifted: !isSame(pushed.get(backendId), there),
        fields: [],
      });
  return {
    differences,
    agreeing,
    drifted: differences.filter(({ drifted }) => drifted).length,
    unreadable,
    readAt: stateOf<Instant | null>(database, 'paymentsReadAt', null),
  };
}

const reasonRow = ({ code, ...values }: Reason | Refusal['reasons'][number]) => ({
  code,
  // every reason is flat: numbers and texts
  values: values as Record<string, string | number>,
});

interface SellerFacts {
  id: string;
  name: string;
  face: string | null;
}

export const paymentReads = {
  'payments.overview': (database: ReadableDatabase, _params: Record<never, never>) => {
    const { drifted, differences } = pushState(database);
    return {
      conditions: listedConditions(database),
      systems: statement<[], { id: number; name: string; group: string; implementation: string | null }>(
        database,
        'SELECT id, name, group_name AS "group", implementation FROM payment_system ORDER BY name',
      ).all(),
      drifted,
      differences: differences.length,
    };
  },
  'payments.history': (database: ReadableDatabase, params: { id: string }) =>
    statement<[string], { version: number; author: string; changed_at: string; payload: string | null }>(
      database,
      'SELECT version, author, changed_at, payload FROM payment_condition WHERE id = ? ORDER BY version DESC LIMIT 200',
    )
      .all(params.id)
      .map(({ version, author, changed_at, payload }) => ({
        version,
        author,
        at: changed_at as Instant,
        condition: payload === null ? null : conditionOf(payload),
      })),
  'payments.pushState': (database: ReadableDatabase, _params: Record<never, never>) => pushState(database),
  /** Everything that a push has to do, with the conditions themselves. */
  /** What the backend said of each condition when it was last read, as text: whether it is still what was looked at. */
  'payments.backendTexts': (database: ReadableDatabase, _params: Record<never, never>): Record<string, string> =>
    Object.fromEntries(
      statement<[], { backend_id: string; payload: string }>(
        database,
        'SELECT backend_id, payload FROM payment_backend',
      )
        .all()
        .map(({ backend_id, payload }) => [backend_id, payload]),
    ),
  'payments.toPush': (database: ReadableDatabase, _params: Record<never, never>) => {
    const newest = new Map(newestConditions(database).map((row) => [row.id, row.payload]));
    return pushState(database).differences.map(({ conditionId, backendId, action }) => {
      const payload = conditionId === null ? null : (newest.get(conditionId) ?? null);
      return { conditionId, backendId, action, condition: payload === null ? null : conditionOf(payload) };
    });
  },
  'payments.simulate': (
    database: ReadableDatabase,
    params: { cart: RequestOf<'payments.simulate'>; account: string },
  ) => {
    const { cart, account } = params;
    const listed = listedConditions(database);
    const byOwner = Map.groupBy(listed, ({ owner }) => owner);
    const conditions = (owner: Merchant) =>
      (byOwner.get(owner as SellerId | null) ?? []).map(({ condition }) => condition);
    const parts = cart.parts.map(({ sellerId, value }) => ({ sellerId, value: minorOf(value) }));
    const value = minorOf(parts.reduce((sum, part) => sum + part.value, 0));
    const purchase = {
      salesChannel: cart.salesChannel,
      // parsed by the contract
      at: cart.at as Instant,
      country: cart.country,
      commercialShares: cart.commercialShares,
      bin: cart.bin,
      cobrand: cart.cobrand ?? null,
      cardLevel: cart.cardLevel ?? null,
      isSignedIn: cart.isSignedIn,
    };
    const marketplace = conditions(null);
    const name = new Map(listed.map(({ condition }) => [condition.id, condition]));
    const seller = statement<[string], { name: string }>(database, 'SELECT name FROM seller WHERE id = ?');
    const merchantOf = (sellerId: Merchant) => ({
      sellerId,
      name: sellerId === null ? '' : (seller.get(sellerId)?.name ?? sellerId),
    });
    const giftCards = statement<[], { id: number }>(
      database,
      `SELECT id FROM payment_system WHERE group_name = 'giftCard'`,
    ).all();
    const input: MergeInput = {
      parts,
      policies: policies(database),
      account,
      conditions,
      purchase,
      giftCards: new Set(giftCards.map(({ id }) => id)),
    };
    const merged = mergeOptions(input);
    const charge = marketplaceCharge(input);
    const own = simulate(marketplace, {
      ...purchase,
      value: charge?.value ?? value,
      merchants: charge?.merchants ?? [],
    });
    const options = own.map((option): SimulatedOption => {
      if (charge === null) return { ...option, plans: [], reasons: [{ code: 'sellers-charge' }] };
      const systemId = name.get(option.conditionId)?.system.id ?? 0;
      if (!charge.isGiftRefused(systemId)) return option;
      return { ...option, plans: [], reasons: [...option.reasons, { code: 'gift-card' }] };
    });
    return {
      value,
      charged: charge?.value ?? minorOf(0),
      options: options.map((option) => ({
        conditionId: option.conditionId,
        name: name.get(option.conditionId)?.name ?? '',
        systemName: name.get(option.conditionId)?.system.name ?? '',
        plans: option.plans.map((plan) => ({ ...plan, payments: [...plan.payments] })),
        reasons: option.reasons.map(reasonRow),
      })),
      merged: merged.map(({ legs, plans, refusals, ...option }) => ({
        ...option,
        legs: legs.map((leg) => ({
          merchant: merchantOf(leg.merchant),
          conditions: leg.conditionIds.map((conditionId) => ({
            conditionId,
            name: name.get(conditionId)?.name ?? '',
          })),
          value: leg.value,
        })),
        plans: plans.map((plan) => ({
          ...plan,
          legs: plan.legs.map((leg) => ({ ...leg, payments: [...leg.payments] })),
        })),
        refusals: refusals.map(({ merchant, reasons }) => ({
          merchant: merchantOf(merchant),
          reasons: reasons.map(reasonRow),
        })),
      })),
    };
  },
  /** The policies that somebody has set, as the two flags, beside what was read. */
  'merge.toPush': (database: ReadableDatabase, params: Record<never, never>) =>
    paymentReads['merge.list'](database, params).rows.flatMap((row) => {
      if (row.version === 0) return [];
      const { sellerId, sellerName, isStore, backend } = row;
      return [{ sellerId, sellerName, backend, ...toldBy(row, isStore) }];
    }),
  'merge.list': (
    database: ReadableDatabase,
    _params: Record<never, never>,
  ): { rows: MergeRow[]; drifted: number; differences: number } => {
    const known = policies(database);
    interface Told {
      seller_id: string;
      hybrid: number;
      use_own: number | null;
    }
    const all = (name: 'merge_backend' | 'merge_pushed') =>
      new Map(
        statement<[], Told>(database, `SELECT seller_id, hybrid, use_own FROM ${name}`)
          .all()
          .map((row) => [row.seller_id, row]),
      );
    const backend = all('merge_backend');
    const pushed = all('merge_pushed');
    const methods = new Map<string, number>();
    for (const { owner } of listedConditions(database))
      if (owner !== null) methods.set(owner, (methods.get(owner) ?? 0) + 1);
    const sellers = statement<[], SellerFacts>(
      database,
      'SELECT s.id, s.name, o.face FROM seller s LEFT JOIN order_seller o ON o.seller_id = s.id ORDER BY s.name COLLATE NOCASE, s.id',
    ).all();
    const rows = sellers.map((seller): MergeRow => {
      const policy = known.get(seller.id);
      const there = backend.get(seller.id);
      const last = pushed.get(seller.id);
      const isStore = seller.face === 'store' || seller.face === 'queue';
      const wanted = toldBy(policy, isStore);
      const hybrid = there?.hybrid === 1;
      const useOwn = there?.use_own == null ? null : there.use_own === 1;
      const isAgreed = there !== undefined && wanted.hybrid === hybrid && (useOwn === null || useOwn === wanted.useOwn);
      const isDrifted =
        there !== undefined &&
        last !== undefined &&
        (last.hybrid !== there.hybrid ||
          (last.use_own !== null && there.use_own !== null && last.use_own !== there.use_own));
      return {
        sellerId: seller.id as SellerId,
        sellerName: seller.name,
        enabled: policy?.enabled ?? false,
        policy: policy?.policy ?? 'marketplace',
        hybrid: policy?.hybrid ?? hybrid,
        version: policy?.version ?? 0,
        author: policy?.author ?? null,
        methods: methods.get(seller.id) ?? 0,
        isStore,
        backend: there === undefined ? null : { hybrid, useOwnMethods: useOwn },
        standing:
          there === undefined
            ? 'unknown'
            : isAgreed || policy === undefined
              ? 'same'
              : isDrifted
                ? 'drifted'
                : 'differs',
      };
    });
    return {
      rows,
      drifted: rows.filter(({ standing }) => standing === 'drifted').length,
      differences: rows.filter(({ standing }) => standing === 'drifted' || standing === 'differs').length,
    };
  },
};

/** What a policy says in the two flags that the protocol knows (section 5.3). A seller that is no store has only the first. */
export function toldBy(
  policy: { readonly enabled: boolean; readonly policy: string; readonly hybrid: boolean } | undefined,
  isStore: boolean,
): { readonly hybrid: boolean; readonly useOwn: boolean | null } {
  return {
    hybrid: policy?.hybrid ?? false,
    useOwn: isStore ? policy?.enabled === true && policy.policy !== 'marketplace' : null,
  };
}
