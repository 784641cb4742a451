import type { ListedRule } from '../../shared/contract/commissions.ts';
import type { Charge } from '../../shared/domain/commission/charge.ts';
import { type Minor, minorOf, parseBasisPoints, percentText } from '../../shared/domain/exact.ts';
import { parseMinor } from '../../shared/domain/money.ts';

type Rule = ListedRule['rule'];
type Part = Pick<Rule, 'scope' | 'product' | 'freight' | 'note'>;

/** A rule as texts of a form; its days are the form's own. */
export interface RuleValues {
  sellerId: string | null;
  sellerGroup: string;
  categoryId: string | null;
  brandId: string | null;
  salesChannel: string;
  sellerSkuId: string;
  product: string;
  kind: Charge['kind'];
  minimum: string;
  maximum: string;
  freight: string;
  freightKind: Charge['kind'];
  freightMinimum: string;
  freightMaximum: string;
  note: string;
}

const decimalOf = (minor: number, digits: number): string => {
  const text = String(minor).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
};

/** A charge as lines of `from; percent; fixed`, one a band. */
function linesOf(charge: Charge | null, digits: number): string {
  return (charge?.bands ?? [])
    .map(
      ({ from, rate, fixed }) =>
        `${decimalOf(from, digits)}; ${percentText(rate)}${fixed === 0 ? '' : `; ${decimalOf(fixed, digits)}`}`,
    )
    .join('\n');
}

/** The bands that lines say; null when one cannot be read. */
export function bandsOf(text: string, digits: number): Charge['bands'] | null {
  const bands = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const parts = line.split(';').map((part) => part.trim());
    const [from = '', percent = '', fixed = '0'] = parts.length === 1 ? ['0', parts[0]] : parts;
    const start = parseMinor(from, digits);
    const rate = parseBasisPoints(percent);
    const amount = parseMinor(fixed, digits);
    if (start === null || rate === null || amount === null) return null;
    bands.push({ from: minorOf(start), rate, fixed: minorOf(amount) });
  }
  return bands;
}

/** @param digits decimal places of the currency */
export function valuesOfRule(rule: Part | null, digits: number): RuleValues {
  const optional = (minor: number | null | undefined) =>
    minor === null || minor === undefined ? '' : decimalOf(minor, digits);
  const id = (value: number | null | undefined) => (value === null || value === undefined ? null : String(value));
  return {
    sellerId: rule?.scope.sellerId ?? null,
    sellerGroup: rule?.scope.sellerGroup ?? '',
    categoryId: id(rule?.scope.categoryId),
    brandId: id(rule?.scope.brandId),
    salesChannel: rule?.scope.salesChannel ?? '',
    sellerSkuId: rule?.scope.sellerSkuId ?? '',
    product: linesOf(rule?.product ?? null, digits),
    kind: rule?.product?.kind ?? 'whole',
    minimum: optional(rule?.product?.minimum),
    maximum: optional(rule?.product?.maximum),
    freight: linesOf(rule?.freight ?? null, digits),
    freightKind: rule?.freight?.kind ?? 'whole',
    freightMinimum: optional(rule?.freight?.minimum),
    freightMaximum: optional(rule?.freight?.maximum),
    note: rule?.note ?? '',
  };
}

/** What a form says, once its texts were found to be readable. @param digits decimal places of the currency */
export function ruleOfValues(values: RuleValues, digits: number): Part {
  const amount = (text: string): Minor | null => (text === '' ? null : minorOf(parseMinor(text, digits) ?? 0));
  const charge = (lines: string, kind: Charge['kind'], minimum: string, maximum: string): Charge | null => {
    const bands = bandsOf(lines, digits) ?? [];
    return bands.length === 0 ? null : { kind, bands, minimum: amount(minimum), maximum: amount(maximum) };
  };
  return {
    scope: {
      sellerId: values.sellerId,
      sellerGroup: values.sellerGroup.trim() || null,
      categoryId: values.categoryId === null ? null : Number(values.categoryId),
      brandId: values.brandId === null ? null : Number(values.brandId),
      salesChannel: values.salesChannel.trim() || null,
      sellerSkuId: values.sellerSkuId.trim() || null,
    },
    product: charge(values.product, values.kind, values.minimum, values.maximum),
    freight: charge(values.freight, values.freightKind, values.freightMinimum, values.freightMaximum),
    note: values.note,
  };
}
