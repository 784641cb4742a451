import { parse } from 'csv-parse/sync';
import type { ImportPreview, RuleChange } from '../../../shared/contract/commissions.ts';
import { type Instant, instantOf } from '../../../shared/domain/brand.ts';
import { type Charge, isPlain } from '../../../shared/domain/commission/charge.ts';
import { checkRules } from '../../../shared/domain/commission/check.ts';
import type { CommissionRule, Scope } from '../../../shared/domain/commission/rules.ts';
import { basisPointsOf, type Minor, minorOf, parseBasisPoints, percentText } from '../../../shared/domain/exact.ts';
import { parseMinor } from '../../../shared/domain/money.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { knownOf } from './known.ts';
import { rulesOfDraft } from './rows.ts';

/** The columns of the table, in both directions. Percentages as people write them, amounts in currency units, days or instants. */
const header = [
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
  'freight_percent',
  'freight_fixed',
  'freight_minimum',
  'freight_maximum',
  'valid_from',
  'valid_until',
  'time_zone',
  'note',
] as const;
type Column = (typeof header)[number];
const empty: Readonly<Record<Column, string>> = Object.fromEntries(header.map((name) => [name, ''])) as Record<
  Column,
  string
>;

const scopeKey = (scope: Scope, from: string | null): string => JSON.stringify([...Object.values(scope), from]);

/** A charge in words of the table. */
function chargeText(charge: Charge | null): string {
  if (charge === null) return '—';
  const [band] = charge.bands;
  return charge.bands.length === 1 && band
    ? `${percentText(band.rate)} %${isPlain(charge) ? '' : ' +'}`
    : `${charge.bands.length} bands`;
}
const ruleText = (rule: CommissionRule | null): string =>
  rule === null ? '—' : `${chargeText(rule.product)} / ${chargeText(rule.freight)}`;

export interface ParsedImport extends ImportPreview {
  readonly changes: RuleChange[];
}

class Cells {
  readonly errors: { row: number; column: string; message: string }[] = [];
  row = 0;
  cells: Readonly<Record<Column, string>> = empty;

