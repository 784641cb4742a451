import type { Impact } from '../../../shared/contract/commissions.ts';
import { chargeOf } from '../../../shared/domain/commission/charge.ts';
import { type Candidate, type CompiledRules, firstValid } from '../../../shared/domain/commission/choose.ts';
import { minorOf, wholeBasisPoints } from '../../../shared/domain/exact.ts';
import type { ReadableDatabase } from '../database/open.ts';

/** Sold items by column: texts as codes into their lists, everything else as numbers. Items of one order stand together. */
export interface SoldColumns {
  readonly count: number;
  readonly sellers: readonly string[];
  readonly channels: readonly string[];
  readonly skus: readonly string[];
  readonly seller: Uint16Array;
  readonly channel: Uint8Array;
  readonly sku: Int32Array;
  /** -1: none. */
  readonly category: Int32Array;
  readonly brand: Int32Array;
  readonly price: Float64Array;
  readonly quantity: Int32Array;
  readonly freight: Float64Array;
  /** Milliseconds since the epoch. */
  readonly soldAt: Float64Array;
  /** Rises with each order. */
  readonly order: Int32Array;
}

type SoldRow = [string, string, string, number | null, number | null, string, number, number, number, number];

/** Reads every sold item. About a second a million; the reader keeps the columns while nothing was sold since. */
export function readColumns(database: ReadableDatabase): SoldColumns {
  const total = Number(database.prepare('SELECT COUNT(*) FROM sold_item').pluck().get());
  const codes = () => {
    const list: string[] = [];
    const known = new Map<string, number>();
    const code = (text: string): number => {
      let found = known.get(text);
      if (found === undefined) {
        found = list.length;
        list.push(text);
        known.set(text, found);
      }
      return found;
    };
    return { list, code };
  };
  const sellers = codes();
  const channels = codes();
  const skus = codes();
  const columns = {
    seller: new Uint16Array(total),
    channel: new Uint8Array(total),
    sku: new Int32Array(total),
    category: new Int32Array(total),
    brand: new Int32Array(total),
    price: new Float64Array(total),
    quantity: new Int32Array(total),
    freight: new Float64Array(total),
    soldAt: new Float64Array(total),
    order: new Int32Array(total),
  };
  let at = 0;
  let order = -1;
  let lastOrder = '';
  const rows = database
    .prepare<[], SoldRow>(
      `SELECT order_id, seller_id, seller_sku_id, category_id, brand_id, sales_channel, price, quantity, freight, CAST(ROUND(unixepoch(sold_at, 'subsec') * 1000) AS INTEGER)
         FROM sold_item ORDER BY id`,
    )
    .raw()
    .iterate() as IterableIterator<SoldRow>;
  for (const [orderId, seller, sku, category, brand, channel, price, quantity, freight, soldAt] of rows) {
    if (at >= total) break;
    if (orderId !== lastOrder) {
      order++;
      lastOrder = orderId;
    }
    columns.seller[at] = sellers.code(seller);
    columns.channel[at] = channels.code(channel);
    columns.sku[at] = skus.code(sku);
    columns.category[at] = category ?? -1;
    columns.brand[at] = brand ?? -1;
    columns.price[at] = price;
    columns.quantity[at] = quantity;
    columns.freight[at] = freight;
    columns.soldAt[at] = soldAt;
    columns.order[at] = order;
    at++;
  }
  return { count: at, sellers: sellers.list, channels: channels.list, skus: skus.list, ...columns };
}

/** The candidates of each item: one look-up a kind of item, then a number. */
function chooser(columns: SoldColumns, compiled: CompiledRules): (at: number) => readonly Candidate[] {
  const { asks } = compiled;
  const known = new Map<number, readonly Candidate[]>();
  const bound = columns.skus.length > 0 && compiled.rules.some(({ scope }) => scope.sellerSkuId !== null);
  const sold = (at: number, withSku: boolean) => ({
    sellerId: columns.sellers[columns.seller[at] as number] as string,
    categoryId: (columns.category[at] as number) < 0 ? null : (columns.category[at] as number),
    brandId: (columns.brand[at] as number) < 0 ? null : (columns.brand[at] as number),
    salesChannel: columns.channels[columns.channel[at] as number] as string,
    sellerSkuId: withSku ? (columns.skus[columns.sku[at] as number] as string) : null,
  });
  // the parts of a key must fit into the 53 bits that a double holds exactly; a larger world is looked up by text
  const fits = columns.sellers.length <= 512;
  return (at) => {
    if (!fits) return compiled.candidates(sold(at, true));
    if (bound) {
      const item = sold(at, true);
      if (compiled.hasBinding(item.sellerId, item.sellerSkuId as string)) return compiled.candidates(item);
    }
    let key = columns.seller[at] as number;
    if (asks.channel) key = key * 256 + (columns.channel[at] as number);
    // category and brand ids share what is left of a double's 53 bits
    if (asks.category) key = key * 1_048_576 + ((columns.category[at] as number) + 1);
    if (asks.brand) key = key * 65_536 + ((columns.brand[at] as number) + 1);
    let found = known.get(key);
    if (!found) {
      found = compiled.candidates(sold(at, false));
      known.set(key, found);
    }
    return found;
  };
}

