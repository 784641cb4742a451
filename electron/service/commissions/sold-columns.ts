import { statement } from '../database/convert.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/open.ts';

/** Sold items by column: texts as codes into their lists, everything else as numbers. Items of one order stand together. */
export interface SoldColumns {
  readonly count: number;
  readonly sellers: readonly string[];
  readonly channels: readonly string[];
  readonly skus: readonly string[];
  readonly seller: Int32Array;
  readonly channel: Int32Array;
  readonly sku: Int32Array;
  /** Ids of categories; null: none. */
  readonly categories: readonly (number | null)[];
  readonly categoryCode: Int32Array;
  /** -1: none. */
  readonly brand: Int32Array;
  readonly price: Float64Array;
  readonly quantity: Int32Array;
  readonly freight: Float64Array;
  /** Increments minus discounts on the goods. */
  readonly adjustment: Float64Array;
  /** Milliseconds since the epoch. */
  readonly soldAt: Float64Array;
  /** Rises with each order. */
  readonly order: Int32Array;
  /** Where the items of each segment begin, in order. */
  readonly segments: readonly { readonly segment: number; readonly from: number }[];
  /** Where each item stands among those of every currency; null: there. */
  readonly places: Int32Array | null;
  /** Items of other currencies, which are not among them. */
  readonly left: number;
}

/** Rows of a segment: ids that are the same but for their last bits. Its codes fit 16 bits. */
const segmentBits = 14;
const segmentRows = 2 ** segmentBits;
/** A pack of another form is read as if it were not there: who changes it deletes the packs, in a migration. */
const packVersion = 2;

/** What a segment has of every row, the widest numbers first so that each column is aligned. */
const layout = {
  price: Float64Array,
  freight: Float64Array,
  adjustment: Float64Array,
  soldAt: Float64Array,
  brand: Int32Array,
  quantity: Int32Array,
  seller: Uint16Array,
  sku: Uint16Array,
  category: Uint16Array,
  channel: Uint16Array,
  currency: Uint8Array,
  /** 1 where a row belongs to another order than the one before it. */
  starts: Uint8Array,
} as const;
type Columns = { [Name in keyof typeof layout]: InstanceType<(typeof layout)[Name]> };

/** The lists that a segment's codes point into, and the orders at its ends: one may go on in the next segment. */
interface Heading {
  readonly version: number;
  readonly count: number;
  readonly sellers: readonly string[];
  readonly skus: readonly string[];
  readonly categories: readonly (number | null)[];
  readonly channels: readonly string[];
  /** Empty: the marketplace's own. */
  readonly currencies: readonly string[];
  readonly firstOrder: string;
  readonly lastOrder: string;
}
interface Segment extends Heading {
  readonly columns: Columns;
}

type SoldRow = [
  orderId: string,
  seller: string,
  sku: string,
  category: number | null,
  brand: number | null,
  channel: string,
  price: number,
  quantity: number,
  freight: number,
  adjustment: number,
  soldAt: number,
  currency: string,
];

/** Values in order of appearance, each with its place. */
function codes<Value>() {
  const list: Value[] = [];
  const known = new Map<Value, number>();
  const code = (value: Value): number => {
    let found = known.get(value);
    if (found === undefined) {
      found = list.length;
      list.push(value);
      known.set(value, found);
    }
    return found;
  };
  return { list, code };
}

/** Columns of so many rows, one behind the other from a place in the memory on. */
function columnsIn(memory: ArrayBuffer, from: number, count: number): Columns {
  let place = from;
  const take = <Column>(kind: {
    new (memory: ArrayBuffer, at: number, length: number): Column;
    BYTES_PER_ELEMENT: number;
  }): Column => {
    const column = new kind(memory, place, count);
    place += count * kind.BYTES_PER_ELEMENT;
    return column;
  };
  return {
    price: take(layout.price),
    freight: take(layout.freight),
    adjustment: take(layout.adjustment),
    soldAt: take(layout.soldAt),
    brand: take(layout.brand),
    quantity: take(layout.quantity),
    seller: take(layout.seller),
    sku: take(layout.sku),
    category: take(layout.category),
    channel: take(layout.channel),
    currency: take(layout.currency),
    starts: take(layout.starts),
  };
}
const bytesOfRow = Object.values(layout).reduce((sum, kind) => sum + kind.BYTES_PER_ELEMENT, 0);

