import { describe, expect, it } from 'vitest';
import type { OrderDetail } from '../../shared/contract/orders.ts';
import { instantOf } from '../../shared/domain/brand.ts';
import { timelineOf } from './timeline.ts';

const at = (second: number) => instantOf(Date.UTC(2026, 10, 25, 12, 0, second));
const event = (sequence: number, second: number, messageId: number | null): OrderDetail['events'][number] => ({
  sequence,
  type: 'placed',
  at: at(second),
  source: 'seller',
  author: null,
  fits: true,
  seen: false,
  from: 'order-created',
  to: 'order-created',
  sellerFrom: 'not-placed',
  sellerTo: 'not-placed',
  details: {},
  messageId,
});
const message = (id: number, second: number, status: number | null): OrderDetail['messages'][number] => ({
  id,
  at: at(second),
  direction: 'out',
  peer: 's',
  call: 'POST /pvt/orders',
  status,
  isSealed: true,
});

describe('the timeline of an order', () => {
  it('shows what failed, came twice or was refused between what happened, the newest first', () => {
    const entries = timelineOf({
      events: [event(3, 9, 13), event(2, 3, 11), event(1, 1, null)],
      messages: [message(14, 10, 200), message(13, 9, 200), message(12, 5, null), message(11, 3, 400)],
    });
    expect(entries.map(({ key }) => key)).toEqual([
      'message 14', // a duplicate
      'event 3',
      'message 12', // without an answer
      'event 2',
      'message 11', // refused, with what it led to
      'event 1',
    ]);
  });
  it('keeps the order of events of one instant', () => {
    const keys = timelineOf({ events: [event(3, 1, null), event(2, 1, null)], messages: [message(1, 1, 503)] });
    expect(keys.map(({ key }) => key)).toEqual(['event 3', 'event 2', 'message 1']);
  });
});
