import { bandNumber } from '../database/convert.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { MatchingHost } from '../matching/host.ts';

export interface MatcherOptions {
  readonly database: ServiceDatabase;
  readonly matching: MatchingHost;
  readonly onMatched: (ids: readonly number[]) => void;
}

const entriesAtOnce = 2_000;
const offersAtOnce = 100;

/** Feeds the matcher's index from the cache, and gives every waiting offer its best suggestion. */
export class Matcher {
  readonly #options: MatcherOptions;
  #stopped = false;
  #ready: Promise<void> | null = null;
  #turn: Promise<number> | null = null;

  constructor(options: MatcherOptions) {
    this.#options = options;
  }

  /** Loads the whole cached catalogue once. @returns resolves when the index holds it */
  load(): Promise<void> {
    this.#ready ??= (async () => {
      let after = -1;
      for (;;) {
        if (this.#stopped) return;
        const entries = await this.#options.database.read(
          'catalog.entries',
          { after, limit: entriesAtOnce },
          { long: true },
        );
        const last = entries.at(-1);
        if (!last) return;
        await this.#options.matching.upsert(entries);
        after = last.skuId;
      }
    })();
    return this.#ready;
  }

  /** SKUs that arrived or changed. */
  async refresh(ids: readonly number[]): Promise<void> {
    for (let start = 0; start < ids.length; start += entriesAtOnce) {
      const chunk = ids.slice(start, start + entriesAtOnce);
      const entries = await this.#options.database.read(
        'catalog.entries',
        { after: -1, limit: entriesAtOnce, ids: chunk },
        { long: true },
      );
      await this.#options.matching.upsert(entries);
      const live = new Set(entries.map(({ skuId }) => skuId));
      const gone = chunk.filter((id) => !live.has(id));
      if (gone.length > 0) await this.#options.matching.remove(gone);
    }
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
    await Promise.allSettled([this.#ready, this.#turn]);
  }

  async #work(): Promise<number> {
    await this.load();
    let done = 0;
    while (!this.#stopped) {
      const offers = await this.#options.database.read('offers.unmatched', { limit: offersAtOnce }, { long: true });
      if (offers.length === 0) return done;
      const verdicts = await this.#options.matching.suggestMany(offers.map(({ text }) => text));
      const results = offers.flatMap((offer, index) => {
        const verdict = verdicts[index];
        if (!verdict) return [];
        const [best] = verdict.candidates;
        return [
          {
            id: offer.id,
            versionId: offer.versionId,
            band: bandNumber(verdict.band),
            score: best?.score ?? null,
            bestSkuId: best?.skuId ?? null,
            reason: verdict.reason,
          },
        ];
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
    return done;
  }
}