/** A segment from its rows. */
function readSegment(database: ReadableDatabase, segment: number): Segment {
  // in one block: fetching row by row costs more than the rows. Raw rows are the columns in order
  const rows = database
    .prepare<[number, number]>(
      `SELECT order_id, seller_id, seller_sku_id, category_id, brand_id, sales_channel, price, quantity, freight, adjustment,
              CAST(ROUND(unixepoch(sold_at, 'subsec') * 1000) AS INTEGER), currency
         FROM sold_item WHERE id >= ? AND id < ? ORDER BY id`,
    )
    .raw()
    .all(segment * segmentRows, (segment + 1) * segmentRows) as unknown as SoldRow[];
  const columns = columnsIn(new ArrayBuffer(rows.length * bytesOfRow), 0, rows.length);
  const sellers = codes<string>();
  const skus = codes<string>();
  const categories = codes<number | null>();
  const channels = codes<string>();
  const currencies = codes<string>();
  let lastOrder: string | null = null;
  for (const [at, row] of rows.entries()) {
    const [orderId, seller, sku, category, brand, channel, price, quantity, freight, adjustment, soldAt, currency] =
      row;
    columns.price[at] = price;
    columns.freight[at] = freight;
    columns.adjustment[at] = adjustment;
    columns.soldAt[at] = soldAt;
    columns.brand[at] = brand ?? -1;
    columns.quantity[at] = quantity;
    columns.seller[at] = sellers.code(seller);
    columns.sku[at] = skus.code(sku);
    columns.category[at] = categories.code(category);
    columns.channel[at] = channels.code(channel);
    columns.currency[at] = currencies.code(currency);
    columns.starts[at] = orderId === lastOrder ? 0 : 1;
    lastOrder = orderId;
  }
  return {
    version: packVersion,
    count: rows.length,
    sellers: sellers.list,
    skus: skus.list,
    categories: categories.list,
    channels: channels.list,
    currencies: currencies.list,
    firstOrder: rows[0]?.[0] ?? '',
    lastOrder: lastOrder ?? '',
    columns,
  };
}

/** A heading's length, the heading, and the columns from the next multiple of eight on. */
const columnsFrom = (headingBytes: number): number => (4 + headingBytes + 7) & ~7;

function packed({ columns, ...heading }: Segment): Uint8Array {
  const text = Buffer.from(JSON.stringify(heading));
  const pack = Buffer.alloc(columnsFrom(text.length) + columns.price.buffer.byteLength);
  pack.writeUInt32LE(text.length, 0);
  text.copy(pack, 4);
  pack.set(new Uint8Array(columns.price.buffer), columnsFrom(text.length));
  return pack;
}

/** @returns null: a pack of another version of this program */
function unpacked(pack: Buffer): Segment | null {
  const headingBytes = pack.readUInt32LE(0);
  // written by packed, under the same type, when the version is the same
  const heading = JSON.parse(pack.toString('utf8', 4, 4 + headingBytes)) as Heading;
  if (heading.version !== packVersion) return null;
  const from = columnsFrom(headingBytes);
  const { buffer, byteOffset } = pack;
  // what SQLite gives need not be aligned: then it is copied
  const columns =
    buffer instanceof ArrayBuffer && (byteOffset & 7) === 0
      ? columnsIn(buffer, byteOffset + from, heading.count)
      : columnsIn(Uint8Array.from(pack.subarray(from)).buffer, 0, heading.count);
  return { ...heading, columns };
}

interface StoredSegment {
  segment: number;
  changes: number;
  packed: number | null;
}
const storedSegments = (database: ReadableDatabase): StoredSegment[] =>
  statement<[], StoredSegment>(
    database,
    `SELECT s.segment, s.changes, p.changes AS packed FROM sold_segment s LEFT JOIN sold_pack p ON p.segment = s.segment ORDER BY s.segment`,
  ).all();

/** A pack as it was made from rows. */
export interface SoldPack {
  readonly segment: number;
  readonly changes: number;
  readonly columns: Uint8Array;
}

/**
 * The next segments that have no pack as they are now, packed. The newest one changes with every order and is left until it is full. Each takes
 * some thirty milliseconds.
 */
export function outdatedPacks(database: ReadableDatabase, params: { most: number }): SoldPack[] {
  const segments = storedSegments(database);
  const newest = segments.at(-1)?.segment;
  return segments
    .filter(({ segment, changes, packed: at }) => at !== changes && segment !== newest)
    .slice(0, params.most)
    .map(({ segment, changes }) => ({ segment, changes, columns: packed(readSegment(database, segment)) }));
}

/** Writes packs. One whose segment changed meanwhile is never read, and made again. */
export function keepPacks(database: WritableDatabase, params: { packs: readonly SoldPack[] }): null {
  const keep = statement<[number, number, Uint8Array], unknown>(
    database,
    'INSERT INTO sold_pack (segment, changes, columns) VALUES (?, ?, ?) ON CONFLICT (segment) DO UPDATE SET changes = excluded.changes, columns = excluded.columns',
  );
  for (const { segment, changes, columns } of params.packs) keep.run(segment, changes, columns);
  return null;
}

/** What tells one state of what was sold from another. */
export const soldState = (database: ReadableDatabase): string =>
  storedSegments(database)
    .map(({ segment, changes }) => `${segment}:${changes}`)
    .join(' ');