/** The commission of one item under candidates at a moment, product and freight. */
function commissionAt(columns: SoldColumns, at: number, candidates: readonly Candidate[], moment: number): number {
  const product = firstValid(candidates, 'product', moment)?.product;
  const freight = firstValid(candidates, 'freight', moment)?.freight;
  return (
    (product ? chargeOf(product, columns.price[at] as number, columns.quantity[at] as number) : 0) +
    (freight ? chargeOf(freight, columns.freight[at] as number, 1) : 0)
  );
}

/** Commission of every item, minor units: how fast rules are chosen is measured on this. */
export function commissionsOf(columns: SoldColumns, compiled: CompiledRules, asOf: number | null): Float64Array {
  const choose = chooser(columns, compiled);
  const result = new Float64Array(columns.count);
  for (let at = 0; at < columns.count; at++)
    result[at] = commissionAt(columns, at, choose(at), asOf ?? (columns.soldAt[at] as number));
  return result;
}

class Sums {
  readonly #groups = new Map<number | string, { items: number; sold: number; before: number; after: number }>();
  add(key: number | string, sold: number, before: number, after: number): void {
    const group = this.#groups.get(key);
    if (!group) this.#groups.set(key, { items: 1, sold, before, after });
    else {
      group.items++;
      group.sold += sold;
      group.before += before;
      group.after += after;
    }
  }
  rows(label: (key: number | string) => string): Impact[] {
    return [...this.#groups].map(([key, { items, sold, before, after }]) => ({
      key: String(key),
      label: label(key),
      items,
      sold: minorOf(sold),
      before: minorOf(before),
      after: minorOf(after),
    }));
  }
}

/** Two commissions of every item, summed by seller, category and month, and the orders whose margin is below zero. */
export function compare(
  columns: SoldColumns,
  before: Float64Array,
  after: Float64Array,
  paymentCost: number,
  labels: { seller(id: string): string; category(id: number): string },
) {
  const sellers = new Sums();
  const categories = new Sums();
  const months = new Sums();
  const month = new Map<number, string>();
  const totals = { sold: 0, before: 0, after: 0 };
  const negative = { before: 0, after: 0 };
  let order = -1;
  const open = { sold: 0, before: 0, after: 0 };
  const closeOrder = () => {
    // compared in ten-thousandths: nothing is divided
    const cost = open.sold * paymentCost;
    if (open.before * wholeBasisPoints < cost) negative.before++;
    if (open.after * wholeBasisPoints < cost) negative.after++;
  };
  for (let at = 0; at < columns.count; at++) {
    const sold = (columns.price[at] as number) * (columns.quantity[at] as number) + (columns.freight[at] as number);
    const one = before[at] as number;
    const other = after[at] as number;
    sellers.add(columns.seller[at] as number, sold, one, other);
    categories.add(columns.category[at] as number, sold, one, other);
    const day = Math.floor((columns.soldAt[at] as number) / 86_400_000);
    let name = month.get(day);
    if (name === undefined) {
      name = new Date(day * 86_400_000).toISOString().slice(0, 7);
      month.set(day, name);
    }
    months.add(name, sold, one, other);
    totals.sold += sold;
    totals.before += one;
    totals.after += other;
    if (columns.order[at] !== order) {
      if (order >= 0) closeOrder();
      order = columns.order[at] as number;
      open.sold = 0;
      open.before = 0;
      open.after = 0;
    }
    open.sold += sold;
    open.before += one;
    open.after += other;
  }
  if (order >= 0) closeOrder();
  const bySize = (rows: Impact[]) =>
    rows.toSorted((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || b.sold - a.sold);
  return {
    items: columns.count,
    sold: minorOf(totals.sold),
    before: minorOf(totals.before),
    after: minorOf(totals.after),
    sellers: bySize(sellers.rows((code) => labels.seller(columns.sellers[Number(code)] as string))),
    categories: bySize(categories.rows((id) => labels.category(Number(id)))),
    months: months.rows(String).toSorted((a, b) => a.key.localeCompare(b.key)),
    negativeBefore: negative.before,
    negativeAfter: negative.after,
  };
}
