import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Postings } from './postings.ts';
import { EXHAUSTIVE, Searcher, type SearchTerm, USUAL_EFFORT } from './search.ts';

interface Case {
  readonly postings: Postings;
  readonly alive: Uint8Array;
  readonly terms: readonly SearchTerm[];
  /** Scores by brute force. */
  readonly scores: readonly number[];
}

/** Lists from a seed: common and rare ones, some long enough for several chunks. */
const caseArbitrary = fc
  .record({
    docs: fc.integer({ min: 1, max: 1500 }),
    terms: fc.array(
      fc.record({ weight: fc.integer({ min: 1, max: 300 }), one: fc.constantFrom(1, 2, 3, 10, 100, 700) }),
      {
        minLength: 1,
        maxLength: 12,
      },
    ),
    seed: fc.integer(),
    dead: fc.constantFrom(0, 3, 10),
  })
  .map(({ docs, terms, seed, dead }): Case => {
    let state = seed | 1;
    const next = (): number => {
      state = Math.imul(state ^ (state >>> 13), 0x5bd1e995) + 0x3c6ef35f;
      return (state >>> 1) & 0xffff;
    };
    const postings = new Postings();
    const alive = new Uint8Array(docs).map(() => (dead > 0 && next() % dead === 0 ? 0 : 1));
    const scores = new Array<number>(docs).fill(0);
    const searched = terms.map(({ weight, one }): SearchTerm => {
      const list = postings.create();
      for (let doc = 0; doc < docs; doc++) {
        if (next() % one !== 0) continue;
        const impact = 1 + (next() % 15);
        postings.append(list, doc, impact);
        if (alive[doc] === 1) scores[doc] = (scores[doc] ?? 0) + weight * impact;
      }
      return { list, weight };
    });
    return { postings, alive, terms: searched, scores };
  });

function bruteForce(scores: readonly number[], k: number): number[] {
  return [...scores.keys()]
    .filter((doc) => (scores[doc] ?? 0) > 0)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
    .slice(0, k);
}

describe('search', () => {
  it('finds what brute force finds, and leaves no trace for the next search', () => {
    const searcher = new Searcher();
    fc.assert(
      fc.property(caseArbitrary, fc.integer({ min: 1, max: 60 }), ({ postings, alive, terms, scores }, k) => {
        const hits = searcher.search(postings, terms, k, alive, (doc) => doc, EXHAUSTIVE);
        expect(hits.docs).toEqual(bruteForce(scores, k));
        expect(hits.scores).toEqual(hits.docs.map((doc) => scores[doc]));
      }),
      { numRuns: 300 },
    );
  });

  it('gives true scores also when it stops early', () => {
    const searcher = new Searcher();
    fc.assert(
      fc.property(caseArbitrary, ({ postings, alive, terms, scores }) => {
        const hits = searcher.search(postings, terms, 10, alive, (doc) => doc, { walked: 300, kept: 20 });
        expect(hits.scores).toEqual(hits.docs.map((doc) => scores[doc]));
        expect(hits.docs.length).toBe(bruteForce(scores, 10).length);
      }),
    );
  });

  it('is exact with the usual effort when a rare term decides', () => {
    const postings = new Postings();
    const [common, rare] = [postings.create(), postings.create()];
    const docs = 100_000;
    for (let doc = 0; doc < docs; doc++) postings.append(common, doc, 8);
    postings.append(rare, 77_777, 8);
    const alive = new Uint8Array(docs).fill(1);
    const terms = [
      { list: common, weight: 1 },
      { list: rare, weight: 500 },
    ];
    expect(new Searcher().search(postings, terms, 1, alive, (doc) => doc, USUAL_EFFORT)).toEqual({
      docs: [77_777],
      scores: [4008],
    });
  });
});

describe('postings', () => {
  it('looks up as it was told', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 40_000 }), { maxLength: 3_000 }), (docs) => {
        docs.sort((a, b) => a - b);
        const postings = new Postings();
        const list = postings.create();
        for (const doc of docs) postings.append(list, doc, (doc % 15) + 1);
        const asked = Uint32Array.from(
          [...docs.filter((_, at) => at % 3 === 0), 50_000].flatMap((doc) => [doc, doc + 1]),
        ).sort();
        const impacts = new Uint8Array(asked.length);
        postings.lookUp(list, asked, asked.length, impacts);
        const known = new Set(docs);
        expect([...impacts]).toEqual([...asked].map((doc) => (known.has(doc) ? (doc % 15) + 1 : 0)));
      }),
      { numRuns: 60 },
    );
  });
});
