/**
 * Keeps work going: takes what is due, and takes again whenever some of it ended or somebody says that there is more. What is
 * slow holds up nothing but itself.
 */
export class Pump {
  readonly #take: () => Promise<unknown>;
  readonly #running = new Set<Promise<void>>();
  #turn: Promise<void> | null = null;
  #again = false;
  #wake: () => void = () => undefined;
  #stopped = false;

  /** @param take starts what is due by {@link run}; called over and over until nothing is due and nothing runs */
  constructor(take: () => Promise<unknown>) {
    this.#take = take;
  }

  /** How much is under way. */
  get running(): number {
    return this.#running.size;
  }

  /** To be called by `take`: work that is under way. It may not reject. */
  run(work: Promise<void>): void {
    const running: Promise<void> = work.finally(() => {
      this.#running.delete(running);
      // a place is free, also when this ended before `take` did
      this.#again = true;
      this.#wake();
    });
    this.#running.add(running);
  }

  /** Takes what is due now. Resolves when nothing is due and nothing runs any more. */
  turn(): Promise<void> {
    this.#again = true;
    this.#wake();
    this.#turn ??= this.#drain().finally(() => {
      this.#turn = null;
    });
    return this.#turn;
  }

  /** Takes nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    // what runs is waited for, not what it would have made room for
    await Promise.allSettled([...this.#running, ...(this.#turn ? [this.#turn] : [])]);
  }

  async #drain(): Promise<void> {
    while (!this.#stopped) {
      this.#again = false;
      await this.#take();
      if (this.#again) continue;
      if (this.#running.size === 0) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
