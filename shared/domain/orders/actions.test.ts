import { expect, it } from 'vitest';
import { instantOf } from '../brand.ts';
import { openActions, orderActions } from './actions.ts';

const end = Date.UTC(2026, 10, 25, 12);

it('takes away what a closed window does not allow, at its end and not before', () => {
  const windows = {
    state: 'window-to-change-seller',
    changeEndsAt: instantOf(end),
    changeSellerEndsAt: instantOf(end),
  } as const;
  expect(openActions(orderActions, windows, end - 1)).toEqual([...orderActions]);
  expect(openActions(orderActions, windows, end)).toEqual(['cancel', 'accept-divergence', 'retry', 'seen', 'settle']);
});

it('lets an order whose seller has not cancelled move without a window', () => {
  const windows = { state: 'placement-failed', changeEndsAt: null, changeSellerEndsAt: instantOf(end) } as const;
  expect(openActions(['change', 'change-seller'], windows, end + 1)).toEqual(['change', 'change-seller']);
});
