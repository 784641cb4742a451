import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf } from './brand.ts';
import { expiringBefore, offerExpiry, receivedUntil } from './offer-expiry.ts';
import { type WindowRule, windowUnits } from './orders/windows.ts';

const at = Date.UTC(2026, 10, 25, 12);
const calendar = { timeZone: 'America/Sao_Paulo', holidays: ['2026-12-25'] };
const rule = (over: Partial<WindowRule>): WindowRule => ({
  kind: 'suggestion-expiry',
  scope: 'marketplace',
  scopeId: '',
  length: { amount: 10, unit: 'days' },
  ...calendar,
  ...over,
});
const day = 86_400_000;

describe('a waiting offer expires', () => {
  it('after thirty days, unless the marketplace, its category or its seller say otherwise', () => {
    const rules = [
      rule({}),
      rule({ scope: 'category', scopeId: '7', length: { amount: 5, unit: 'days' } }),
      rule({ scope: 'seller', scopeId: 'a', length: { amount: 2, unit: 'hours' } }),
      // another window, and a channel that no offer has
      rule({ kind: 'change', length: { amount: 1, unit: 'minutes' } }),
      rule({ scope: 'channel', scopeId: '1', length: { amount: 1, unit: 'minutes' } }),
    ];
    const expiry = (of: readonly WindowRule[], sellerId: string, categoryIds: string[]) =>
      Date.parse(offerExpiry(of, { sellerId, categoryIds }, instantOf(at), calendar)) - at;
    expect(expiry([], 'b', [])).toBe(30 * day); // of its latest version
    expect(expiry(rules, 'b', ['9'])).toBe(10 * day);
    expect(expiry(rules, 'b', ['8', '7'])).toBe(5 * day);
    expect(expiry(rules, 'a', ['7'])).toBe(7_200_000);
  });
  it('soon within three days, the same for an hour', () => {
    expect(expiringBefore(at)).toBe(instantOf(at + 3 * day));
    expect(expiringBefore(at + 1)).toBe(expiringBefore(at + 3_600_000));
  });
  it('by an instant exactly when it came by another', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.constantFrom(...windowUnits),
        fc.integer({ min: 0, max: 90 * day }),
        (amount, unit, offset) => {
          const of = rule({ length: { amount, unit } });
          const before = instantOf(at + offset);
          const until = receivedUntil(of, before, calendar);
          const ends = (received: number) =>
            offerExpiry([of], { sellerId: '', categoryIds: [] }, instantOf(received), calendar);
          expect(ends(Date.parse(until)) <= before).toBe(true);
          expect(ends(Date.parse(until) + 1) > before).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
    expect(receivedUntil(null, instantOf(at), calendar)).toBe(instantOf(at - 30 * day));
  });
});
