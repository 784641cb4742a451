import type { ResultMessage } from '../stream/statements.ts';
import type { Outcome } from './outbox-writes.ts';

/** Where several desks run one workspace: who does what has to be done once, and how the others learn of it. */
export interface SharedWork {
  /** Whether this desk asks sellers and passes on what they notified. */
  readonly isLeading: boolean;
  /** A seller answered, or cannot be. Resolves once every desk can know and this one does; false: another one leads now. */
  answered(result: Omit<ResultMessage, 'fence'>): Promise<boolean>;
  /** The marketplace was told, or refused, by the key of the outbox's entry. The same. */
  settled(key: string, outcome: Outcome): Promise<boolean>;
}