/** Some rows of columns, in their order. */
function only(columns: Omit<SoldColumns, 'left'>, isKept: Uint8Array): SoldColumns {
  const count = isKept.reduce((sum, each) => sum + each, 0);
  const compact = <Column extends Int32Array | Float64Array>(column: Column, into: Column): Column => {
    let next = 0;
    for (let at = 0; at < columns.count; at++) if (isKept[at] === 1) into[next++] = column[at] as number;
    return into;
  };
  const whole = (column: Int32Array) => compact(column, new Int32Array(count));
  const real = (column: Float64Array) => compact(column, new Float64Array(count));
  return {
    ...columns,
    count,
    left: columns.count - count,
    places: whole(Int32Array.from({ length: columns.count }, (_, at) => at)),
    seller: whole(columns.seller),
    channel: whole(columns.channel),
    sku: whole(columns.sku),
    categoryCode: whole(columns.categoryCode),
    brand: whole(columns.brand),
    quantity: whole(columns.quantity),
    order: whole(columns.order),
    price: real(columns.price),
    freight: real(columns.freight),
    adjustment: real(columns.adjustment),
    soldAt: real(columns.soldAt),
  };
}

/**
 * Reads every item that was sold in a currency: packs where there are any, else rows. A million take a third of a second from packs, three seconds from
 * rows.
 * @param currency the marketplace's own: items that name none are of it
 */
export function readColumns(database: ReadableDatabase, currency: string): SoldColumns {
  const pack = statement<[number], { columns: Buffer }>(database, 'SELECT columns FROM sold_pack WHERE segment = ?');
  const stored = storedSegments(database);
  const segments = stored.map(({ segment, changes, packed: at }) => {
    const kept = at === changes ? pack.get(segment) : undefined;
    return (kept && unpacked(kept.columns)) ?? readSegment(database, segment);
  });
  const starts: { segment: number; from: number }[] = [];
  const total = segments.reduce((sum, { count }) => sum + count, 0);
  const sellers = codes<string>();
  const channels = codes<string>();
  const skus = codes<string>();
  const categories = codes<number | null>();
  const all = {
    seller: new Int32Array(total),
    channel: new Int32Array(total),
    sku: new Int32Array(total),
    categoryCode: new Int32Array(total),
    brand: new Int32Array(total),
    price: new Float64Array(total),
    quantity: new Int32Array(total),
    freight: new Float64Array(total),
    adjustment: new Float64Array(total),
    soldAt: new Float64Array(total),
    order: new Int32Array(total),
  };
  // made when the first item of another currency comes: mostly there is none
  let isKept: Uint8Array | null = null;
  let from = 0;
  let order = -1;
  let lastOrder: string | null = null;
  for (const [index, { count, columns, ...heading }] of segments.entries()) {
    if (count === 0) continue;
    starts.push({ segment: stored[index]?.segment ?? 0, from });
    for (const name of ['brand', 'price', 'quantity', 'freight', 'adjustment', 'soldAt'] as const)
      all[name].set(columns[name], from);
    // a segment's own codes as those of all
    const recode = (into: Int32Array, own: Uint16Array, places: readonly number[]) => {
      for (let at = 0; at < count; at++) into[from + at] = places[own[at] as number] as number;
    };
    recode(all.seller, columns.seller, heading.sellers.map(sellers.code));
    recode(all.channel, columns.channel, heading.channels.map(channels.code));
    recode(all.sku, columns.sku, heading.skus.map(skus.code));
    recode(all.categoryCode, columns.category, heading.categories.map(categories.code));
    const wanted = heading.currencies.map((each) => (each === '' || each === currency ? 1 : 0));
    if (wanted.includes(0)) {
      isKept ??= new Uint8Array(total).fill(1);
      for (let at = 0; at < count; at++) isKept[from + at] = wanted[columns.currency[at] as number] as number;
    }
    const goesOn = heading.firstOrder === lastOrder;
    for (let at = 0; at < count; at++) {
      if (at === 0 ? !goesOn : columns.starts[at] === 1) order++;
      all.order[from + at] = order;
    }
    lastOrder = heading.lastOrder;
    from += count;
  }
  const columns = {
    count: total,
    sellers: sellers.list,
    channels: channels.list,
    skus: skus.list,
    categories: categories.list,
    ...all,
    segments: starts,
    places: null,
  };
  return isKept === null ? { ...columns, left: 0 } : only(columns, isKept);
}

/** The order that an item of the columns is of; null when it is no longer there. */
export function orderIdAt(database: ReadableDatabase, { segments, places }: SoldColumns, index: number): string | null {
  const at = places === null ? index : (places[index] ?? -1);
  const found = segments.findLast(({ from }) => from <= at);
  if (!found) return null;
  const row = statement<[number, number, number], { order_id: string }>(
    database,
    'SELECT order_id FROM sold_item WHERE id >= ? AND id < ? ORDER BY id LIMIT 1 OFFSET ?',
  ).get(found.segment * segmentRows, (found.segment + 1) * segmentRows, at - found.from);
  return row?.order_id ?? null;
}
