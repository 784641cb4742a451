import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf } from '../brand.ts';
import { flowPage, happyPath, sellerPath, sellerStepOf, sellerWaysFrom, stepOf, waysFrom } from './diagram.ts';
import {
  eventTypes,
  type GuardValues,
  guards,
  marketplaceStates,
  marketplaceTable,
  sellerStates,
  sellerTable,
  step,
  terminalStates,
} from './flow.ts';
import {
  applyEvent,
  dutyOf,
  isSettledOrder,
  newOrder,
  type OrderEvent,
  type OrderFacts,
  statesAgree,
} from './order.ts';

const at = (minutes: number) => instantOf(Date.UTC(2026, 10, 25, 12, minutes));
const run = (facts: OrderFacts, ...events: readonly (Omit<OrderEvent, 'at'> & { at?: OrderEvent['at'] })[]) =>
  events.reduce(
    (all, event, index) => {
      const applied = applyEvent(all.facts, { at: at(index), ...event });
      return { facts: applied.facts, fits: [...all.fits, applied.fits] };
    },
    { facts, fits: [] as boolean[] },
  );

const placed = [{ type: 'simulation-agrees' }, { type: 'placement-sent' }, { type: 'placed' }] as const;
const authorised = [
  ...placed,
  { type: 'payment-approved', endsAt: at(30) },
  { type: 'authorisation-sent' },
  { type: 'authorised' },
] as const;

describe('the table', () => {
  it('is drawn in the docs as it is', () => {
    expect(readFileSync(join(import.meta.dirname, '../../../docs/order-flow.md'), 'utf8')).toBe(flowPage());
  });
  it('answers every event in every state, and moves only along its rows', () => {
    const values = fc.record(
      Object.fromEntries(guards.map((guard) => [guard, fc.boolean()])),
    ) as fc.Arbitrary<GuardValues>;
    fc.assert(
      fc.property(
        fc.constantFrom(...marketplaceStates),
        fc.constantFrom(...sellerStates),
        fc.constantFrom(...eventTypes),
        values,
        (marketplace, seller, event, guardValues) => {
          const one = step(marketplaceTable, marketplace, event, guardValues);
          const other = step(sellerTable, seller, event, guardValues);
          for (const { state, verdict, before } of [
            { ...one, before: marketplace },
            { ...other, before: seller },
          ]) {
            expect(verdict === 'moved').toBe(state !== before);
          }
          if (terminalStates.includes(marketplace)) expect(one.state).toBe(marketplace);
        },
      ),
      { numRuns: 2_000 },
    );
  });
  it('reaches every state from the first one', () => {
    for (const { table, first, states } of [
      { table: marketplaceTable, first: 'order-created', states: marketplaceStates },
      { table: sellerTable, first: 'not-placed', states: sellerStates },
    ]) {
      const reached = new Set<string>([first]);
      for (let size = 0; size !== reached.size; ) {
        size = reached.size;
        for (const { from, to } of table) if (to !== null && from.some((state) => reached.has(state))) reached.add(to);
      }
      expect([...reached].sort()).toEqual([...states].sort());
    }
  });
  it('has no row that an earlier one hides', () => {
    for (const table of [marketplaceTable, sellerTable]) {
      const seen = new Set<string>();
      for (const { from, on, when } of table)
        for (const state of from) {
          expect(seen.has(`${state} ${on}`), `${state} on ${on}`).toBe(false);
          expect(seen.has(`${state} ${on} ${when}`), `${state} on ${on} when ${when}`).toBe(false);
          seen.add(when === undefined ? `${state} ${on}` : `${state} ${on} ${when}`);
        }
    }
  });
  it('names every event somewhere', () => {
    const used = new Set<string>([...marketplaceTable, ...sellerTable].map(({ on }) => on));
    expect(eventTypes.filter((type) => !used.has(type))).toEqual([]);
  });
  it('draws every state at a step of the way, or as one that left it', () => {
    expect(happyPath.map(stepOf)).toEqual(happyPath.map((_, index) => index));
    expect(stepOf('canceled')).toBe(-1);
    expect(sellerPath.map(sellerStepOf)).toEqual(sellerPath.map((_, index) => index));
    expect(sellerStepOf('window-to-cancel')).toBe(sellerPath.indexOf('authorize-fulfillment'));
    expect(sellerStepOf('refused')).toBe(-1);
    expect(sellerWaysFrom('handling').map(({ to }) => to)).toEqual(
      expect.arrayContaining(['invoiced', 'partially-invoiced', 'canceled']),
    );
    expect(waysFrom('waiting-seller-handling').map(({ to }) => to)).toEqual(
      expect.arrayContaining(['invoiced', 'partially-invoiced', 'cancel', 'waiting-for-seller-decision']),
    );
    for (const state of terminalStates) expect(waysFrom(state)).toEqual([]);
  });
});

