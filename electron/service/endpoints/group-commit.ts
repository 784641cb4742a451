/**
 * Gathers what arrives together into one commit: a disk sync costs the same for one row as for a thousand. Commits follow
 * one another, so the order of arrival is the order on disk; what arrives during one goes into the next.
 */
export interface GroupCommit<Item> {
  /** Resolves when the commit that holds the item has; rejects when that commit failed or took too long, or with {@link Overloaded}. */
  add(item: Item): Promise<void>;
  /** How many wait, those under way included. */
  readonly pending: number;
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
  readonly since: number;
  resolve(): void;
  reject(cause: unknown): void;
}

export interface GroupCommitOptions {
  /** Milliseconds the first of a group waits for others, after a pause. */
  readonly windowMs: number;
  /** Items of one commit at most. */
  readonly mostTogether: number;
  /** Items that may wait. */
  readonly mostPending: number;
  /** Milliseconds after which one that waits is given up. Its commit may still succeed; nobody is told. */
  readonly limitMs: number;
}

export function createGroupCommit<Item>(
  commit: (items: readonly Item[]) => Promise<void>,
  options: GroupCommitOptions,
): GroupCommit<Item> {
  let waiting: Waiter<Item>[] = [];
  let underWay: readonly Waiter<Item>[] = [];
  let running: Promise<void> | null = null;
  /** Milliseconds a commit of a full group takes, as lately measured. */
  let lately = options.windowMs;
  let watch: NodeJS.Timeout | null = null;

  /** One timer for all: gives up what has waited too long, then looks again while anything waits. */
  function watchLate(): void {
    watch ??= setTimeout(
      () => {
        watch = null;
        const before = performance.now() - options.limitMs;
        const late = new Error(`not written within ${options.limitMs} ms`);
        // a promise that is settled already ignores this
        for (const waiter of [...underWay, ...waiting]) if (waiter.since <= before) waiter.reject(late);
        waiting = waiting.filter((waiter) => waiter.since > before);
        if (waiting.length + underWay.length > 0) watchLate();
      },
      Math.max(10, options.limitMs / 4),
    );
  }

  async function run(): Promise<void> {
    // after a commit there is nothing to wait for: its time was the window
    await new Promise<void>((done) => setTimeout(done, options.windowMs));
    while (waiting.length > 0) {
      const group = waiting.splice(0, options.mostTogether);
      underWay = group;
      const started = performance.now();
      try {
        await commit(group.map(({ item }) => item));
        for (const { resolve } of group) resolve();
      } catch (cause) {
        for (const { reject } of group) reject(cause);
      }
      underWay = [];
      lately = lately * 0.8 + (performance.now() - started) * 0.2;
    }
    running = null;
    if (watch !== null) clearTimeout(watch);
    watch = null;
  }

  return {
    add(item) {
      const pending = waiting.length + underWay.length;
      if (pending >= options.mostPending) {
        return Promise.reject(new Overloaded(lately * Math.ceil(pending / options.mostTogether)));
      }
      return new Promise((resolve, reject) => {
        waiting.push({ item, since: performance.now(), resolve, reject });
        running ??= run();
        watchLate();
      });
    },
    get pending() {
      return waiting.length + underWay.length;
    },
    async drained() {
      while (running !== null) await running;
    },
  };
}