  bad(column: Column, message: string): null {
    this.errors.push({ row: this.row, column, message });
    return null;
  }
  text(column: Column): string | null {
    return this.cells[column] === '' ? null : this.cells[column];
  }
  amount(column: Column): Minor | null {
    const text = this.text(column);
    if (text === null) return null;
    const value = /^\d[\d.,]*$/.test(text) ? parseMinor(text) : null;
    return value === null ? this.bad(column, `“${text}” is no amount.`) : minorOf(value);
  }
  instant(column: Column): Instant | null {
    const text = this.text(column);
    if (text === null) return null;
    const full = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00.000Z` : text;
    const epoch = Date.parse(full);
    const isReal = !Number.isNaN(epoch) && new Date(epoch).toISOString().slice(0, 10) === full.slice(0, 10);
    return isReal ? instantOf(epoch) : this.bad(column, `“${text}” is no date; write 2026-12-31.`);
  }
  charge(part: 'product' | 'freight'): Charge | null {
    const text = this.text(`${part}_percent`);
    const fixed = this.amount(`${part}_fixed`);
    const minimum = this.amount(`${part}_minimum`);
    const maximum = this.amount(`${part}_maximum`);
    if (text === null && fixed === null && minimum === null && maximum === null) return null;
    const rate = text === null ? basisPointsOf(0) : parseBasisPoints(text);
    if (rate === null) return this.bad(`${part}_percent`, `“${text}” is no percentage from 0 to 100.`);
    if (minimum !== null && maximum !== null && minimum > maximum)
      return this.bad(`${part}_maximum`, 'The maximum is below the minimum.');
    return { kind: 'whole', bands: [{ from: minorOf(0), rate, fixed: fixed ?? minorOf(0) }], minimum, maximum };
  }
}

/** The names of the catalogue that a table may use instead of ids. */
function names(database: ReadableDatabase) {
  const categories = new Map<string, number>();
  for (const { id, path } of statement<[], { id: number; path: string }>(
    database,
    'SELECT id, path FROM category',
  ).all())
    categories.set(path.toLowerCase(), id).set(String(id), id);
  const brands = new Map<string, number>();
  for (const { id, name } of statement<[], { id: number; name: string }>(database, 'SELECT id, name FROM brand').all())
    brands.set(name.toLowerCase(), id).set(String(id), id);
  const sellers = new Map<string, string>();
  for (const { id, name } of statement<[], { id: string; name: string }>(database, 'SELECT id, name FROM seller').all())
    sellers.set(name.toLowerCase(), id).set(id.toLowerCase(), id);
  return { categories, brands, sellers };
}

/** Which column a problem of a whole rule is told at. */
const columnOf: Readonly<Record<string, Column>> = {
  'empty-period': 'valid_until',
  'time-zone': 'time_zone',
  'binding-without-seller': 'seller',
  'seller-not-in-group': 'group',
  'binding-elsewhere': 'seller_sku',
  'says-nothing': 'product_percent',
  ties: 'valid_from',
  shadowed: 'valid_from',
  group: 'group',
  binding: 'seller_sku',
};
const sentences: Readonly<Record<string, string>> = {
  'empty-period': 'The rule ends before it begins.',
  'time-zone': 'There is no such time zone.',
  'binding-without-seller': 'A seller’s SKU needs its seller.',
  'seller-not-in-group': 'The seller is not in this group, so the rule would never apply.',
  'binding-elsewhere': 'The SKU is of another category or brand, so the rule would never apply.',
  'says-nothing': 'The rule says nothing about product or freight.',
  ties: 'Another rule is about the same and begins and ends at the same time: neither would come first.',
  shadowed: 'Other rules always come first, so the rule would never apply.',
  unknown: 'There is no such thing.',
};

/**
 * Reads a table against a draft: what each row would change, and every cell at fault. A row about the same as an existing rule, from the same moment on,
 * changes that rule. Rows are numbered as a spreadsheet numbers them, the header being row 1.
 */
export function parseTable(database: ReadableDatabase, draftId: string, source: string, newId: string): ParsedImport {
  const reader = new Cells();
  let lines: string[][];
  try {
    const separator = (source.split('\n', 1)[0] ?? '').includes(';') ? ';' : ',';
    lines = parse(source, {
      delimiter: separator,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    reader.row = 1;
    reader.bad('seller', `The table cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    lines = [];
  }
  const given = (lines[0] ?? []).map((name) => name.toLowerCase());
  for (const name of given)
    if (name !== '' && !header.some((known) => known === name))
      reader.errors.push({ row: 1, column: name, message: `There is no column “${name}”.` });
  const at = new Map(header.map((name) => [name, given.indexOf(name)]));
  const { categories, brands, sellers } = names(database);
  const before = rulesOfDraft(database, draftId);
  const byScope = new Map(before.map((rule) => [scopeKey(rule.scope, rule.validFrom), rule]));
  const seen = new Map<string, number>();
  const rowOfRule = new Map<string, number>();
  const wanted = new Map(before.map((rule) => [rule.id, rule]));
  const changes: RuleChange[] = [];
  const preview = { rows: 0, added: 0, changed: 0, unchanged: 0 };
  const sample: { row: number; before: string; after: string }[] = [];
  for (let line = 1; line < lines.length; line++) {
    const cells = lines[line] as string[];
    reader.row = line + 1;
    reader.cells = Object.fromEntries(header.map((name) => [name, cells[at.get(name) ?? -1] ?? ''])) as Record<
      Column,
      string
    >;
    preview.rows++;
    const faults = reader.errors.length;
    const named = <Id>(column: Column, known: ReadonlyMap<string, Id>): Id | null => {
      const text = reader.text(column);
      if (text === null) return null;
      return known.get(text.toLowerCase()) ?? reader.bad(column, `There is no ${column} “${text}”.`);
    };
    const scope: Scope = {
      sellerId: named('seller', sellers),
      sellerGroup: reader.text('group'),
      categoryId: named('category', categories),
      brandId: named('brand', brands),
      salesChannel: reader.text('channel'),
      sellerSkuId: reader.text('seller_sku'),
    };
    const parts = { product: reader.charge('product'), freight: reader.charge('freight') };
    const validFrom = reader.instant('valid_from');
    const validUntil = reader.instant('valid_until');
    if (reader.errors.length > faults) continue;
    const key = scopeKey(scope, validFrom);
    const twin = seen.get(key);
    if (twin !== undefined) {
      reader.bad('valid_from', `Row ${twin} is about the same, from the same moment on.`);
      continue;
    }
    seen.set(key, reader.row);
    const existing = byScope.get(key) ?? null;
    const rule: CommissionRule = {
      id: existing?.id ?? `${newId}-${reader.row}`,
      scope,
      ...parts,
      validFrom,
      validUntil,
      timeZone: reader.text('time_zone') ?? existing?.timeZone ?? 'UTC',
      note: reader.text('note') ?? existing?.note ?? '',
    };
    if (existing !== null && JSON.stringify(existing) === JSON.stringify(rule)) {
      preview.unchanged++;
      continue;
    }
    preview[existing === null ? 'added' : 'changed']++;
    rowOfRule.set(rule.id, reader.row);
    wanted.set(rule.id, rule);
    changes.push({ ruleId: rule.id, rule });
    if (sample.length < 200) sample.push({ row: reader.row, before: ruleText(existing), after: ruleText(rule) });
  }
  for (const [id, problems] of checkRules([...wanted.values()], knownOf(database))) {
    const row = rowOfRule.get(id);
    const [problem] = problems;
    if (row === undefined || !problem) continue;
    reader.row = row;
    const subject = 'what' in problem ? problem.what : problem.code;
    reader.bad(columnOf[problem.code] ?? columnOf[subject] ?? 'seller', sentences[problem.code] ?? problem.code);
  }
  reader.errors.sort((a, b) => a.row - b.row);
  return { ...preview, errors: reader.errors, sample, changes };
}

const quoted = (text: string): string => (/[",;\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const amountText = (minor: number | null): string =>
  minor === null ? '' : `${(minor - (minor % 100)) / 100}.${String(minor % 100).padStart(2, '0')}`;

/** Rules as the table that {@link parseTable} reads. Bands cannot be written in it: such a rule's first band is, and its note says so. */
export function tableOf(rules: readonly CommissionRule[]): string {
  const part = (charge: Charge | null): string[] => {
    const band = charge?.bands[0];
    if (!charge || !band) return ['', '', '', ''];
    return [
      percentText(band.rate),
      band.fixed === 0 ? '' : amountText(band.fixed),
      amountText(charge.minimum),
      amountText(charge.maximum),
    ];
  };
  const lines = rules.map(({ scope, product, freight, validFrom, validUntil, timeZone, note }) =>
    [
      scope.sellerId ?? '',
      scope.sellerGroup ?? '',
      scope.categoryId ?? '',
      scope.brandId ?? '',
      scope.salesChannel ?? '',
      scope.sellerSkuId ?? '',
      ...part(product),
      ...part(freight),
      validFrom ?? '',
      validUntil ?? '',
      timeZone,
      note,
    ]
      .map((cell) => quoted(String(cell)))
      .join(','),
  );
  return `${[header.join(','), ...lines].join('\n')}\n`;
}
