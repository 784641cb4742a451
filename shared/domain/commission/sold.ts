/**
 * The money of an order, line by line, so that the lines add up to what was paid: its freight also where the line that it was for is gone, what
 * changes added or took off, and what was given back, each time on its day. Minor units.
 */
import { allocate, type Minor, minorOf, proportion } from '../exact.ts';

export interface SoldLine {
  /** A unit. */
  readonly price: number;
  readonly quantity: number;
  /** Of the line. */
  readonly freight: number;
}

export interface SoldMoney {
  /** On the goods; never below what they cost. */
  readonly adjustment: Minor;
  readonly freight: Minor;
}

const sum = (amounts: readonly number[]): number => amounts.reduce((all, each) => all + each, 0);

/**
 * What each line's freight and adjustment are. Freight that is no line's any more goes to the others in proportion to theirs (without any, to their
 * goods); a discount is on the goods first, in proportion to them, and on freight with what is left; an increment is on the goods.
 * @param order the order's whole freight, and increments minus discounts of its changes
 */
export function soldMoney(
  lines: readonly SoldLine[],
  order: { readonly freight: number; readonly adjustment: number },
): SoldMoney[] {
  if (lines.length === 0) return [];
  const goods = lines.map(({ price, quantity }) => price * quantity);
  const own = lines.map(({ freight }) => freight);
  const leftOver = allocate(minorOf(order.freight - sum(own)), sum(own) > 0 ? own : goods);
  const freight = own.map((each, index) => each + (leftOver[index] ?? 0));
  const onGoods = Math.max(order.adjustment, -sum(goods));
  const adjustments = allocate(minorOf(onGoods), goods);
  const onFreight = allocate(minorOf(Math.max(order.adjustment - onGoods, -sum(freight))), freight);
  return lines.map((_, index) => ({
    adjustment: minorOf(adjustments[index] ?? 0),
    freight: minorOf((freight[index] ?? 0) + (onFreight[index] ?? 0)),
  }));
}

/** Money that went back. */
export interface Return {
  readonly at: string;
  readonly amount: number;
  /** The lines it is about; empty: it does not say. */
  readonly lines: readonly number[];
}

export interface LineRefund {
  readonly line: number;
  /** The place of the return in the list. */
  readonly position: number;
  readonly amount: Minor;
  readonly at: string;
}

/**
 * What went back of each line, return by return: of the lines it names as far as they were paid, else of all, in proportion to what is left of them.
 * Never more than was paid.
 * @param paid of each line
 */
export function refundsOf(paid: readonly number[], returns: readonly Return[]): LineRefund[] {
  const left = [...paid];
  const refunds: LineRefund[] = [];
  const take = (position: number, at: string, amount: number, weights: readonly number[]): number => {
    const given = Math.min(amount, sum(weights));
    if (given <= 0) return 0;
    for (const [line, part] of allocate(minorOf(given), weights).entries()) {
      if (part === 0) continue;
      left[line] = (left[line] ?? 0) - part;
      const before = refunds.findIndex((each) => each.line === line && each.position === position);
      const refund = { line, position, at, amount: minorOf(part + (refunds[before]?.amount ?? 0)) };
      if (before < 0) refunds.push(refund);
      else refunds[before] = refund;
    }
    return given;
  };
  for (const [position, { at, amount, lines }] of returns.entries()) {
    const named = left.map((rest, line) => (lines.includes(line) ? rest : 0));
    const given = take(position, at, amount, named);
    take(position, at, amount - given, left.slice());
  }
  return refunds;
}

/**
 * The commission on the goods of a line that a change adjusted: it follows what is paid for them, so that the share that was charged stays the
 * same. On nothing nothing is charged.
 * @param goods price times quantity, before the adjustment
 */
export function adjustedCommission(commission: number, goods: number, adjustment: number): number {
  if (adjustment === 0 || goods === 0) return commission;
  return proportion(minorOf(commission), goods + adjustment, goods);
}
