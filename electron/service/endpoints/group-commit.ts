/**
 * Gathers what arrives together into one commit: a disk sync costs the same for one row as for a thousand. Commits follow
 * one another, so the order of arrival is the order on disk; what arrives during one goes into the next.
 */
export interface GroupCommit<Item> {
  /** Resolves when the commit that holds the item has; rejects when that commit failed, or with {@link Overloaded}. */
  add(item: Item): Promise<void>;
  /** How many wait, those under way included. */
  readonly pending: number;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
}

/** Too many wait already. */
export class Overloaded extends Error {
  constructor() {
    super('too many notifications wait to be written');
    this.name = 'Overloaded';
  }
}

interface Waiter<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

export interface GroupCommitOptions {
  /** Milliseconds the first of a group waits for others. */
  readonly windowMs: number;
  /** Items of one commit at most. */
  readonly mostTogether: number;
  /** Items that may wait. */
  readonly mostPending: number;
}

export function createGroupCommit<Item>(
  commit: (items: readonly Item[]) => Promise<void>,
  options: GroupCommitOptions,
): GroupCommit<Item> {
  let waiting: Waiter<Item>[] = [];
  let underWay = 0;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      // after a commit there is nothing to wait for: its time was the window
      if (underWay === 0) await new Promise<void>((done) => setTimeout(done, options.windowMs));
      const group = waiting.slice(0, options.mostTogether);
      waiting = waiting.slice(options.mostTogether);
      underWay = group.length;
      try {
        await commit(group.map(({ item }) => item));
        for (const { resolve } of group) resolve();
      } catch (cause) {
        for (const { reject } of group) reject(cause);
      }
    }
    underWay = 0;
    running = null;
  }

  return {
    add(item) {
      if (waiting.length + underWay >= options.mostPending) return Promise.reject(new Overloaded());
      return new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        running ??= run();
      });
    },
    get pending() {
      return waiting.length + underWay;
    },
    async drained() {
      while (running !== null) await running;
    },
  };
}
