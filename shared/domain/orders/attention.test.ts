import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf } from '../brand.ts';
import {
  type Attention,
  attentions,
  attentionsOf,
  clockEvents,
  closingSoon,
  maskOf,
  settleTime,
  type WatchedOrder,
  watch,
} from './attention.ts';
import { newOrder, type OrderFacts } from './order.ts';

const noon = Date.UTC(2026, 10, 25, 12);
const watched = (facts: Partial<OrderFacts>, rest: Partial<WatchedOrder> = {}): WatchedOrder => ({
  facts: { ...newOrder(100), ...facts },
  stateSince: instantOf(noon),
  shipBy: null,
  deliverBy: null,
  authoriseBy: null,
  stopped: false,
  unseenMisfit: false,
  invoiceMismatch: false,
  storeDisagrees: false,
  settledByHand: false,
  changeWaiting: false,
  changeSince: null,
  ...rest,
});

describe('the watch over an order', () => {
  it.each<[string, WatchedOrder, Attention]>([
    ['refused by the seller', watched({ marketplace: 'placement-failed', seller: 'refused' }), 'integration-failed'],
    ['a price that differs', watched({ marketplace: 'divergence-waiting' }), 'divergence'],
    [
      'a cancellation the seller decides',
      watched({ marketplace: 'waiting-for-seller-decision', seller: 'cancellation-requested' }),
      'cancellation-asked',
    ],
    ['an event that did not fit', watched({}, { unseenMisfit: true }), 'misfit'],
    [
      'the seller cancelled',
      watched({ marketplace: 'window-to-change-seller', seller: 'canceled' }),
      'seller-canceled',
    ],
  ])('%s needs a person at once', (_name, order, attention) => {
    expect(watch(order, noon).attention).toContain(attention);
  });
  it('tells of lateness at its very instant, and when to look', () => {
    const shipBy = instantOf(noon + 60_000);
    const order = watched({ marketplace: 'waiting-seller-handling', seller: 'handling' }, { shipBy });
    expect(watch(order, noon)).toEqual({ attention: [], lookAgainAt: noon + 60_000 });
    expect(watch(order, noon + 60_000).attention).toEqual(['late-to-ship']);
  });
  it('warns of a window that closes, and closes it', () => {
    const end = noon + 10 * 3_600_000;
    const facts = {
      marketplace: 'window-to-change-seller',
      seller: 'canceled',
      changeSellerEndsAt: instantOf(end),
    } as const;
    expect(watch(watched(facts), noon).lookAgainAt).toBe(end - closingSoon);
    expect(watch(watched(facts), end - closingSoon).attention).toContain('window-closing');
    expect(clockEvents({ ...newOrder(1), ...facts }, instantOf(end - 1))).toEqual([]);
    expect(clockEvents({ ...newOrder(1), ...facts }, instantOf(end))).toEqual(['seller-window-closed']);
  });
  it('gives news time to travel before the two views are called at odds', () => {
    const order = watched({ marketplace: 'canceled', seller: 'invoiced' });
    expect(watch(order, noon).attention).toEqual([]);
    expect(watch(order, noon + settleTime).attention).toEqual(['states-disagree']);
  });
  it('keeps a set of reasons in one number', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...attentions)), (set) => {
        expect(attentionsOf(maskOf(set))).toEqual(attentions.filter((attention) => set.includes(attention)));
      }),
    );
  });
});
