/** Orders that the backend's own storefront sells: taken from its feed and hook, and by a sweep. */
import { z } from 'zod';
import { instant } from './core.ts';
import { command, query } from './method.ts';

const intakeProblem = z.object({
  orderId: z.string(),
  /** The backend's word. */
  status: z.string(),
  at: instant,
  source: z.enum(['feed', 'hook', 'sweep']),
  problem: z.string(),
});
export type IntakeProblem = z.infer<typeof intakeProblem>;

const intake = z.object({
  /** Whether a backend is connected that could be asked. */
  isConnected: z.boolean(),
  isOn: z.boolean(),
  /** `other`: the backend calls somebody else, who is left alone. */
  hook: z.enum(['off', 'set', 'other']),
  /** When the feed was last read, and until when orders were swept; null: not yet. */
  feedAt: instant.nullable(),
  sweptUntil: instant.nullable(),
  taken: z.int(),
  /** Handled without us. */
  elsewhere: z.int(),
  waiting: z.int(),
  /** What keeps the feed or the sweep from being read. */
  trouble: z.string().nullable(),
  problems: z.array(intakeProblem),
});
export type Intake = z.infer<typeof intake>;

export const orderIntakeMethods = {
  'orders.intake': query(z.object({}), intake),
  /** Begins or ends taking orders; with `hook` the backend is also asked to call, where it calls nobody else yet. */
  'orders.setIntake': command('settings', z.object({ isOn: z.boolean(), hook: z.boolean() }), intake),
  /** Tries again to take an order that could not be. */
  'orders.takeAgain': command('orders', z.object({ orderId: z.string().min(1).max(200) }), intake),
};
