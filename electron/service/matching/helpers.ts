import { availableParallelism } from 'node:os';
import { MessageChannel, Worker } from 'node:worker_threads';
import { Channel, type MatchingError } from './channel.ts';
import type { LearnedModel } from './learned-model.ts';
import type { Lock } from './lock.ts';
import type { WorkerRole } from './messages.ts';
import type { OfferText, Verdicted } from './types.ts';

/** Offers that one worker is given at a time; fewer than two such parts are not shared out. */
const PART = 8;
/** Helpers that have had nothing to do for so long end, in milliseconds. */
const IDLE_MS = 30_000;

/** Helpers on this machine: one processor is left to the primary worker, and long lists want no more than a few. */
export const usualHelpers = (): number => Math.min(3, availableParallelism() - 1);

export interface HelpersOptions {
  readonly entry: string | URL;
  /** Helpers at most. */
  readonly most: number;
  readonly lock: Lock;
  readonly primary: Channel;
  readonly onDeath: (error: MatchingError) => void;
}

/**
 * Threads that read the primary worker's index, in the same memory, and do a part of long lists. They start with the first such list and end
 * when there was none for a while.
 */
export class Helpers {
  readonly #options: HelpersOptions;
  #channels: Channel[] = [];
  #model: LearnedModel | null = null;
  #lists = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(options: HelpersOptions) {
    this.#options = options;
  }

  /** Scores with a model from now on. */
  use(model: LearnedModel | null): void {
    this.#model = model;
    // a helper that dies of it is reported by its channel
    for (const channel of this.#channels) channel.call<'use'>({ kind: 'use', model }).catch(() => undefined);
  }

  /**
   * The suggestions of a list, in its order, done by the primary worker and the helpers as each gets to it.
   * @param changes what was asked of the primary before: the helpers wait for it
   */
  async suggest(
    offers: readonly OfferText[],
    limit: number | undefined,
    signal: AbortSignal | undefined,
    changes: Promise<unknown>,
  ): Promise<readonly Verdicted[]> {
    const { primary, most } = this.#options;
    if (most === 0 || offers.length < 2 * PART)
      return primary.call<'suggestMany'>({ kind: 'suggestMany', offers, limit }, signal);
    const answers: (readonly Verdicted[])[] = [];
    let next = 0;
    let failed = false;
    const work = async (channel: Channel): Promise<void> => {
      while (next < offers.length && !failed) {
        const at = next;
        next += PART;
        answers[at / PART] = await channel.call<'suggestMany'>(
          { kind: 'suggestMany', offers: offers.slice(at, at + PART), limit },
          signal,
        );
      }
    };
    const twice = (channel: Channel): Promise<void>[] => [work(channel), work(channel)];
    clearTimeout(this.#idle);
    this.#lists++;
    try {
      // two parts each at a time: while one is answered, the next is there already
      await Promise.all([...twice(primary), changes.then(() => Promise.all(this.#started().flatMap(twice)))]).catch(
        (error: unknown) => {
          failed = true;
          throw error;
        },
      );
    } finally {
      this.#lists--;
      if (this.#lists === 0) this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
    }
    return answers.flat();
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await Promise.all(this.#channels.splice(0).map((channel) => channel.close()));
  }

  #started(): readonly Channel[] {
    const { entry, most, lock, primary, onDeath } = this.#options;
    while (this.#channels.length < most) {
      const { port1, port2 } = new MessageChannel();
      primary.tell({ kind: 'share', port: port1 }, [port1]);
      const workerData: WorkerRole = { role: 'helper', lock: lock.cells, port: port2 };
      const worker = new Worker(entry, { name: 'matching-helper', workerData, transferList: [port2] });
      const channel = new Channel(worker, onDeath);
      channel.call<'use'>({ kind: 'use', model: this.#model }).catch(() => undefined);
      this.#channels.push(channel);
    }
    return this.#channels;
  }
}
