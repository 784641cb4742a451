import type { ServiceDatabase } from '../database/threads.ts';
import { BandPromise } from '../matching/promise.ts';
import type { Judged } from './evidence.ts';

/** Decisions looked back on: the promise's own window. */
const decisionsRead = 12_000;

/** What the decisions so far support, as of when they were read. */
export class PromiseBook {
  readonly promise: BandPromise;
  readonly judged: readonly Judged[];
  /** The model whose scores it is about. */
  readonly scorer: number;
  readonly #sellers: ReadonlyMap<string, number>;

  private constructor(
    promise: BandPromise,
    judged: readonly Judged[],
    scorer: number,
    sellers: ReadonlyMap<string, number>,
  ) {
    this.promise = promise;
    this.judged = judged;
    this.scorer = scorer;
    this.#sellers = sellers;
  }

  /** Replays the newest decisions about one model's suggestions. @param precision in basis points */
  static of(judged: readonly Judged[], precision: number, scorer: number): PromiseBook {
    const promise = new BandPromise({ precision: precision / 10_000 });
    const sellers = new Map<string, number>();
    for (const { sellerId, categoryId, odds, isRight } of judged) {
      const seller = sellers.get(sellerId) ?? sellers.size + 1;
      sellers.set(sellerId, seller);
      promise.learn(odds, seller, isRight, categoryId);
    }
    promise.choose();
    return new PromiseBook(promise, judged, scorer, sellers);
  }

  static async read(database: ServiceDatabase, precision: number): Promise<PromiseBook> {
    const scorer = await database.read('matching.scorer', {});
    const judged = await database.read('matching.evidence', { scorer, limit: decisionsRead }, { long: true });
    return PromiseBook.of(judged, precision, scorer);
  }

  /** A seller's number in the promise; one that no decision is of has one that nothing is known of. */
  seller(sellerId: string): number {
    return this.#sellers.get(sellerId) ?? -1;
  }

  /** Whether a suggestion may be bound by itself. */
  binds({ odds, sellerId, categoryId }: { odds: number; sellerId: string; categoryId: number }): boolean {
    return this.promise.binds(odds, this.seller(sellerId), categoryId);
  }
}
