import type { EventType } from '../../../shared/domain/orders/flow.ts';
import type { IncomingEvent } from './apply.ts';
import type { ChangeAnswer, TaskOutcome } from './task-writes.ts';

/** What came of a task: what becomes of it, and what it means for the order. */
export interface Result {
  readonly outcome: TaskOutcome;
  readonly events?: readonly { type: EventType; details?: IncomingEvent['details'] }[];
  readonly sellerOrderId?: string | null;
  readonly simulated?: readonly { position: number; price: number | null; freight: number | null; stock: number }[];
  readonly said?: unknown;
  readonly changeStep?: ChangeAnswer | null;
}
