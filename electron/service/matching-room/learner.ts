import { instantOf } from '../../../shared/domain/brand.ts';
import type { ServiceContext } from '../context.ts';
import { CANDIDATES_JUDGED } from '../matching/bands.ts';
import { ROW_ATTRIBUTES } from '../matching/candidate-features.ts';
import { LEAST_DECISIONS } from '../matching/learning.ts';
import { packCandidates } from '../matching/packed-example.ts';
import type { OfferText } from '../matching/types.ts';
import { suggestionResult } from '../sync/suggestion-result.ts';
import type { Undigested } from './evidence.ts';

const decisionsAtOnce = 40;
/** Candidates that are looked at, and that are kept of a decision. */
const candidatesSeen = 32;
const candidatesKept = 6;
/** Learnt from at most: the newest. */
const examplesUsed = 6_000;
/** New decisions before it is learnt again: so many, and a tenth of all. */
const leastNew = 40;
const newShare = 0.1;
const rescoredAtOnce = 100;
/** Examples of one transaction: a few milliseconds of the writer. */
const judgedAtOnce = 500;

type Context = Pick<ServiceContext, 'database' | 'matching' | 'ambient' | 'log' | 'events'>;

/**
 * Turns people's decisions into examples, and examples into models, in the background. A model is used from then on for every suggestion;
 * those that wait already are looked at again.
 */
export class Learner {
  readonly #context: Context;
  readonly #onRescored: (ids: readonly number[]) => void;
  readonly #abort = new AbortController();
  #learntFrom = 0;
  #version = 0;
  #rescoring: Promise<void> = Promise.resolve();

  /** `onRescored`: these offers have scores of the model that is used now. */
  constructor(context: Context, onRescored: (ids: readonly number[]) => void) {
    this.#context = context;
    this.#onRescored = onRescored;
  }

  get #stopped(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Uses the model of the last round. */
  async start(): Promise<void> {
    const { database, matching } = this.#context;
    const newest = await database.read('matching.newest', {});
    if (newest === null) return;
    this.#version = newest.version;
    this.#learntFrom = newest.report.decisions;
    if (newest.model !== null) await matching.use(newest.model);
  }

  /** Makes examples of what was decided since, and learns when enough was. @returns whether there is new evidence */
  async turn(): Promise<boolean> {
    const digested = await this.#digest();
    if (digested && !this.#stopped) await this.#learnIfWorthwhile();
    return digested;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#rescoring;
  }

  async #digest(): Promise<boolean> {
    const { database, matching } = this.#context;
    let any = false;
    while (!this.#stopped) {
      const decisions = await database.read('matching.undigested', { limit: decisionsAtOnce });
      const last = decisions.at(-1);
      if (!last) return any;
      any = true;
      const texts: { decision: Undigested; text: OfferText }[] = [];
      for (const decision of decisions) {
        const offer = await database.read('offers.text', { offerId: decision.offerId });
        if (offer) texts.push({ decision, text: offer.text });
      }
      const looked = texts.filter(({ decision: { isAuto, isBulk, isUnchanged } }) => isUnchanged && !isAuto && !isBulk);
      const found = await matching.featured(
        looked.map(({ text }) => text),
        candidatesSeen,
      );
      const candidates = new Map(looked.map(({ decision }, at) => [decision.decisionId, found[at] ?? []]));
      await database.write(
        'matching.digest',
        {
          place: last.place,
          examples: texts.map(({ decision }) => {
            const { decisionId, offerId, band, odds, scorer, kind, skuId, bestSkuId, isAuto, isBulk } = decision;
            const chosen = kind === 'bind' ? skuId : null;
            const known = (candidates.get(decisionId) ?? [])
              // what the decision itself made is no candidate that was there to choose
              .filter((each) => kind === 'bind' || each.skuId !== skuId)
              .map((each) => ({ ...each, odds: each.odds / 100, isMatch: each.skuId === chosen }));
            const kept = known.filter(({ isMatch }, at) => isMatch || at < candidatesKept);
            return {
              decisionId,
              offerId,
              band,
              odds,
              scorer,
              outcome: isAuto || isBulk || bestSkuId === null ? null : chosen === bestSkuId ? 1 : 0,
              width: kept.length === 0 ? 0 : ROW_ATTRIBUTES.length,
              candidates: packCandidates(kept),
            } as const;
          }),
        },
        { priority: 'background' },
      );
    }
    return any;
  }

  async #learnIfWorthwhile(): Promise<void> {
    const { database, matching, ambient, log, events } = this.#context;
    const count = await database.read('matching.exampleCount', {});
    if (count < LEAST_DECISIONS || count - this.#learntFrom < Math.max(leastNew, newShare * this.#learntFrom)) return;
    const examples = await database.read('matching.examples', { limit: examplesUsed }, { background: true });
    this.#learntFrom = count;
    const version = this.#version + 1;
    const { model, report, judged } = await matching.learn(examples, version, { signal: this.#abort.signal });
    if (this.#stopped) return;
    this.#version = version;
    const scorer = model === null ? 0 : version;
    for (let at = 0; at < judged.length; at += judgedAtOnce)
      await database.write(
        'matching.rescored',
        { scorer, judged: judged.slice(at, at + judgedAtOnce) },
        { priority: 'background' },
      );
    await database.write(
      'matching.learned',
      { version, trainedAt: instantOf(ambient.now()), report: { ...report, decisions: count }, model },
      { priority: 'background' },
    );
    log('info', 'the matcher has learnt from decisions', {
      version,
      decisions: report.decisions,
      verdict: report.verdict,
    });
    await matching.use(model);
    events.emit('list.changed', { list: 'matching' });
    // a person's decisions go on meanwhile
    this.#rescoring = this.#rescoring
      .then(() => this.#rescore(version))
      .catch((error: unknown) => {
        if (!this.#stopped) log('warn', 'waiting offers could not be looked at again', { problem: String(error) });
      });
  }

  /** Looks again at what waits, without anything leaving its band meanwhile. */
  async #rescore(version: number): Promise<void> {
    const { database, matching, events } = this.#context;
    for (let after = 0; !this.#stopped && version === this.#version; ) {
      const offers = await database.read('matching.rescorable', { after, limit: rescoredAtOnce }, { background: true });
      const last = offers.at(-1);
      if (!last) break;
      after = last.id;
      const verdicts = await matching.suggestMany(
        offers.map(({ text }) => text),
        CANDIDATES_JUDGED,
      );
      const results = offers.flatMap(({ id, versionId }, at) => {
        const verdict = verdicts[at];
        return verdict ? [suggestionResult(id, versionId, verdict)] : [];
      });
      await database.write('offers.setSuggestions', { results }, { priority: 'background' });
      this.#onRescored(results.map(({ id }) => id));
    }
    events.emit('rows.changed', { list: 'offers', ids: null });
  }
}
