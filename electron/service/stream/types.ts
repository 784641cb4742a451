/**
 * What lies between the processes of one workspace: messages that are durable once published, followed in order by cursor, and a
 * lease that one process holds at a time. Two engines: SQLite, for one machine, and NATS JetStream, for several.
 */
export const subjects = ['inbox', 'result', 'settled', 'lead'] as const;

export interface StreamMessage {
  /** Published twice under one id, it is in the stream once. */
  readonly id: string;
  /** What it is about: of two with the same key, the one that was published first is first in the stream. */
  readonly key: string;
  readonly subject: (typeof subjects)[number];
  /** JSON. */
  readonly body: string;
}

export interface Delivered extends Omit<StreamMessage, 'key'> {
  /** Its place: rising, not without gaps. */
  readonly sequence: number;
}

export interface Follow {
  /** The last that was applied, 0 for none: the follower's own cursor, kept with what it applies. */
  readonly after: number;
  /**
   * Called with the next ones in order, one call after another; what it throws ends the following. A follower that was away for
   * longer than the stream keeps messages is told so by `missed`.
   */
  readonly onMessages: (batch: readonly Delivered[], missed: boolean) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface Lease {
  /** Rises with each holder: what carries a lower one comes from a holder that was replaced. */
  readonly fence: number;
  /** Aborted as soon as it is not sure any more that the lease is held. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface MessageStream {
  /** Tells this stream from one of the same name that was made later, when its places begin anew. */
  readonly incarnation: string;
  /**
   * Resolves once all are durable; those of one key in this order.
   * @throws when it is not known whether they are: publish them again
   */
  publish(messages: readonly StreamMessage[]): Promise<void>;
  /** The last place that is taken. @throws when it cannot be told now */
  last(): Promise<number>;
  /** Follows until aborted; reconnects by itself. */
  follow(options: Follow): Promise<void>;
  /** The lease, when nobody else holds it. It is renewed until released, lost or the process ends. */
  acquire(name: string, holder: string): Promise<Lease | null>;
  close(): Promise<void>;
}

export interface StreamOptions {
  /** Milliseconds that a lease outlives its holder. */
  readonly leaseMs: number;
  /** Messages handed on together at most. */
  readonly mostTogether: number;
  /** Milliseconds that messages are kept. */
  readonly keptMs: number;
}

export const streamDefaults: StreamOptions = { leaseMs: 10_000, mostTogether: 500, keptMs: 14 * 86_400_000 };
