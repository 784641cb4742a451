/** What of a line is not as it was sold, by the seller's answer just before placing. */

export const lineDivergences = ['unavailable', 'stock', 'price', 'delivery', 'freight'] as const;
export type LineDivergence = (typeof lineDivergences)[number];

/** A line as it was sold, and as the seller would sell it now. Amounts in minor units. */
export interface SoldLine {
  readonly quantity: number;
  readonly priceMinor: number;
  /** Of the line. */
  readonly freightMinor: number;
  /** Null: the seller named none. */
  readonly nowPriceMinor: number | null;
  /** Null: the chosen delivery is no longer offered. */
  readonly nowFreightMinor: number | null;
  /** Null: nobody has asked yet. */
  readonly nowStock: number | null;
}

/** What diverges, the weightiest first; nothing where nobody has asked. */
export function divergencesOf(line: SoldLine): LineDivergence[] {
  const { nowStock, nowPriceMinor, nowFreightMinor } = line;
  if (nowStock === null) return [];
  if (nowPriceMinor === null || nowStock <= 0) return ['unavailable'];
  return [
    ...(nowStock < line.quantity ? (['stock'] as const) : []),
    ...(nowPriceMinor !== line.priceMinor ? (['price'] as const) : []),
    ...(nowFreightMinor === null ? (['delivery'] as const) : []),
    ...(nowFreightMinor !== null && nowFreightMinor !== line.freightMinor ? (['freight'] as const) : []),
  ];
}

/** By how much the seller's sum is above (or below) what was sold; null where it cannot be said. Minor units. */
export function differenceOf(lines: readonly SoldLine[]): number | null {
  let sum = 0;
  for (const line of lines) {
    if (line.nowPriceMinor === null || line.nowFreightMinor === null) return null;
    sum += line.quantity * (line.nowPriceMinor - line.priceMinor) + line.nowFreightMinor - line.freightMinor;
  }
  return sum;
}
