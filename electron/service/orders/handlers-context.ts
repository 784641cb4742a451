import type { ServiceContext } from '../context.ts';
import type { OrderDesk } from './desk.ts';
import type { OrderIntake } from './intake.ts';

/** What handlers of orders may use. */
export interface OrderHandlersContext extends ServiceContext {
  readonly desk: OrderDesk;
  readonly intake: OrderIntake;
  readonly sealer: { unseal(sealed: string): string | null };
  readonly onOrdersChanged: (orderIds: readonly number[]) => void;
}
