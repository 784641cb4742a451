import fc from 'fast-check';
import { expect, it } from 'vitest';
import { instantOf } from '../brand.ts';
import { basisPointsOf, minorOf } from '../exact.ts';
import { payoutOf } from './payout.ts';
import { payoutSchedules } from './terms.ts';

const period = { until: instantOf(Date.UTC(2026, 11, 1, 3)) };

it('keeps a share back, pays the rest on its day, and the share later', () => {
  const payout = { schedule: 'monthly' as const, days: 10, retention: basisPointsOf(150), retentionDays: 30 };
  expect(payoutOf(minorOf(100_001), payout, period, 'America/Sao_Paulo')).toEqual({
    retained: 1_500,
    payable: 98_501,
    dueAt: '2026-12-11T03:00:00.000Z',
    releasedAt: '2027-01-10T03:00:00.000Z',
  });
  expect(payoutOf(minorOf(100), { ...payout, schedule: 'after-delivery' }, period, 'UTC')).toMatchObject({
    dueAt: null,
    releasedAt: null,
  });
});

it('what is kept back and what is paid are the net, nothing is kept of a debt, and the share never comes before the rest', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -10_000_000, max: 10_000_000 }),
      fc.record({
        schedule: fc.constantFrom(...payoutSchedules),
        days: fc.nat(90),
        retention: fc.nat(10_000).map(basisPointsOf),
        retentionDays: fc.nat(365),
      }),
      fc.constantFrom('UTC', 'America/Sao_Paulo', 'Asia/Tokyo'),
      (net, payout, timeZone) => {
        const { retained, payable, dueAt, releasedAt } = payoutOf(minorOf(net), payout, period, timeZone);
        expect(retained + payable).toBe(net);
        expect(retained >= 0 && retained <= Math.max(net, 0)).toBe(true);
        if (net > 0 && payout.retention === 10_000) expect(payable).toBe(0);
        expect(dueAt === null).toBe(payout.schedule === 'after-delivery');
        if (dueAt !== null && releasedAt !== null) expect(releasedAt >= dueAt).toBe(true);
        expect(releasedAt !== null && retained === 0).toBe(false);
      },
    ),
  );
});
