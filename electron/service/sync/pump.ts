import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds until something is taken again after work that could not even write down that it failed, as on a full disk. */
const afterFailure = 1_000;

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
  readonly #stopping = new AbortController();
  readonly #onError: (error: unknown) => void;

  /**
   * @param take starts what is due by {@link run}; called over and over until nothing is due and nothing runs
   * @param onError told of work that rejects
   */
  constructor(take: () => Promise<unknown>, onError: (error: unknown) => void = () => undefined) {
    this.#take = take;
    this.#onError = onError;
  }

  /** How much is under way. */
  get running(): number {
    return this.#running.size;
  }

  /** To be called by `take`: work that is under way. What rejects keeps its place for a moment: the next would fare no better. */
  run(work: Promise<void>): void {
    const failed = async (error: unknown): Promise<void> => {
      this.#onError(error);
      await wait(afterFailure, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    };
    const running: Promise<void> = work.catch(failed).finally(() => {
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
    this.#stopping.abort();
    this.#wake();
    // the last `take` may still start something; what runs is waited for, not what it would have made room for
    await this.#turn?.catch(() => undefined);
    await Promise.allSettled([...this.#running]);
  }

  async #drain(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
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
