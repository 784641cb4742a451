import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dictionary } from './dictionary.ts';
import { Forward } from './forward.ts';
import { Memory } from './memory.ts';
import { Postings, type SearchTerm } from './postings.ts';
import { Searcher } from './search.ts';

interface Case {
  readonly postings: Postings;
  readonly forward: Forward;
  readonly alive: Uint8Array;
  readonly terms: readonly SearchTerm[];
  /** Scores by brute force. */
  readonly scores: readonly number[];
}

interface Lists {
  readonly postings: Postings;
  readonly forward: Forward;
  readonly list: () => number;
  /** Puts a document, the next one, into lists with an impact each. */
  readonly put: (doc: number, impacts: readonly (readonly [list: number, impact: number])[]) => void;
}

/** No lists yet, and how to make and fill them. */
function lists(): Lists {
  const memory = new Memory();
  const dictionary = new Dictionary(memory);
  const postings = new Postings(memory);
  let made = 0;
  return {
    postings,
    forward: new Forward(memory),
    list: () => dictionary.number(String(made++), 0),
    put(doc, impacts) {
      const { terms, termStart } = memory.regions;
      termStart.reserve(doc + 2);
      let at = termStart.view[doc] ?? 0;
      terms.reserve(at + impacts.length);
      for (const [list, impact] of impacts) {
        postings.append(list, doc, impact);
        terms.view[at++] = (list << 4) | impact;
      }
      termStart.view[doc + 1] = at;
    },
  };
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
    const { postings, forward, list: create, put } = lists();
    const alive = new Uint8Array(docs).map(() => (dead > 0 && next() % dead === 0 ? 0 : 1));
    const scores = new Array<number>(docs).fill(0);
    const searched = terms.map(({ weight }): SearchTerm => ({ list: create(), weight }));
    for (let doc = 0; doc < docs; doc++) {
      const impacts: [number, number][] = [];
      for (const [at, { weight, one }] of terms.entries()) {
        const list = searched[at]?.list;
        if (list === undefined || next() % one !== 0) continue;
        const impact = 1 + (next() % 15);
        impacts.push([list, impact]);
        if (alive[doc] === 1) scores[doc] = (scores[doc] ?? 0) + weight * impact;
      }
      put(doc, impacts);
    }
    return { postings, forward, alive, terms: searched, scores };
  });

/** The exhaustive search: every document's score, the floor, the k best. */
function bruteForce(scores: readonly number[], k: number, floor: number): number[] {
  const best = Math.max(0, ...scores);
  return [...scores.keys()]
    .filter((doc) => (scores[doc] ?? 0) > 0 && (scores[doc] ?? 0) * 100 >= best * floor)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
    .slice(0, k);
}

describe('search', () => {
  it('finds what the exhaustive search finds, and leaves no trace for the next search', () => {
    const searcher = new Searcher();
    fc.assert(
      fc.property(
        caseArbitrary,
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(0, 30, 75, 100),
        ({ postings, forward, alive, terms, scores }, k, floor) => {
          const hits = searcher.search(postings, forward, terms, k, { alive, tieBreak: (doc) => doc, floor });
          expect(hits.docs).toEqual(bruteForce(scores, k, floor));
          expect(hits.scores).toEqual(hits.docs.map((doc) => scores[doc]));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('has every pinned document that lives, with its true score', () => {
    const searcher = new Searcher();
    fc.assert(
      fc.property(caseArbitrary, fc.array(fc.nat(1499), { maxLength: 5 }), (one, asked) => {
        const { postings, forward, alive, terms, scores } = one;
        const pinned = [...new Set(asked)].filter((doc) => alive[doc] === 1);
        const hits = searcher.search(postings, forward, terms, 5, { alive, tieBreak: (doc) => doc, floor: 50, pinned });
        expect(new Set(hits.docs)).toEqual(new Set([...bruteForce(scores, 5, 50), ...pinned]));
        expect(hits.scores).toEqual(hits.docs.map((doc) => scores[doc]));
        expect([...hits.scores].sort((a, b) => b - a)).toEqual(hits.scores);
      }),
    );
  });

  it('walks past a long list that cannot matter', () => {
    const { postings, forward, list, put } = lists();
    const [common, rare] = [list(), list()];
    const docs = 100_000;
    for (let doc = 0; doc < docs; doc++)
      put(
        doc,
        doc === 77_777
          ? [
              [common, 8],
              [rare, 8],
            ]
          : [[common, 8]],
      );
    const alive = new Uint8Array(docs).fill(1);
    const terms = [
      { list: common, weight: 1 },
      { list: rare, weight: 500 },
    ];
    const searcher = new Searcher();
    const asked = { alive, tieBreak: (doc: number) => doc, floor: 30 };
    expect(searcher.search(postings, forward, terms, 1, asked)).toEqual({ docs: [77_777], scores: [4008] });
    expect(searcher.walked).toBeLessThan(10);
  });
});

describe('postings', () => {
  it('are heard as they were told', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 40_000 }), { maxLength: 3_000 }), (docs) => {
        docs.sort((a, b) => a - b);
        const { postings, list: create } = lists();
        const list = create();
        for (const doc of docs) postings.append(list, doc, (doc % 15) + 1);
        const [scores, touched] = [new Uint32Array(40_001), new Uint32Array(40_001)];
        const alive = new Uint8Array(40_001).map((_, doc) => (doc % 7 === 0 ? 0 : 1));
        const count = postings.accumulate(list, 3, scores, touched, 0, alive);
        const living = docs.filter((doc) => doc % 7 !== 0);
        expect([...touched.subarray(0, count)]).toEqual(living);
        expect(living.map((doc) => scores[doc])).toEqual(living.map((doc) => 3 * ((doc % 15) + 1)));
        expect(postings.docs(list, 10)).toEqual(docs.slice(0, 10));
      }),
      { numRuns: 60 },
    );
  });

  it('looks up as it was told', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 40_000 }), { maxLength: 3_000 }), (docs) => {
        docs.sort((a, b) => a - b);
        const { postings, list: create } = lists();
        const list = create();
        for (const doc of docs) postings.append(list, doc, (doc % 15) + 1);
        const asked = Uint32Array.from(
          [...docs.filter((_, at) => at % 3 === 0), 50_000].flatMap((doc) => [doc, doc + 1]),
        ).sort();
        const scores = new Uint32Array(50_002);
        postings.lookUp(list, 3, new Uint32Array(new Set(asked)), new Set(asked).size, scores);
        const known = new Set(docs);
        expect([...asked].map((doc) => scores[doc])).toEqual(
          [...asked].map((doc) => (known.has(doc) ? 3 * ((doc % 15) + 1) : 0)),
        );
        expect(postings.docs(list, 10)).toEqual(docs.slice(0, 10));
      }),
      { numRuns: 60 },
    );
  });
});
