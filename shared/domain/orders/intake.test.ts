import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf, halves, indexLag, intakeActs, intakeOf, listReach, sweepSpan } from './intake.ts';

const here = (payment: 'pending' | 'approved' | 'denied', isCanceled = false) => ({
  payment,
  isCanceled,
  isGoing: !isCanceled,
});

describe('an order of the backend', () => {
  it('is handed over until it is handled there, and paid and cancelled here as it is there', () => {
    expect(intakeOf('payment-pending', null)).toBe('hand-over');
    expect(intakeOf('payment-approved', null)).toBe('hand-over-paid');
    expect(intakeOf('handling', null)).toBe('elsewhere');
    expect(intakeOf('canceled', null)).toBe('nothing');
    expect(intakeOf('payment-approved', here('pending'))).toBe('pay');
    expect(intakeOf('invoiced', here('pending'))).toBe('pay');
    expect(intakeOf('payment-approved', here('approved'))).toBe('nothing');
    expect(intakeOf('request-cancel', here('approved'))).toBe('cancel');
    expect(intakeOf('canceled', here('approved', true))).toBe('nothing');
    expect(intakeOf('payment-approved', here('approved', true))).toBe('raise');
    expect(intakeOf('something-new', here('approved'))).toBe('nothing');
  });
  it('is raised where it is invoiced there and not here, and each difference says which it is', () => {
    expect(intakeOf('invoiced', here('approved'))).toBe('raise');
    expect(intakeOf('invoiced', { ...here('approved'), isGoing: false })).toBe('nothing');
    expect(differenceOf('handling', { isCanceled: true, isGoing: false })).toContain('here it is cancelled');
    expect(differenceOf('invoiced', { isCanceled: false, isGoing: true })).toContain('has not invoiced');
    expect(differenceOf('handling', { isCanceled: false, isGoing: false })).toContain('Bring it up to date there');
  });
  it('is never handed over twice, nor anything but handed over while nobody knows it', () => {
    const statuses = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'order-created',
        'payment-pending',
        'payment-approved',
        'handling',
        'invoiced',
        'canceled',
        'cancel',
      ),
    );
    const known = fc.option(
      fc.record({
        payment: fc.constantFrom('pending', 'approved', 'denied'),
        isCanceled: fc.boolean(),
        isGoing: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(statuses, known, (status, facts) => {
        const act = intakeOf(status, facts);
        expect(intakeActs).toContain(act);
        const isNew = act === 'hand-over' || act === 'hand-over-paid' || act === 'elsewhere';
        if (facts !== null) expect(isNew).toBe(false);
        else expect(isNew || act === 'nothing').toBe(true);
      }),
    );
  });
});

describe('a sweep', () => {
  const now = Date.UTC(2026, 10, 25);
  it('looks again at what the index may not have had, at open orders, and never further than the list reaches', () => {
    expect(sweepSpan(now, now - 1_000, null)).toEqual({ from: now - 1_000 - indexLag, until: now });
    expect(sweepSpan(now, now - 1_000, now - 86_400_000)).toEqual({ from: now - 86_400_000, until: now });
    expect(sweepSpan(now, now, 0).from).toBe(now - listReach);
  });
  it('halves without a gap and without an overlap', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1_000_000), (from, length) => {
        const span = { from, until: from + length };
        const parts = halves(span);
        if (parts === null) {
          expect(length).toBe(0);
          return;
        }
        const [one, other] = parts;
        expect(one.from).toBe(from);
        expect(other.until).toBe(span.until);
        expect(other.from).toBe(one.until + 1);
        expect(one.until).toBeGreaterThanOrEqual(one.from);
        expect(other.until).toBeGreaterThanOrEqual(other.from);
      }),
    );
  });
});