describe('an order', () => {
  it('goes from the cart to the door', () => {
    const { facts, fits } = run(
      newOrder(1_000),
      ...authorised,
      { type: 'handling-started' },
      { type: 'invoiced', amountMinor: 400 },
      { type: 'invoiced', amountMinor: 600 },
      { type: 'tracked' },
      { type: 'delivered' },
      { type: 'delivered' },
    );
    expect(fits).not.toContain(false);
    expect(facts).toMatchObject({ marketplace: 'delivered', seller: 'invoiced', packages: 2, packagesDelivered: 2 });
    expect(isSettledOrder(facts)).toBe(true);
  });
  it('takes payment before or after the seller’s reservation', () => {
    const before = run(newOrder(10), { type: 'payment-approved', endsAt: at(30) }, ...placed).facts;
    const after = run(newOrder(10), ...placed, { type: 'payment-approved', endsAt: at(30) }).facts;
    expect(before).toEqual(after);
    expect(dutyOf(after)).toBe('authorise');
  });
  it('is cancelled without asking inside the window, and by asking outside it', () => {
    const inside = run(newOrder(10), ...authorised, { type: 'cancel-requested', at: at(29) }).facts;
    expect(inside.marketplace).toBe('cancel');
    const outside = run(newOrder(10), ...authorised, { type: 'cancel-requested', at: at(30) }).facts;
    expect(outside.marketplace).toBe('waiting-for-seller-decision');
    expect(dutyOf(inside)).toBe('cancel');
    expect(dutyOf(outside)).toBe('cancel');
  });
  it('settles the race of invoice and cancellation by the stated rule', () => {
    const asked = run(
      newOrder(10),
      ...authorised,
      { type: 'cancel-requested', at: at(40) },
      { type: 'cancellation-sent' },
    );
    const invoiceFirst = run(
      asked.facts,
      { type: 'invoiced', amountMinor: 10, at: at(41) },
      { type: 'cancellation-confirmed', at: at(42) },
    );
    expect(invoiceFirst.facts).toMatchObject({ marketplace: 'invoiced', seller: 'invoiced' });
    expect(invoiceFirst.fits).toEqual([true, false]);
    const confirmedFirst = run(
      asked.facts,
      { type: 'cancellation-confirmed', at: at(41) },
      { type: 'invoiced', amountMinor: 10, at: at(42) },
    );
    expect(confirmedFirst.facts).toMatchObject({ marketplace: 'canceled', seller: 'canceled', invoicedMinor: 0 });
    expect(confirmedFirst.fits).toEqual([true, false]);
    const inside = run(
      newOrder(10),
      ...authorised,
      { type: 'cancel-requested', at: at(20) },
      { type: 'invoiced', amountMinor: 10, at: at(21) },
    );
    expect(inside.facts).toMatchObject({ marketplace: 'cancel', seller: 'invoiced', invoicedMinor: 0 });
    expect(inside.fits.at(-1)).toBe(false);
  });
  it('is never cancelled once partly invoiced, and can be changed until the sum matches', () => {
    const partly = run(newOrder(10), ...authorised, { type: 'invoiced', amountMinor: 4 }).facts;
    const refused = run(partly, { type: 'cancel-requested', at: at(5) });
    expect(refused.facts).toEqual(partly);
    expect(refused.fits).toEqual([false]);
    const changed = run(partly, { type: 'change-applied', totalMinor: 4 }).facts;
    expect(changed).toMatchObject({ marketplace: 'invoiced', seller: 'invoiced' });
  });
  it('moves to another seller inside the window and is over after it', () => {
    const canceled = run(newOrder(10), ...authorised, { type: 'seller-canceled', endsAt: at(60) }).facts;
    expect(canceled.marketplace).toBe('window-to-change-seller');
    expect(run(canceled, { type: 'seller-replaced' }).facts.marketplace).toBe('replaced');
    expect(run(canceled, { type: 'seller-window-closed' }).facts.marketplace).toBe('canceled');
  });
  it('cancels a reservation that was confirmed after the order was cancelled', () => {
    const late = run(
      newOrder(10),
      { type: 'simulation-agrees' },
      { type: 'placement-sent' },
      { type: 'cancel-requested' },
      { type: 'cancellation-evaluating' },
      { type: 'placed' },
    ).facts;
    expect(late).toMatchObject({ marketplace: 'canceled', seller: 'waiting-ffmt-authorization' });
    expect(dutyOf(late)).toBe('cancel');
    expect(statesAgree(late)).toBe(false);
  });
});
