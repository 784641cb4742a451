import { z } from 'zod';
import { operator, viewId } from './core.ts';
import { status } from './workspace.ts';

/** What the service tells every window. Events broadcast state; they never drive a flow. */
export const events = {
  /** Connection, synchronisation, outbox and endpoints; at most a few times a second. */
  'status.changed': status,
  /** A view has been evaluated further, or whole. */
  'view.progress': z.object({ viewId, count: z.int(), complete: z.boolean() }),
  /** Rows changed in place; positions in open views stay. `ids` null: many. */
  'rows.changed': z.object({
    list: z.enum(['offers', 'bindings', 'skus', 'sellers', 'orders', 'notifications']),
    ids: z.array(z.int()).nullable(),
  }),
  /** Rows came or went, so an open view may be stale; the screen offers to refresh. */
  'list.changed': z.object({
    list: z.enum([
      'offers',
      'bindings',
      'skus',
      'sellers',
      'mapping',
      'matching',
      'commissions',
      'payments',
      'agreements',
      'orders',
      'notifications',
    ]),
  }),
  /** Somebody was added, or may do something else now. */
  'operators.changed': z.object({ operators: z.array(operator) }),
  /** Another profile was opened: start over. */
  'profile.changed': z.object({}),
};
export type EventName = keyof typeof events;
export type EventPayload<Name extends EventName> = z.infer<(typeof events)[Name]>;
