import { plausibleScore } from '../../../shared/domain/suggestions.ts';
import { normalizeModel, relateCodes } from './identifiers.ts';
import type { Band, Candidate, Coded, Evidence, Verdicted } from './types.ts';

/** Least score, in basis points, at which a suggestion with an agreeing identifier is certain. */
export const CERTAIN = 9_000;
/** Below this score nothing in the catalogue is plausible. */
export const PLAUSIBLE = plausibleScore;
/** A second SKU at this score or more makes the first one uncertain. */
const RIVAL = 5_000;

/** Candidates that a verdict looks at. */
export const CANDIDATES_JUDGED = 2;

const VARIANT = new Set([
  'color',
  'size',
  'pack',
  'capacity',
  'length',
  'voltage',
  'volume',
  'weight',
  'power',
  'version',
]);

const of = (candidate: Candidate, attribute: string): Evidence | undefined =>
  candidate.evidence.find((evidence) => evidence.attribute === attribute);

const conflicts = (evidence: Evidence): boolean => evidence.verdict === 'conflicts' && evidence.weight < 0;

/** Whether two valid GTINs differ, or two model numbers of one family. Two numbers that look nothing alike may well name one thing. */
function isOtherIdentity({ attribute, offerValue, skuValue }: Evidence): boolean {
  if (attribute !== 'model') return attribute === 'gtin';
  return relateCodes(normalizeModel(offerValue ?? ''), normalizeModel(skuValue ?? '')) === 'rival';
}

/** Whether a GTIN agrees, or a telling model number together with the brand. */
function isIdentified(candidate: Candidate): boolean {
  if (of(candidate, 'gtin')?.verdict === 'agrees') return true;
  const model = of(candidate, 'model');
  return model?.verdict === 'agrees' && model.weight >= 100 && of(candidate, 'brand')?.verdict === 'agrees';
}

/** Sorts an offer into a band by its best candidates (best first), with the reason for the list's column. */
export function verdictOf(candidates: readonly Candidate[], scorer: number): Verdicted {
  const sorted = (band: Band, reason: Coded): Verdicted => ({ scorer, candidates, band, reason });
  const [best, second] = candidates;
  if (best === undefined) return sorted('new', { code: 'newProduct', values: {} });
  const values = { skuId: best.skuId, score: best.score };
  const against = best.evidence.filter(conflicts);
  const identifier = against.find(isOtherIdentity);
  const title = of(best, 'title');
  const kin = title !== undefined && title.verdict !== 'conflicts' && of(best, 'brand')?.verdict === 'agrees';

  if (identifier !== undefined) {
    // Another model of nothing alike is no conflict, the catalogue just lacks the product.
    if (best.score < PLAUSIBLE && identifier.attribute === 'model' && title?.verdict !== 'agrees')
      return sorted('new', { code: 'newProduct', values: {} });
    const code = identifier.attribute === 'gtin' ? 'gtinConflicts' : 'modelConflicts';
    return sorted('conflict', {
      code,
      values: { skuId: best.skuId, offer: identifier.offerValue ?? '', sku: identifier.skuValue ?? '' },
    });
  }
  const variant = against.find(({ attribute }) => VARIANT.has(attribute));
  if (best.score < PLAUSIBLE) {
    if (variant !== undefined && kin && title?.verdict === 'agrees')
      return sorted('new', { code: 'newSkuOfProduct', values: { productId: best.productId, skuId: best.skuId } });
    return sorted('new', { code: 'newProduct', values: {} });
  }
  const ambiguous = second !== undefined && second.score >= RIVAL;
  if (best.score >= CERTAIN && isIdentified(best) && against.length === 0 && !ambiguous)
    return sorted('bind', { code: 'certain', values });
  if (variant?.attribute === 'pack')
    return sorted('look', { code: 'packDiffers', values: { ...values, ...sides(variant) } });
  if (variant !== undefined)
    return sorted('look', {
      code: 'attributeDiffers',
      values: { ...values, attribute: variant.attribute, ...sides(variant) },
    });
  if (ambiguous && best.score >= RIVAL)
    return sorted('look', { code: 'severalFit', values: { ...values, otherSkuId: second.skuId } });
  if (best.score >= RIVAL) return sorted('look', { code: 'probable', values });
  return sorted('look', { code: 'possible', values });
}

const sides = (evidence: Evidence): { offer: string; sku: string } => ({
  offer: evidence.offerValue ?? '',
  sku: evidence.skuValue ?? '',
});

/**
 * What would make a candidate certain, or rule it out; null when it is certain already, and for one that is plainly another
 * product: no colour or number would make it this one.
 */
export function settleOf(candidate: Omit<Candidate, 'settle'>): Coded | null {
  const { skuId, evidence, score } = candidate;
  const find = (attribute: string): Evidence | undefined => evidence.find((each) => each.attribute === attribute);
  const gtin = find('gtin');
  const agrees = (attribute: string): boolean => find(attribute)?.verdict === 'agrees';
  if (score < PLAUSIBLE && !agrees('title') && !agrees('gtin') && !agrees('model')) return null;
  if (gtin?.verdict === 'agrees' && score >= CERTAIN && !evidence.some(conflicts)) return null;
  const conflict = evidence.find(conflicts);
  if (gtin?.verdict === 'conflicts')
    return { code: 'checkGtin', values: { skuId, offer: gtin.offerValue ?? '', sku: gtin.skuValue ?? '' } };
  if (conflict !== undefined)
    return { code: 'checkAttribute', values: { skuId, attribute: conflict.attribute, ...sides(conflict) } };
  if (gtin !== undefined && gtin.offerValue !== null && gtin.skuValue === null)
    return { code: 'gtinOnSku', values: { skuId } };
  if (gtin !== undefined && gtin.offerValue === null) return { code: 'gtinOnOffer', values: { skuId } };
  if (gtin !== undefined)
    return { code: 'gtinInvalid', values: { skuId, offer: gtin.offerValue ?? '', sku: gtin.skuValue ?? '' } };
  const model = find('model');
  if (model?.verdict === 'missing' && model.offerValue === null) return { code: 'modelOnOffer', values: { skuId } };
  if (model?.verdict === 'missing' && model.skuValue === null) return { code: 'modelOnSku', values: { skuId } };
  return { code: 'gtinOnBoth', values: { skuId } };
}
