import { lessMinor, type Minor, minorOf, negated, proportion, sumMinor } from '../exact.ts';

/** One line of an order, as far as its money goes. */
export interface SplitLine {
  /** Null: the marketplace's own. */
  readonly sellerId: string | null;
  /** What the shopper pays for it, product and freight. */
  readonly paid: Minor;
  /** What the marketplace keeps of it, product and freight; 0 of its own. */
  readonly commission: Minor;
}

export interface Split {
  readonly total: Minor;
  /** Its own lines, and every commission. */
  readonly marketplace: Minor;
  readonly sellers: ReadonlyMap<string, Minor>;
}

/**
 * Who gets what of an order. The commissions are rounded, each a line; the sellers get what is left of their lines, so that the parts
 * add up to the whole exactly (protocol, section 5.1).
 */
export function splitOrder(lines: readonly SplitLine[]): Split {
  const sellers = new Map<string, Minor>();
  let marketplace = 0;
  for (const { sellerId, paid, commission } of lines) {
    if (sellerId === null) marketplace += paid;
    else {
      marketplace += commission;
      sellers.set(sellerId, minorOf((sellers.get(sellerId) ?? 0) + lessMinor(paid, commission)));
    }
  }
  return { total: sumMinor(lines.map(({ paid }) => paid)), marketplace: minorOf(marketplace), sellers };
}

/**
 * The part of a commission that a refund gives back: the share of what has been refunded so far, less what was given back before. Refunds of
 * a line in any number of steps give back exactly its commission once all of it is refunded.
 * @param paid what was paid for the line; of a line that nothing was paid for nothing is given back
 */
export function reversedCommission(commission: Minor, paid: Minor, refundedBefore: Minor, refunded: Minor): Minor {
  if (paid <= 0) return minorOf(0);
  const upTo = (amount: number) => proportion(commission, Math.min(amount, paid), paid);
  return negated(lessMinor(upTo(refundedBefore + refunded), upTo(refundedBefore)));
}
