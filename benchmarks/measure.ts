/** What every benchmark shares: the row it yields, the statistics behind it, and the alternation with its reference. */

export interface Row {
  readonly name: string;
  /** Median of the runs; null when it could not be measured here. */
  readonly value: number | null;
  readonly unit: string;
  /** Half the distance between the slowest and the fastest run, relative to the median: 0.1 is plus or minus 10 %. */
  readonly spread: number | null;
  /** What the value is compared with, in words. */
  readonly reference: string;
  readonly referenceValue: number | null;
  /** value / referenceValue. */
  readonly ratio: number | null;
  /** In words, with its unit; null when there is none. */
  readonly goal: string | null;
  readonly met: boolean | null;
  /** What the reader should know, or why there is no value. */
  readonly note?: string;
}

/** The p-th quantile (0 to 1), nearest rank. @throws RangeError on an empty list */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))];
  if (found === undefined) throw new RangeError('quantile of no values');
  return found;
}

/** The middle value; the mean of the two in the middle of an even number. @throws RangeError on an empty list */
export function median(values: readonly number[]): number {
  return (quantile(values, 0.5) + quantile(values, values.length % 2 === 0 ? 0.5 + 1 / values.length : 0.5)) / 2;
}

/** Half the range relative to the median; 0 when the median is 0. */
export function spreadOf(values: readonly number[]): number {
  const middle = median(values);
  return middle === 0 ? 0 : (Math.max(...values) - Math.min(...values)) / 2 / Math.abs(middle);
}

/** How many alternating runs a row is the median of. */
export const runs = 5;

export interface Alternated {
  readonly own: readonly number[];
  readonly reference: readonly number[];
}

/** Runs both sides in turn, the reference first on every second round, so that what drifts touches both alike. */
export async function alternate(
  own: () => Promise<number>,
  reference: () => Promise<number>,
  rounds: number = runs,
): Promise<Alternated> {
  const taken = { own: [] as number[], reference: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) {
      taken.own.push(await own());
      taken.reference.push(await reference());
    } else {
      taken.reference.push(await reference());
      taken.own.push(await own());
    }
  }
  return taken;
}

export interface Goal {
  readonly text: string;
  met(value: number, ratio: number): boolean;
}

export const atMost = (limit: number, unit: string): Goal => ({
  text: `<= ${limit} ${unit}`,
  met: (value) => value <= limit,
});
export const atLeast = (limit: number, unit: string): Goal => ({
  text: `>= ${limit} ${unit}`,
  met: (value) => value >= limit,
});
export const ratioAtMost = (limit: number): Goal => ({
  text: `ratio <= ${limit}`,
  met: (_value, ratio) => ratio <= limit,
});
export const ratioAtLeast = (limit: number): Goal => ({
  text: `ratio >= ${limit}`,
  met: (_value, ratio) => ratio >= limit,
});

/** The row of alternated runs. */
export function rowOf(
  about: { name: string; unit: string; reference: string; goal?: Goal; note?: string },
  { own, reference }: Alternated,
): Row {
  const value = median(own);
  const referenceValue = median(reference);
  const ratio = referenceValue === 0 ? 0 : value / referenceValue;
  return {
    name: about.name,
    value,
    unit: about.unit,
    spread: spreadOf(own),
    reference: about.reference,
    referenceValue,
    ratio,
    goal: about.goal?.text ?? null,
    met: about.goal?.met(value, ratio) ?? null,
    ...(about.note === undefined ? {} : { note: about.note }),
  };
}

/** The row of something that cannot be measured here. */
export function unmeasured(about: { name: string; unit: string; reference: string; goal?: Goal }, why: string): Row {
  return {
    name: about.name,
    value: null,
    unit: about.unit,
    spread: null,
    reference: about.reference,
    referenceValue: null,
    ratio: null,
    goal: about.goal?.text ?? null,
    met: null,
    note: why,
  };
}

const short = (value: number | null): string => {
  if (value === null) return '-';
  if (Math.abs(value) >= 1_000) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
};

/** The rows as a table for people. */
export function tableOf(rows: readonly Row[]): string {
  const head = ['name', 'value', 'unit', 'spread', 'reference value', 'ratio', 'goal', 'met'];
  const cells = rows.map((row) => [
    row.name,
    short(row.value),
    row.unit,
    row.spread === null ? '-' : `±${Math.round(row.spread * 100)}%`,
    short(row.referenceValue),
    short(row.ratio),
    row.goal ?? '-',
    row.met === null ? '-' : row.met ? 'yes' : 'NO',
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => (line[column] ?? '').length)),
  );
  const line = (values: readonly string[]) =>
    values
      .map((value, column) => value.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const references = [
    ...new Set(rows.map((row) => `  ${row.name}: ${row.reference}${row.note ? `. ${row.note}` : ''}`)),
  ];
  return [
    line(head),
    line(widths.map((width) => '-'.repeat(width))),
    ...cells.map(line),
    '',
    'References:',
    ...references,
  ].join('\n');
}
