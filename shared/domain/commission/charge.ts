import { type BasisPoints, divideRounded, type Minor, minorOf, wholeBasisPoints } from '../exact.ts';

/** From a unit price on: a rate of it, and a fixed amount. */
export interface Band {
  /** Minor units; the first band of a charge begins at 0. */
  readonly from: Minor;
  readonly rate: BasisPoints;
  /** Minor units a unit. */
  readonly fixed: Minor;
}

/**
 * What is charged on one part of an order item, its product or its freight.
 * - `whole`: the band that the unit price falls in holds for the whole price.
 * - `marginal`: each band's rate holds for the piece of the price inside it; the fixed amount is that of the band it falls in.
 * A plain percentage is one band from 0. Minimum and maximum hold for each unit.
 */
export interface Charge {
  readonly kind: 'whole' | 'marginal';
  readonly bands: readonly Band[];
  readonly minimum: Minor | null;
  readonly maximum: Minor | null;
}

/** A percentage and nothing else. */
export function percentage(rate: BasisPoints): Charge {
  return { kind: 'whole', bands: [{ from: minorOf(0), rate, fixed: minorOf(0) }], minimum: null, maximum: null };
}

/** Whether the charge is one percentage: all that the protocol's own model can say. */
export function isPlain(charge: Charge): boolean {
  return (
    charge.bands.length === 1 && charge.bands[0]?.fixed === 0 && charge.minimum === null && charge.maximum === null
  );
}

export type ChargeProblem =
  | { readonly code: 'no-bands' }
  | { readonly code: 'first-band-not-zero' }
  | { readonly code: 'bands-not-rising'; readonly index: number }
  | { readonly code: 'minimum-above-maximum' };

/** What is wrong with a charge, or null. */
export function checkCharge({ bands, minimum, maximum }: Charge): ChargeProblem | null {
  if (bands.length === 0) return { code: 'no-bands' };
  if (bands[0]?.from !== 0) return { code: 'first-band-not-zero' };
  for (let index = 1; index < bands.length; index++)
    if ((bands[index]?.from ?? 0) <= (bands[index - 1]?.from ?? 0)) return { code: 'bands-not-rising', index };
  if (minimum !== null && maximum !== null && minimum > maximum) return { code: 'minimum-above-maximum' };
  return null;
}

/** A charge on one unit in ten-thousandths of a minor unit: exact, since nothing has been divided yet. */
function scaledUnit(charge: Charge, price: number): number {
  const { bands } = charge;
  let last = 0;
  while (last + 1 < bands.length && (bands[last + 1] as Band).from <= price) last++;
  const band = bands[last] as Band;
  let scaled = band.fixed * wholeBasisPoints;
  if (charge.kind === 'whole') scaled += price * band.rate;
  else {
    for (let index = 0; index <= last; index++) {
      const { from, rate } = bands[index] as Band;
      const to = index === last ? price : (bands[index + 1] as Band).from;
      scaled += (to - from) * rate;
    }
  }
  if (charge.minimum !== null && scaled < charge.minimum * wholeBasisPoints) scaled = charge.minimum * wholeBasisPoints;
  if (charge.maximum !== null && scaled > charge.maximum * wholeBasisPoints) scaled = charge.maximum * wholeBasisPoints;
  return scaled;
}

/**
 * The commission on so many units of one price, in minor units. Everything is exact up to one rounding of the whole line, halves
 * away from zero. On nothing (price or freight 0) nothing is charged, fixed amounts and minimums included.
 * @param price minor units, 0 to 100,000,000,000: up to there each step is an exact whole number
 */
export function chargeOf(charge: Charge, price: number, quantity: number): number {
  if (price === 0 || quantity === 0) return 0;
  const unit = scaledUnit(charge, price);
  const line = unit * quantity;
  return divideRounded(Number.isSafeInteger(line) ? line : BigInt(unit) * BigInt(quantity), wholeBasisPoints);
}
