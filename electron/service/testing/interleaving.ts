import fc from 'fast-check';
import { startSandbox } from '../../sandbox/index.ts';
import { agreementProblems } from './interleaving-check.ts';
import { InterleavingWorld, openStore } from './interleaving-world.ts';

/** One thing that happens. Numbers choose among what there is at the time. */
type Step =
  | { readonly do: 'pull'; readonly what: 'pending' | 'denied' | 'bindings' }
  | { readonly do: 'turn' | 'quiesce' | 'restart' | 'clearFaults' }
  | { readonly do: 'yield'; readonly times: number }
  | { readonly do: 'advance'; readonly milliseconds: number }
  | { readonly do: 'faults'; readonly rule: Readonly<Record<string, unknown>> }
  | { readonly do: 'bind'; readonly offer: number; readonly sku: number; readonly hold: number }
  | { readonly do: 'deny' | 'newSku' | 'unblock'; readonly offer: number; readonly hold: number }
  | {
      readonly do: 'activateBinding' | 'inactivateBinding' | 'removeBinding' | 'rebindBinding';
      readonly offer: number;
      readonly sku: number;
      readonly hold: number;
    }
  | { readonly do: 'undo'; readonly decision: number | null }
  | { readonly do: 'resolve'; readonly decision: number; readonly action: 'retry' | 'discard' }
  | { readonly do: 'elsewhere'; readonly what: 'deny' | 'bind' | 'version' | 'remove'; readonly offer: number }
  | { readonly do: 'notify'; readonly offer: number };

const size = 12;
const index = fc.nat(size - 1);
const hold = fc.constantFrom(0, 0, 3_000);
const rate = fc.constantFrom(0, 0, 0.3, 0.7);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pull' as const),
      what: fc.constantFrom('pending' as const, 'denied' as const, 'bindings' as const),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('quiesce' as const, 'restart' as const, 'clearFaults' as const) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('yield' as const), times: fc.integer({ min: 1, max: 60 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      milliseconds: fc.constantFrom(0, 1, 1_000, 4_000, 70_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('faults' as const),
      rule: fc.record({
        rate429: rate,
        rate5xx: rate,
        late5xxRate: rate,
        lostAnswerRate: rate,
        malformed: rate,
        duplicateRate: rate,
        reorder: fc.boolean(),
        retryAfter: fc.constantFrom(0, 1),
        seed: fc.nat(1_000),
      }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('bind' as const), offer: index, sku: fc.nat(3), hold }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('deny' as const, 'newSku' as const, 'unblock' as const),
      offer: index,
      hold,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'activateBinding' as const,
        'inactivateBinding' as const,
        'removeBinding' as const,
        'rebindBinding' as const,
      ),
      offer: index,
      sku: fc.nat(3),
      hold,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('undo' as const), decision: fc.option(fc.nat(20), { nil: null }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('resolve' as const),
      decision: fc.nat(20),
      action: fc.constantFrom('retry' as const, 'discard' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('elsewhere' as const),
      what: fc.constantFrom('deny' as const, 'bind' as const, 'version' as const, 'remove' as const),
      offer: index,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('notify' as const), offer: index }) },
);

interface OfferNow {
  readonly id: number;
  readonly sellerId: string;
  readonly sellerSkuId: string;
  readonly versionId: string;
}

