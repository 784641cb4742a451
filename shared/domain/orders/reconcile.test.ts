import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf } from '../brand.ts';
import { marketplaceStates, sellerStates } from './flow.ts';
import { applyEvent, newOrder, type OrderFacts } from './order.ts';
import { findingOf } from './reconcile.ts';

const facts = (over: Partial<OrderFacts>): OrderFacts => ({ ...newOrder(100), ...over });

describe('what a store says of an order', () => {
  it('makes up for news that got lost', () => {
    const waiting = facts({ marketplace: 'waiting-for-authorization', seller: 'on-order-completed-ffm' });
    expect(findingOf(waiting, 'waiting-ffmt-authorization')).toEqual({ kind: 'missed', event: 'placed' });
    const handed = facts({ marketplace: 'payment-approved', seller: 'authorize-fulfillment' });
    expect(findingOf(handed, 'ready-for-handling')).toEqual({ kind: 'missed', event: 'authorised' });
    const going = facts({ marketplace: 'waiting-seller-handling', seller: 'ready-for-handling' });
    expect(findingOf(going, 'canceled')).toEqual({ kind: 'missed', event: 'seller-canceled' });
    const asked = facts({ marketplace: 'waiting-for-seller-decision', seller: 'cancellation-requested' });
    expect(findingOf(asked, 'canceled')).toEqual({ kind: 'missed', event: 'cancellation-confirmed' });
  });
  it('is raised when no news explains it', () => {
    const going = facts({ marketplace: 'waiting-seller-handling', seller: 'handling' });
    expect(findingOf(going, 'invoiced')).toEqual({ kind: 'disagrees', why: 'invoiced-without-invoice' });
    expect(findingOf(going, null)).toEqual({ kind: 'disagrees', why: 'unknown-there' });
    expect(findingOf(facts({ seller: 'placing' }), null)).toEqual({ kind: 'agrees' });
  });
  it('never makes up an event that the seller’s view cannot take', () => {
    const statuses = [
      'waiting-for-manual-authorization',
      'order-accepted',
      'waiting-ffmt-authorization',
      'ready-for-handling',
      'handling',
      'canceled',
      'invoiced',
      'anything',
      null,
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...marketplaceStates),
        fc.constantFrom(...sellerStates),
        fc.constantFrom(...statuses),
        (marketplace, seller, status) => {
          const before = facts({ marketplace, seller });
          const finding = findingOf(before, status);
          if (finding.kind !== 'missed') return;
          const applied = applyEvent(before, { type: finding.event, at: instantOf(0) });
          expect(applied.seller, `${finding.event} at ${seller}`).not.toBe('misfit');
        },
      ),
    );
  });
});
