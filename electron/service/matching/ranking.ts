import { settleOf } from './bands.ts';
import { candidateRows } from './candidate-features.ts';
import { compare } from './compare.ts';
import type { Finding } from './features.ts';
import { type LearnedModel, learnedEvidence, learnedOdds } from './learned-model.ts';
import type { OfferSide, SkuSide } from './parse.ts';
import type { Rarity } from './rarity.ts';
import { basisPoints, oddsOf, weigh } from './scoring.ts';
import type { Candidate, Evidence, Turn } from './types.ts';

/** A SKU that the search found. */
export interface Found extends SkuSide {
  readonly skuId: number;
  readonly productId: number;
}

/** A candidate in its place. */
export interface Ranked {
  readonly sku: Found;
  readonly findings: readonly Finding[];
  /** Log-odds of the default weights in hundredths. */
  readonly odds: number;
  /** What a learned model reads; empty where none is asked for. */
  readonly row: readonly number[];
  /** Log-odds in hundredths by which it is ranked: the learned model's where there is one. */
  readonly rank: number;
}

/** Compares and orders what the search found, best first; equals keep the search's order, which ends in the skuId. */
export function ranked(
  offer: OfferSide,
  hits: readonly Found[],
  rarity: Rarity,
  model: LearnedModel | null,
  withRows: boolean,
): Ranked[] {
  const compared = hits.map((sku) => {
    const findings = compare(offer, sku, rarity);
    return { sku, findings, odds: oddsOf(findings) };
  });
  const rows = withRows || model !== null ? candidateRows(offer, compared) : [];
  return compared
    .map((each, at): Ranked => {
      const row = rows[at] ?? [];
      return { ...each, row, rank: model === null ? each.odds : 100 * learnedOdds(model, row, each.odds / 100) };
    })
    .sort((a, b) => b.rank - a.rank);
}

/** A candidate as it is shown: its score is the logistic of a constant and the weights of its evidence. */
export function candidateOf({ sku, findings, odds, row }: Ranked, model: LearnedModel | null): Candidate {
  const plain = weigh(findings);
  const said = model === null ? { evidence: plain, odds } : learnedEvidence(model, row, plain);
  const base = { skuId: sku.skuId, productId: sku.productId, score: basisPoints(said.odds), odds: said.odds };
  const candidate = { ...base, evidence: said.evidence, turn: turnOf(said.evidence, said.odds) };
  return { ...candidate, settle: settleOf(candidate) };
}

/**
 * The piece of evidence that decides: the lightest one without which the candidate would be on the other side of even odds. Null when no
 * single one does.
 */
function turnOf(evidence: readonly Evidence[], odds: number): Turn | null {
  let turn: Evidence | null = null;
  for (const each of evidence) {
    const without = odds - each.weight;
    if (without > 0 === odds > 0 || each.weight === 0) continue;
    if (turn === null || Math.abs(each.weight) < Math.abs(turn.weight)) turn = each;
  }
  return turn && { attribute: turn.attribute, score: basisPoints(odds - turn.weight) };
}
