import type { ServiceDatabase } from '../database/threads.ts';
import { CANDIDATES_JUDGED } from '../matching/bands.ts';
import type { SupervisedMatching } from '../matching/supervised.ts';
import type { CatalogueIndex } from './catalogue-index.ts';
import { suggestionResult } from './suggestion-result.ts';

export interface MatcherOptions {
  readonly database: ServiceDatabase;
  readonly matching: SupervisedMatching;
  readonly index: CatalogueIndex;
  readonly onMatched: (ids: readonly number[]) => void;
}

const offersAtOnce = 100;

/** Tells the matcher's index of changes, and gives every waiting offer its best suggestion. */
export class Matcher {
  readonly #options: MatcherOptions;
  #stopped = false;
  #turn: Promise<number> | null = null;

  constructor(options: MatcherOptions) {
    this.#options = options;
  }

  /** Lets the index be filled, from now on. Resolves when it holds the whole catalogue. */
  load(): Promise<void> {
    this.#options.index.begin();
    return this.#options.matching.filled();
  }

  /** SKUs arrived or changed. Resolves when the index has them. */
  async refresh(): Promise<void> {
    await this.#options.index.catchUp(this.#options.matching);
  }

  /** Looks at waiting offers until none is left unmatched. @returns how many it looked at */
  turn(): Promise<number> {
    this.#turn ??= this.#work().finally(() => {
      this.#turn = null;
    });
    return this.#turn;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#options.index.stop();
    await Promise.allSettled([this.#turn]);
  }

  async #work(): Promise<number> {
    await this.load();
    await this.refresh();
    let done = 0;
    while (!this.#stopped) {
      const offers = await this.#options.database.read(
        'offers.unmatched',
        { limit: offersAtOnce },
        { background: true },
      );
      if (offers.length === 0) break;
      const verdicts = await this.#options.matching.suggestMany(
        offers.map(({ text }) => text),
        // nobody sees the evidence of more here
        CANDIDATES_JUDGED,
      );
      const results = offers.flatMap(({ id, versionId }, index) => {
        const verdict = verdicts[index];
        return verdict ? [suggestionResult(id, versionId, verdict)] : [];
      });
      const refused = await this.#options.database.write(
        'offers.setSuggestions',
        { results },
        { priority: 'background' },
      );
      // inactivated while it was being matched
      if (refused.length > 0) await this.#options.matching.remove(refused);
      done += results.length;
      this.#options.onMatched(results.map(({ id }) => id));
    }
    if (!this.#stopped) await this.#options.index.saveIfWorthwhile(this.#options.matching);
    return done;
  }
}