/** The offers that one run is about, in a fixed order; all decisions concern these. */
async function perform(
  world: InterleavingWorld,
  offers: readonly OfferNow[],
  skus: readonly number[],
  one: Step,
  touched: Set<string>,
): Promise<void> {
  const place = 'offer' in one ? offers[one.offer % offers.length] : undefined;
  const offer = place
    ? world.rows<OfferNow>(
        'SELECT id, seller_id AS sellerId, seller_sku_id AS sellerSkuId, version_id AS versionId FROM offer WHERE seller_id = ? AND seller_sku_id = ?',
        place.sellerId,
        place.sellerSkuId,
      )[0]
    : undefined;
  const decisions = () => world.rows<{ id: string }>('SELECT id FROM decision ORDER BY rowid').map(({ id }) => id);
  const pick = (list: readonly string[], at: number) => list[at % Math.max(1, list.length)];
  switch (one.do) {
    case 'pull':
      return world.pull(one.what);
    case 'turn':
      return world.turn();
    case 'quiesce':
      return world.quiesce();
    case 'restart':
      return world.restart();
    case 'clearFaults':
      return world.sandbox.state.faults.clear();
    case 'yield':
      for (let turn = 0; turn < one.times; turn++) await new Promise((resolve) => setImmediate(resolve));
      return;
    case 'advance':
      return world.advance(one.milliseconds);
    case 'faults':
      return world.control('faults', one.rule);
    case 'bind':
      if (offer)
        await world.decide(
          { kind: 'bind', offerId: offer.id, versionId: offer.versionId, skuId: skus[one.sku % skus.length] ?? -1 },
          one.hold,
        );
      return;
    case 'deny':
      if (offer)
        await world.decide(
          { kind: 'deny', offerId: offer.id, versionId: offer.versionId, denyReason: 'other' },
          one.hold,
        );
      return;
    case 'unblock':
      if (offer) await world.decide({ kind: 'unblock', offerId: offer.id, versionId: offer.versionId }, one.hold);
      return;
    case 'newSku': {
      const productId = world.rows<{ id: number }>('SELECT product_id AS id FROM sku ORDER BY id LIMIT 1')[0]?.id ?? -1;
      const sku = {
        name: 'A new one',
        eans: [],
        referenceId: `new-${world.id()}`,
        height: 1,
        width: 1,
        length: 1,
        weight: 1,
        images: [{ name: 'Main', url: `${world.sandbox.url}/images/1.svg` }],
        measurementUnit: 'un',
        unitMultiplier: 1,
        specifications: {},
      };
      if (offer)
        await world.decide(
          { kind: 'newSku', offerId: offer.id, versionId: offer.versionId, productId, payload: { sku } },
          one.hold,
        );
      return;
    }
    case 'activateBinding':
    case 'inactivateBinding':
    case 'removeBinding':
    case 'rebindBinding': {
      const binding =
        place &&
        world.rows<{ id: number; removed: number }>(
          'SELECT id, is_removed AS removed FROM binding WHERE seller_id = ? AND seller_sku_id = ?',
          place.sellerId,
          place.sellerSkuId,
        )[0];
      if (!binding || binding.removed) return;
      const skuId = one.do === 'rebindBinding' ? { skuId: skus[one.sku % skus.length] ?? -1 } : {};
      await world.decide({ kind: one.do, bindingId: binding.id, ...skuId }, one.hold);
      return;
    }
    case 'undo': {
      const decision = one.decision === null ? undefined : pick(decisions(), one.decision);
      await world.undo(decision);
      return;
    }
    case 'resolve': {
      const decision = pick(decisions(), one.decision);
      if (decision !== undefined) await world.resolve(decision, one.action);
      return;
    }
    case 'notify':
      if (place)
        await world.database.write('inbox.append', {
          entries: [
            {
              kind: 'price',
              sellerId: place.sellerId,
              sellerSkuId: place.sellerSkuId,
              receivedAt: world.now(),
              body: null,
            },
          ],
        });
      return;
    case 'elsewhere':
      if (place) await elsewhere(world, place, one.what, skus, touched);
      return;
  }
}

/** What another desk or the seller does at the backend, faults aside. */
async function elsewhere(
  world: InterleavingWorld,
  place: OfferNow,
  what: 'deny' | 'bind' | 'version' | 'remove',
  skus: readonly number[],
  touched: Set<string>,
): Promise<void> {
  touched.add(`${place.sellerId}/${place.sellerSkuId}`);
  if (what === 'version') {
    await world.control(`sellers/${encodeURIComponent(place.sellerId)}/offers`, {
      itemId: place.sellerSkuId,
      offer: {},
    });
    return;
  }
  const { state } = world.sandbox;
  const position = state.suggestions.find(place.sellerId, place.sellerSkuId);
  if (what === 'remove') {
    const binding = state.bindings.get(place.sellerId, place.sellerSkuId);
    if (!binding) return;
    binding.isRemoved = true;
    binding.isActive = false;
    state.bindings.touch(binding, state.now());
    return;
  }
  if (position < 0 || state.suggestions.status(position, state.now()) !== 'pending') return;
  const skuId = skus.at(-1) ?? -1;
  if (what === 'bind' && state.bindings.ofSku(skuId).some((each) => each.sellerId === place.sellerId)) return;
  if (what === 'bind') state.bindings.insert(place.sellerId, place.sellerSkuId, skuId, true, state.now());
  state.suggestions.setStatus(position, what === 'bind' ? 'accepted' : 'denied');
}

