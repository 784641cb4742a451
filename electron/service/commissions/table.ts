import { parse } from 'csv-parse/sync';
import type { ImportPreview, RuleChange } from '../../../shared/contract/commissions.ts';
import { type Charge, isPlain } from '../../../shared/domain/commission/charge.ts';
import { checkRules } from '../../../shared/domain/commission/check.ts';
import type { CommissionRule, Scope } from '../../../shared/domain/commission/rules.ts';
import { csvLine } from '../../../shared/domain/csv.ts';
import { dayOrMoment } from '../../../shared/domain/days.ts';
import { percentText } from '../../../shared/domain/exact.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { knownOf } from './known.ts';
import { moneySetting, rulesOfDraft } from './rows.ts';
import { Cells, type Column, cellsOfCharge, header } from './table-cells.ts';

/** What a row is about: rules of one scope and period are one rule. */
const keyOf = (scope: Scope, from: string | null, until: string | null): string =>
  JSON.stringify([...Object.values(scope), from, until]);

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
  channel: 'channel',
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

interface Row {
  readonly row: number;
  readonly about: string;
  readonly rule: Pick<CommissionRule, 'scope' | 'product' | 'freight' | 'validFrom' | 'validUntil'>;
  readonly zone: string | null;
  readonly note: string | null;
}

/** The rule that each row is about: of the same scope, start and end; else the only one of the same scope and start that no other row is about. */
function existingOf(before: readonly CommissionRule[], rows: readonly Row[]): Map<Row, CommissionRule> {
  const exact = new Map(before.map((rule) => [keyOf(rule.scope, rule.validFrom, rule.validUntil), rule]));
  const found = new Map<Row, CommissionRule>();
  for (const row of rows) {
    const rule = exact.get(keyOf(row.rule.scope, row.rule.validFrom, row.rule.validUntil));
    if (rule) found.set(row, rule);
  }
  const taken = new Set(found.values());
  const byStart = Map.groupBy(
    before.filter((rule) => !taken.has(rule)),
    (rule) => keyOf(rule.scope, rule.validFrom, null),
  );
  for (const row of rows) {
    const key = keyOf(row.rule.scope, row.rule.validFrom, null);
    const [rule, ...others] = found.has(row) ? [] : (byStart.get(key) ?? []);
    if (!rule || others.length > 0) continue;
    found.set(row, rule);
    byStart.delete(key);
  }
  return found;
}

/**
 * Reads a table against a draft: what each row would change, and every cell at fault. A row about the same as an existing rule changes that rule. Rows are numbered as a spreadsheet numbers them, the header being row 1.
 */
export function parseTable(database: ReadableDatabase, draftId: string, source: string, newId: string): ParsedImport {
  const setting = moneySetting(database);
  const reader = new Cells(setting.digits);
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
  const seen = new Map<string, number>();
  const rowOfRule = new Map<string, number>();
  const wanted = new Map(before.map((rule) => [rule.id, rule]));
  const changes: RuleChange[] = [];
  const preview = { rows: 0, added: 0, changed: 0, unchanged: 0 };
  const sample: ImportPreview['sample'] = [];
  const rows: Row[] = [];
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
    const zone = reader.zone();
    const validFrom = reader.instant('valid_from', zone ?? setting.timeZone);
    const validUntil = reader.instant('valid_until', zone ?? setting.timeZone);
    if (reader.errors.length > faults) continue;
    const key = keyOf(scope, validFrom, validUntil);
    const twin = seen.get(key);
    if (twin !== undefined) {
      reader.bad('valid_from', `Row ${twin} is about the same, from and until the same moments.`);
      continue;
    }
    seen.set(key, reader.row);
    const about = [
      scope.sellerId ?? scope.sellerGroup,
      reader.text('category'),
      reader.text('brand'),
      scope.salesChannel,
      scope.sellerSkuId,
    ];
    rows.push({
      row: reader.row,
      about: about.filter((each) => each !== null).join(' · '),
      rule: { scope, ...parts, validFrom, validUntil },
      zone,
      note: reader.text('note'),
    });
  }
  const existing = existingOf(before, rows);
  for (const given of rows) {
    const old = existing.get(given) ?? null;
    const rule: CommissionRule = {
      id: old?.id ?? `${newId}-${given.row}`,
      ...given.rule,
      timeZone: given.zone ?? old?.timeZone ?? setting.timeZone,
      note: given.note ?? old?.note ?? '',
    };
    if (old !== null && JSON.stringify(old) === JSON.stringify(rule)) {
      preview.unchanged++;
      continue;
    }
    preview[old === null ? 'added' : 'changed']++;
    rowOfRule.set(rule.id, given.row);
    wanted.set(rule.id, rule);
    changes.push({ ruleId: rule.id, rule });
    if (sample.length < 200)
      sample.push({ row: given.row, about: given.about, before: ruleText(old), after: ruleText(rule) });
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
  return { ...preview, errorCount: reader.errors.length, errors: reader.errors, sample, changes };
}

/** Rules as the table that {@link parseTable} reads: read again, it changes nothing. */
export function tableOf(database: ReadableDatabase, rules: readonly CommissionRule[]): string {
  const { digits } = moneySetting(database);
  const day = (at: CommissionRule['validFrom'], zone: string) => (at === null ? '' : dayOrMoment(at, zone));
  const lines = rules.map(({ scope, product, freight, validFrom, validUntil, timeZone, note }) =>
    csvLine([
      scope.sellerId,
      scope.sellerGroup,
      scope.categoryId,
      scope.brandId,
      scope.salesChannel,
      scope.sellerSkuId,
      ...cellsOfCharge(product, digits),
      ...cellsOfCharge(freight, digits),
      day(validFrom, timeZone),
      day(validUntil, timeZone),
      timeZone,
      note,
    ]),
  );
  return `${[header.join(','), ...lines].join('\n')}\n`;
}
