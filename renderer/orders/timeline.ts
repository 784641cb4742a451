import type { OrderDetail } from '../../shared/contract/orders.ts';

type Event = OrderDetail['events'][number];
type Message = OrderDetail['messages'][number];

/** A line of an order's timeline: what happened, or what was said. */
export type TimelineEntry =
  | { readonly kind: 'event'; readonly key: string; readonly at: string; readonly event: Event }
  | { readonly kind: 'message'; readonly key: string; readonly at: string; readonly message: Message };

/**
 * Events and messages in one line, the newest first. A message that went well stands with the events that it brought; one that brought none (a
 * try that failed, a duplicate, a refused report) has a line of its own.
 */
export function timelineOf({ events, messages }: Pick<OrderDetail, 'events' | 'messages'>): TimelineEntry[] {
  const told = new Set(events.map(({ messageId }) => messageId));
  const own = messages.filter(({ id, status }) => !told.has(id) || status === null || status < 200 || status >= 300);
  const entries: TimelineEntry[] = [
    ...events.map((event) => ({ kind: 'event' as const, key: `event ${event.sequence}`, at: event.at, event })),
    ...own.map((message) => ({ kind: 'message' as const, key: `message ${message.id}`, at: message.at, message })),
  ];
  // at the same instant events keep their order, and what was said stands before what it led to
  const sequence = (entry: TimelineEntry) => (entry.kind === 'event' ? entry.event.sequence : -1);
  return entries.sort((one, other) =>
    one.at === other.at ? sequence(other) - sequence(one) : one.at < other.at ? 1 : -1,
  );
}
