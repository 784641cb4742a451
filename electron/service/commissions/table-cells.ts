import { type Instant, instantOf } from '../../../shared/domain/brand.ts';
import { type Charge, type ChargeProblem, checkCharge } from '../../../shared/domain/commission/charge.ts';
import { isTimeZone } from '../../../shared/domain/commission/check.ts';
import { undefused } from '../../../shared/domain/csv.ts';
import { startOfDayIn } from '../../../shared/domain/days.ts';
import { basisPointsOf, type Minor, minorOf, parseBasisPoints, percentText } from '../../../shared/domain/exact.ts';
import { decimalOf, parseMinor } from '../../../shared/domain/money.ts';

/**
 * The columns of the table, in both directions. Percentages as people write them, amounts in currency units, days of the row's time zone or instants.
 * More than one band is written in one cell, as `from:percent:fixed|from:percent|…`; then the percentage and the fixed amount stay empty.
 */
export const header = [
  'seller',
  'group',
  'category',
  'brand',
  'channel',
  'seller_sku',
  'product_percent',
  'product_fixed',
  'product_minimum',
  'product_maximum',
  'product_kind',
  'product_bands',
  'freight_percent',
  'freight_fixed',
  'freight_minimum',
  'freight_maximum',
  'freight_kind',
  'freight_bands',
  'valid_from',
  'valid_until',
  'time_zone',
  'note',
] as const;
export type Column = (typeof header)[number];
type Part = 'product' | 'freight';
const empty: Readonly<Record<Column, string>> = Object.fromEntries(header.map((name) => [name, ''])) as Record<
  Column,
  string
>;

const chargeSentences: Readonly<Record<ChargeProblem['code'], string>> = {
  'no-bands': 'There is no band.',
  'first-band-not-zero': 'The first band has to begin at 0.',
  'bands-not-rising': 'Each band has to begin above the one before it.',
  'minimum-above-maximum': 'The maximum is below the minimum.',
};

/** Reads the cells of a row, and remembers every one that is at fault. */
export class Cells {
  readonly errors: { row: number; column: string; message: string }[] = [];
  row = 0;
  cells: Readonly<Record<Column, string>> = empty;
  readonly #digits: number;

  /** @param digits of the currency */
  constructor(digits: number) {
    this.#digits = digits;
  }
  bad(column: Column, message: string): null {
    this.errors.push({ row: this.row, column, message });
    return null;
  }
  text(column: Column): string | null {
    return this.cells[column] === '' ? null : undefused(this.cells[column]);
  }
  amount(column: Column): Minor | null {
    const text = this.text(column);
    if (text === null) return null;
    return this.#amountOf(text) ?? this.bad(column, `“${text}” is no amount.`);
  }
  #amountOf(text: string): Minor | null {
    const value = /^\d[\d.,]*$/.test(text) ? parseMinor(text, this.#digits) : null;
    return value === null ? null : minorOf(value);
  }
  /** The row's time zone; null: none given, or no zone. */
  zone(): string | null {
    const text = this.text('time_zone');
    if (text === null || isTimeZone(text)) return text;
    return this.bad('time_zone', 'There is no such time zone.');
  }
  /** A day as its first moment in a time zone, or a moment written in full. */
  instant(column: Column, timeZone: string): Instant | null {
    const text = this.text(column);
    if (text === null) return null;
    if (/^\d{4}-\d\d-\d\dT/.test(text)) {
      const epoch = Date.parse(text);
      const isReal = !Number.isNaN(epoch) && startOfDayIn(text.slice(0, 10), 'UTC') !== null;
      return isReal ? instantOf(epoch) : this.bad(column, `“${text}” is no date; write 2026-12-31.`);
    }
    return startOfDayIn(text, timeZone) ?? this.bad(column, `“${text}” is no date; write 2026-12-31.`);
  }
  #bands(column: Column, text: string): Charge['bands'] | null {
    const bands = [];
    for (const piece of text.split('|')) {
      const [from = '', percent = '', fixed = '', ...more] = piece.split(':').map((each) => each.trim());
      const start = this.#amountOf(from);
      const rate = percent === '' ? basisPointsOf(0) : parseBasisPoints(percent);
      const amount = fixed === '' ? minorOf(0) : this.#amountOf(fixed);
      if (start === null || rate === null || amount === null || more.length > 0)
        return this.bad(column, `“${piece}” is no band; write from:percent:fixed, such as 100.00:12.5:0.50.`);
      bands.push({ from: start, rate, fixed: amount });
    }
    return bands;
  }
  charge(part: Part): Charge | null {
    const percent = this.text(`${part}_percent`);
    const fixed = this.amount(`${part}_fixed`);
    const minimum = this.amount(`${part}_minimum`);
    const maximum = this.amount(`${part}_maximum`);
    const kind = this.text(`${part}_kind`)?.toLowerCase() ?? 'whole';
    const written = this.text(`${part}_bands`);
    if (percent === null && fixed === null && minimum === null && maximum === null && written === null) return null;
    if (kind !== 'whole' && kind !== 'marginal')
      return this.bad(`${part}_kind`, `“${kind}” is no kind; write whole or marginal.`);
    if (written !== null && (percent !== null || fixed !== null))
      return this.bad(`${part}_bands`, 'Write either bands, or a percentage and a fixed amount.');
    const rate = percent === null ? basisPointsOf(0) : parseBasisPoints(percent);
    if (rate === null) return this.bad(`${part}_percent`, `“${percent}” is no percentage from 0 to 100.`);
    const one = [{ from: minorOf(0), rate, fixed: fixed ?? minorOf(0) }];
    const bands = written === null ? one : this.#bands(`${part}_bands`, written);
    if (bands === null) return null;
    const charge: Charge = { kind, bands, minimum, maximum };
    const problem = checkCharge(charge);
    if (problem === null) return charge;
    const column = problem.code === 'minimum-above-maximum' ? 'maximum' : 'bands';
    return this.bad(`${part}_${column}`, chargeSentences[problem.code]);
  }
}

/** A charge as the cells that {@link Cells.charge} reads: percentage, fixed amount, minimum, maximum, kind, bands. */
export function cellsOfCharge(charge: Charge | null, digits: number): string[] {
  const [first] = charge?.bands ?? [];
  if (!charge || !first) return ['', '', '', '', '', ''];
  const optional = (minor: number | null) => (minor === null ? '' : decimalOf(minor, digits));
  const amount = (minor: number) => (minor === 0 ? '' : decimalOf(minor, digits));
  const isOne = charge.bands.length === 1 && first.from === 0;
  const band = ({ from, rate, fixed }: Charge['bands'][number]) =>
    `${decimalOf(from, digits)}:${percentText(rate)}${fixed === 0 ? '' : `:${decimalOf(fixed, digits)}`}`;
  return [
    isOne ? percentText(first.rate) : '',
    isOne ? amount(first.fixed) : '',
    optional(charge.minimum),
    optional(charge.maximum),
    charge.kind === 'whole' ? '' : charge.kind,
    isOne ? '' : charge.bands.map(band).join('|'),
  ];
}
