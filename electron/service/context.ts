import type { Status } from '../../shared/contract/workspace.ts';
import type { ServiceDatabase } from './database/threads.ts';
import type { Events } from './events.ts';
import type { MatchingHost } from './matching/host.ts';
import type { Backend } from './protocol/backend.ts';
import type { Egress } from './protocol/egress.ts';
import type { SecretStore } from './secrets.ts';

/** Writes one line to the log; facts never hold a secret or a buyer's name. */
export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  facts?: Readonly<Record<string, string | number | boolean | null>>,
) => void;

/** The clock and other sources of the unrepeatable, injected once. */
export interface Ambient {
  /** Milliseconds since the epoch. */
  now(): number;
  random(): number;
  uuid(): string;
}

/** What the synchronisation engine offers to the handlers. */
export interface SyncControl {
  status(): Status;
  pause(): void;
  resume(): void;
  /** Starts a pull now. */
  pullNow(): void;
  /** A decision was recorded: look at the outbox now, not at the next tick. */
  wakeOutbox(): void;
  /** A notification was appended. */
  wakeInbox(): void;
  /** Resolves when the matcher knows the whole cached catalogue: what it says before would be wrong. */
  matcherReady(): Promise<void>;
  /** Sellers that are not asked after failures, and until when: milliseconds since the epoch. */
  leftAlone(): ReadonlyMap<string, number>;
  /** Asks a seller for one SKU, for a seller that tests its integration; says what came of it. */
  trySimulation(sellerId: string, sellerSkuId: string): Promise<{ passed: boolean; message: string }>;
  /** Simulates one binding now, for a person who waits. */
  refreshBinding(bindingId: number): Promise<void>;
  stop(): Promise<void>;
}

/** A seller whose notifications are taken and not handled. */
export interface Pause {
  readonly sellerId: string;
  readonly at: string;
  readonly author: string;
  readonly reason: string;
}

/** What several processes of one workspace share besides notifications. */
export interface Membership {
  /** Whether this desk does what is done once for all of them. */
  readonly isLeading: boolean;
  /** @throws BinderyError when the others cannot be told now: before anything is changed here */
  mustReach(): void;
  /** Tells the others of a seller's credentials as they are here. @throws BinderyError when they cannot be told */
  shareCredentials(sellerId: string): Promise<void>;
  /** Null: no longer. @throws BinderyError when they cannot be told */
  sharePause(sellerId: string, pause: Pause | null): Promise<void>;
}

/** Everything a handler may use. */
export interface ServiceContext {
  readonly database: ServiceDatabase;
  readonly matching: MatchingHost;
  readonly backend: Backend | null;
  readonly sync: SyncControl;
  readonly events: Events;
  readonly egress: Egress;
  readonly secrets: SecretStore;
  readonly ambient: Ambient;
  readonly log: Log;
  /** Where several processes run the workspace: what they share. Null: this one is alone. */
  readonly member: Membership | null;
  /** Milliseconds a decision is held. */
  holdMilliseconds(): Promise<number>;
}
