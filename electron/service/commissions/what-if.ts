import type { Impact } from '../../../shared/contract/commissions.ts';
import { divideRounded, minorOf, wholeBasisPoints } from '../../../shared/domain/exact.ts';
import type { SoldColumns } from './sold-columns.ts';

/** Sums by a code from 0 on. */
class Sums {
  readonly #items: Float64Array;
  readonly #sold: Float64Array;
  readonly #before: Float64Array;
  readonly #after: Float64Array;
  constructor(size: number) {
    this.#items = new Float64Array(size);
    this.#sold = new Float64Array(size);
    this.#before = new Float64Array(size);
    this.#after = new Float64Array(size);
  }
  add(code: number, sold: number, before: number, after: number): void {
    // a code is below the size that was given, so that each place is a number
    this.#items[code] = (this.#items[code] as number) + 1;
    this.#sold[code] = (this.#sold[code] as number) + sold;
    this.#before[code] = (this.#before[code] as number) + before;
    this.#after[code] = (this.#after[code] as number) + after;
  }
  /** @param keyOf what a code stands for; several codes may stand for one */
  rows(keyOf: (code: number) => string, label: (key: string) => string): Impact[] {
    const rows = new Map<string, { items: number; sold: number; before: number; after: number }>();
    for (let code = 0; code < this.#items.length; code++) {
      const items = this.#items[code] as number;
      if (items === 0) continue;
      const key = keyOf(code);
      const row = rows.get(key) ?? { items: 0, sold: 0, before: 0, after: 0 };
      row.items += items;
      row.sold += this.#sold[code] as number;
      row.before += this.#before[code] as number;
      row.after += this.#after[code] as number;
      rows.set(key, row);
    }
    return [...rows].map(([key, { items, sold, before, after }]) => ({
      key,
      label: label(key),
      items,
      sold: minorOf(sold),
      before: minorOf(before),
      after: minorOf(after),
    }));
  }
}

/** Orders named at most. */
const turnedKept = 200;
interface Turned {
  readonly at: number;
  readonly sold: number;
  readonly before: number;
  readonly after: number;
  /** The margin after, in ten-thousandths of a minor unit. */
  readonly scaled: number;
}
function keepWorst(turned: Turned[]): void {
  turned.sort((a, b) => a.scaled - b.scaled || a.at - b.at);
  turned.length = Math.min(turned.length, turnedKept);
}

/** Two commissions of every item, summed by seller, category and month, and the orders whose margin is below zero. */
export function compare(
  columns: SoldColumns,
  before: Float64Array,
  after: Float64Array,
  paymentCost: number,
  labels: { seller(id: string): string; category(id: number): string },
) {
  const day = (at: number): number => Math.floor((columns.soldAt[at] as number) / 86_400_000);
  let first = Infinity;
  let last = -Infinity;
  for (let at = 0; at < columns.count; at++) {
    const on = day(at);
    if (on < first) first = on;
    if (on > last) last = on;
  }
  const sellers = new Sums(columns.sellers.length);
  const categories = new Sums(columns.categories.length);
  const days = new Sums(columns.count === 0 ? 0 : last - first + 1);
  const totals = { sold: 0, before: 0, after: 0 };
  const negative = { before: 0, after: 0 };
  let order = -1;
  const open = { at: 0, sold: 0, before: 0, after: 0 };
  const turned: Turned[] = [];
  let turnedCount = 0;
  const closeOrder = () => {
    // compared in ten-thousandths: nothing is divided
    const cost = open.sold * paymentCost;
    const wasNegative = open.before * wholeBasisPoints < cost;
    const isNegative = open.after * wholeBasisPoints < cost;
    if (wasNegative) negative.before++;
    if (isNegative) negative.after++;
    if (!isNegative || wasNegative) return;
    turnedCount++;
    turned.push({ ...open, scaled: open.after * wholeBasisPoints - cost });
    if (turned.length >= turnedKept * 2) keepWorst(turned);
  };
  for (let at = 0; at < columns.count; at++) {
    const sold =
      (columns.price[at] as number) * (columns.quantity[at] as number) +
      (columns.freight[at] as number) +
      (columns.adjustment[at] as number);
    const one = before[at] as number;
    const other = after[at] as number;
    sellers.add(columns.seller[at] as number, sold, one, other);
    categories.add(columns.categoryCode[at] as number, sold, one, other);
    days.add(day(at) - first, sold, one, other);
    totals.sold += sold;
    totals.before += one;
    totals.after += other;
    if (columns.order[at] !== order) {
      if (order >= 0) closeOrder();
      order = columns.order[at] as number;
      open.at = at;
      open.sold = 0;
      open.before = 0;
      open.after = 0;
    }
    open.sold += sold;
    open.before += one;
    open.after += other;
  }
  if (order >= 0) closeOrder();
  keepWorst(turned);
  const margin = (commission: number, sold: number) =>
    minorOf(commission - divideRounded(sold * paymentCost, wholeBasisPoints));
  const bySize = (rows: Impact[]) =>
    rows.toSorted((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || b.sold - a.sold);
  return {
    items: columns.count,
    sold: minorOf(totals.sold),
    before: minorOf(totals.before),
    after: minorOf(totals.after),
    sellers: bySize(
      sellers.rows(
        (code) => columns.sellers[code] as string,
        (id) => labels.seller(id),
      ),
    ),
    categories: bySize(
      categories.rows(
        (code) => String(columns.categories[code] ?? -1),
        (id) => labels.category(Number(id)),
      ),
    ),
    months: days
      .rows((code) => new Date((first + code) * 86_400_000).toISOString().slice(0, 7), String)
      .toSorted((a, b) => a.key.localeCompare(b.key)),
    negativeBefore: negative.before,
    negativeAfter: negative.after,
    turned: turnedCount,
    /** The item that each begins with, and its margins in minor units; the worst first. */
    turnedAt: turned.map(({ at, sold, before: one, after: other }) => ({
      at,
      sold: minorOf(sold),
      before: margin(one, sold),
      after: margin(other, sold),
    })),
  };
}
