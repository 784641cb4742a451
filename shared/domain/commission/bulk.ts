import { type BasisPoints, basisPointsOf, divideRounded, wholeBasisPoints } from '../exact.ts';
import type { Charge } from './charge.ts';
import { ancestry, type CommissionPart, type CommissionRule, type Directory } from './rules.ts';

/** Which rules a bulk change is about. Null: any. */
export interface BulkFilter {
  readonly sellerId: string | null;
  readonly sellerGroup: string | null;
  /** The category and everything below it. */
  readonly categoryId: number | null;
  readonly brandId: number | null;
  readonly salesChannel: string | null;
  readonly part: CommissionPart;
  /** Of the first band, both included. */
  readonly rateFrom: BasisPoints | null;
  readonly rateTo: BasisPoints | null;
}

/** - `set`: every band's rate becomes the value.
 *  - `add`: so many basis points are added (negative: taken away).
 *  - `scale`: the rate times so many ten-thousandths, rounded half up. */
export interface BulkChange {
  readonly kind: 'set' | 'add' | 'scale';
  readonly value: number;
}

/** Whether the filter finds a rule. Only rules that say something about the part are found. */
export function isFound(directory: Directory, filter: BulkFilter, rule: CommissionRule): boolean {
  const { scope } = rule;
  const rate = rule[filter.part]?.bands[0]?.rate;
  return (
    rate !== undefined &&
    (filter.sellerId === null || scope.sellerId === filter.sellerId) &&
    (filter.sellerGroup === null || scope.sellerGroup === filter.sellerGroup) &&
    (filter.categoryId === null || ancestry(directory, scope.categoryId).includes(filter.categoryId)) &&
    (filter.brandId === null || scope.brandId === filter.brandId) &&
    (filter.salesChannel === null || scope.salesChannel === filter.salesChannel) &&
    (filter.rateFrom === null || rate >= filter.rateFrom) &&
    (filter.rateTo === null || rate <= filter.rateTo)
  );
}

/** A rate after the change, kept within 0 to 100 %. */
export function changedRate(rate: number, { kind, value }: BulkChange): BasisPoints {
  const raw = kind === 'set' ? value : kind === 'add' ? rate + value : divideRounded(rate * value, wholeBasisPoints);
  return basisPointsOf(Math.max(0, Math.min(wholeBasisPoints, raw)));
}

const changedCharge = (charge: Charge, change: BulkChange): Charge => ({
  ...charge,
  bands: charge.bands.map((band) => ({ ...band, rate: changedRate(band.rate, change) })),
});

/** Every rule that the filter finds and the change changes, before and after. The other part, amounts, limits and dates stay. */
export function bulkChanges(
  directory: Directory,
  rules: readonly CommissionRule[],
  filter: BulkFilter,
  change: BulkChange,
): { readonly before: CommissionRule; readonly after: CommissionRule }[] {
  return rules.flatMap((before) => {
    const charge = before[filter.part];
    if (charge === null || !isFound(directory, filter, before)) return [];
    const after = { ...before, [filter.part]: changedCharge(charge, change) };
    return JSON.stringify(after) === JSON.stringify(before) ? [] : [{ before, after }];
  });
}
