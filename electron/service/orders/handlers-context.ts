import type { ServiceContext } from '../context.ts';
import type { OrderDesk } from './desk.ts';

/** What handlers of orders may use. */
export interface OrderHandlersContext extends ServiceContext {
  readonly desk: OrderDesk;
  readonly sealer: { unseal(sealed: string): string | null };
  readonly onOrdersChanged: (orderIds: readonly number[]) => void;
}