/** Faults end, everything that waits is sent, conflicts are let go, and the cache is pulled whole. */
async function settle(world: InterleavingWorld): Promise<void> {
  world.sandbox.state.faults.clear();
  const drain = async () => {
    for (let round = 0; round < 12; round++) {
      world.advance(6 * 60_000);
      await world.quiesce();
      const open = world.rows<{ count: number }>(
        `SELECT (SELECT COUNT(*) FROM outbox WHERE state IN ('held', 'pending', 'sent')) + (SELECT COUNT(*) FROM inbox WHERE state = 'waiting') AS count`,
      );
      if (open[0]?.count === 0) return;
    }
    world.problems.push('the outbox or the inbox does not come to rest');
  };
  await drain();
  for (const action of ['retry', 'discard'] as const) {
    for (const { id } of world.rows<{ id: string }>(`SELECT id FROM decision WHERE state IN ('conflict', 'failed')`))
      await world.resolve(id, action);
    await drain();
  }
  // the first may take up an interrupted sweep, the second is whole
  for (const what of ['pending', 'pending', 'denied', 'bindings'] as const) world.pull(what);
  await drain();
}

export interface InterleavingResult {
  readonly runs: number;
  readonly steps: number;
  readonly decisions: number;
  readonly confirmed: number;
  readonly failure: string | null;
}

/** Runs the property. Every run has a fresh cache and a fresh backend; the seed decides all of it. */
export async function runInterleavings(options: {
  runs: number;
  seed: number;
  steps?: number;
  limitMilliseconds?: number;
}): Promise<InterleavingResult> {
  const start = Date.UTC(2026, 10, 25, 9);
  const clock = { now: start };
  const sandbox = await startSandbox({ size, seed: options.seed % 1_000, clock: () => clock.now });
  const store = openStore();
  const tally = { runs: 0, steps: 0, decisions: 0, confirmed: 0 };
  try {
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 8, maxLength: options.steps ?? 50, size: 'max' }),
      fc.nat(),
      async (steps, chance) => {
        clock.now = start;
        await fetch(`${sandbox.url}/control/reset`, { method: 'POST' });
        let drawn = chance;
        const random = () => {
          drawn = (Math.imul(drawn, 1_664_525) + 1_013_904_223) >>> 0;
          return drawn / 2 ** 32;
        };
        store.empty();
        const world = new InterleavingWorld(store, sandbox, clock, random);
        try {
          await world.setUp();
          const offers = world.rows<OfferNow>(
            'SELECT id, seller_id AS sellerId, seller_sku_id AS sellerSkuId, version_id AS versionId FROM offer ORDER BY seller_id, seller_sku_id LIMIT 5',
          );
          const skus = world.rows<{ id: number }>('SELECT id FROM sku ORDER BY id LIMIT 4').map(({ id }) => id);
          const touched = new Set<string>();
          for (const one of steps) await perform(world, offers, skus, one, touched);
          await settle(world);
          tally.runs++;
          tally.steps += steps.length;
          const states = world.rows<{ state: string }>('SELECT state FROM decision');
          tally.decisions += states.length;
          tally.confirmed += states.filter(({ state }) => state === 'confirmed').length;
          const problems = [...world.problems, ...agreementProblems(world, touched)];
          if (problems.length > 0) throw new Error(problems.join('\n'));
        } catch (error) {
          throw new Error([String(error), ...world.problems].join('\n'));
        } finally {
          await world.close();
        }
      },
    );
    const details = await fc.check(property, {
      numRuns: options.runs,
      seed: options.seed,
      interruptAfterTimeLimit: options.limitMilliseconds ?? 40_000,
      endOnFailure: false,
    });
    const error = details.failed ? details.errorInstance : null;
    const failure = details.failed
      ? `${error instanceof Error ? error.message : String(error)}\n${fc.defaultReportMessage(details) ?? ''}`
      : null;
    return { ...tally, failure };
  } finally {
    await store.close();
    await sandbox.close();
  }
}
