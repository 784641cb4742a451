import { bandNumber } from '../database/convert.ts';
import type { Coded, Verdicted } from '../matching/types.ts';

/** What the matcher found for one version of an offer, as the writer takes it. */
export interface SuggestionResult {
  readonly id: number;
  readonly versionId: string;
  readonly band: number;
  /** Basis points. */
  readonly score: number | null;
  /** Log-odds in hundredths. */
  readonly odds: number | null;
  /** The model that gave them: 0 the default weights. */
  readonly scorer: number;
  readonly bestSkuId: number | null;
  readonly reason: Coded;
}

/** The result of a verdict; its reason says, for the report, what would settle it. */
export function suggestionResult(id: number, versionId: string, verdict: Verdicted): SuggestionResult {
  const [best] = verdict.candidates;
  const { code, values } = verdict.reason;
  return {
    id,
    versionId,
    band: bandNumber(verdict.band),
    score: best?.score ?? null,
    odds: best?.odds ?? null,
    scorer: verdict.scorer,
    bestSkuId: best?.skuId ?? null,
    reason: { code, values: best?.settle ? { ...values, settle: best.settle.code } : values },
  };
}
