/**
 * Gathers what arrives together into one commit: a disk sync costs the same for one row as for a thousand. Commits follow
 * one another, so the order of arrival is the order on disk; what arrives during one goes into the next.
 */
export interface GroupCommit<Item> {
  /**
   * Resolves when the commit that holds the item has; rejects when it failed or took too long, or with {@link Overloaded}. A commit that
   * fails is made again in parts, down to one item: one that cannot be written refuses no other.
   */
  add(item: Item): Promise<void>;
  /** How many wait, those under way included, and how many bytes they hold. */
  readonly pending: number;
  readonly pendingBytes: number;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
}

/** Too many wait already. */
export class Overloaded extends Error {
  /** Milliseconds after which those that wait now should be written, as the last commits went. */
  readonly waitMs: number;
  constructor(waitMs: number) {
    super('too many notifications wait to be written');
    this.name = 'Overloaded';
    this.waitMs = waitMs;
  }
}

interface Waiter<Item> {
  readonly item: Item;
  readonly bytes: number;
  readonly since: number;
  resolve(): void;
  reject(cause: unknown): void;
}

export interface GroupCommitOptions {
  /** Milliseconds the first of a group waits for others, after a pause. */
  readonly windowMs: number;
  /**
   * As many are not made to wait for the window: while they are written, those behind them are read. Not on a slow disk, where each commit counts.
   */
  readonly enough?: number;
  /**
   * A commit that fails is made again in halves, so that only what cannot be written is refused. Where a failure may mean that it was done after all,
   * halves would do it twice.
   */
  readonly splits?: boolean;
  /** Items of one commit at most. */
  readonly mostTogether: number;
  /** Items that may wait, and their bytes: a thousand offers of a megabyte are too many long before a thousand prices are. */
  readonly mostPending: number;
  readonly mostBytes: number;
  /** Milliseconds after which one that waits is given up. Its commit may still succeed; nobody is told. */
  readonly limitMs: number;
}

/** Bytes of one commit at most, unless one item alone has more: its rows are handed from thread to thread as a whole. */
const mostBytesTogether = 4 * 1_024 * 1_024;

/** Milliseconds: where commits take longer, they are made as few as possible. */
const slowDisk = 8;

/** @param bytesOf what an item holds in memory, about */
export function createGroupCommit<Item>(
  commit: (items: readonly Item[]) => Promise<void>,
  bytesOf: (item: Item) => number,
  options: GroupCommitOptions,
): GroupCommit<Item> {
  let waiting: Waiter<Item>[] = [];
  let underWay: readonly Waiter<Item>[] = [];
  let running: Promise<void> | null = null;
  /** Milliseconds a commit of a full group takes, as lately measured. */
  let lately = options.windowMs;
  let watch: NodeJS.Timeout | null = null;
  let window: NodeJS.Timeout | null = null;
  const whenDrained: (() => void)[] = [];
  let bytesWaiting = 0;
  let bytesUnderWay = 0;

  const late = () => new Error(`not written within ${options.limitMs} ms`);

  /** One timer for all: gives up what has waited too long, then looks again while anything waits. */
  function watchLate(): void {
    watch ??= setTimeout(
      () => {
        watch = null;
        const before = performance.now() - options.limitMs;
        // a promise that is settled already ignores this
        for (const waiter of [...underWay, ...waiting]) if (waiter.since <= before) waiter.reject(late());
        waiting = waiting.filter((waiter) => waiter.since > before);
        bytesWaiting = waiting.reduce((sum, { bytes }) => sum + bytes, 0);
        if (waiting.length + underWay.length > 0) watchLate();
      },
      Math.max(10, options.limitMs / 4),
    );
  }

  function takeGroup(): Waiter<Item>[] {
    let count = 0;
    let bytes = 0;
    for (const waiter of waiting) {
      if (count === options.mostTogether || (count > 0 && bytes + waiter.bytes > mostBytesTogether)) break;
      count++;
      bytes += waiter.bytes;
    }
    bytesWaiting -= bytes;
    bytesUnderWay = bytes;
    return waiting.splice(0, count);
  }

  /** Commits, in halves where the whole fails and that is safe. The order of arrival is kept. */
  async function commitOf(all: readonly Waiter<Item>[]): Promise<void> {
    const before = performance.now() - options.limitMs;
    // who was given up has been told so, and sends again
    const group = all.filter(({ since }) => since > before);
    for (const { since, reject } of all) if (since <= before) reject(late());
    if (group.length === 0) return;
    try {
      await commit(group.map(({ item }) => item));
      for (const { resolve } of group) resolve();
    } catch (cause) {
      const isLate = performance.now() - (group[0]?.since ?? 0) > options.limitMs;
      // nobody waits for what is late, and a database that is shut or full is not asked once for each
      if (group.length === 1 || isLate || options.splits !== true) {
        for (const { reject } of group) reject(cause);
        return;
      }
      const middle = Math.ceil(group.length / 2);
      await commitOf(group.slice(0, middle));
      await commitOf(group.slice(middle));
    }
  }

  /** One commit after another while anything waits. */
  async function run(): Promise<void> {
    if (window !== null) clearTimeout(window);
    window = null;
    // after a commit there is nothing to wait for: its time was the window
    while (waiting.length > 0) {
      const group = takeGroup();
      underWay = group;
      const started = performance.now();
      await commitOf(group);
      underWay = [];
      bytesUnderWay = 0;
      lately = lately * 0.8 + (performance.now() - started) * 0.2;
    }
    running = null;
    if (watch !== null) clearTimeout(watch);
    watch = null;
    for (const done of whenDrained.splice(0)) done();
  }

  /** After one was added. */
  function begin(): void {
    if (running !== null) return;
    if (waiting.length >= (options.enough ?? Number.POSITIVE_INFINITY) && lately < slowDisk) running = run();
    else
      window ??= setTimeout(() => {
        window = null;
        if (waiting.length > 0) running = run();
        else for (const done of whenDrained.splice(0)) done();
      }, options.windowMs);
  }

  return {
    add(item) {
      const pending = waiting.length + underWay.length;
      const bytes = bytesOf(item);
      const held = bytesWaiting + bytesUnderWay;
      if (pending >= options.mostPending || (held > 0 && held + bytes > options.mostBytes)) {
        return Promise.reject(new Overloaded(lately * Math.ceil(pending / options.mostTogether)));
      }
      return new Promise((resolve, reject) => {
        waiting.push({ item, bytes, since: performance.now(), resolve, reject });
        bytesWaiting += bytes;
        watchLate();
        begin();
      });
    },
    get pending() {
      return waiting.length + underWay.length;
    },
    get pendingBytes() {
      return bytesWaiting + bytesUnderWay;
    },
    drained() {
      if (running === null && window === null) return Promise.resolve();
      return new Promise((done) => whenDrained.push(done));
    },
  };
}
