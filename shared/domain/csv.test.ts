import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvCell, csvLine, defused, undefused } from './csv.ts';

it.each([
  ['=HYPERLINK("http://a")', `"'=HYPERLINK(""http://a"")"`],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['+55 11', "'+55 11"],
  ['-2+3', "'-2+3"],
  ['-12.50', '-12.50'],
  ['Lamp; red', '"Lamp; red"'],
  ["'=1", "''=1"],
  ["d'Or", "d'Or"],
])('writes %s so that a spreadsheet shows it', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});

it('gives every text back, and never begins like a formula', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('=', '+', '-', '@', "'", '"', ',', ';', '\n', '1', '.') }),
  );
  fc.assert(
    fc.property(text, (given) => {
      expect(undefused(defused(given))).toBe(given);
      expect(/^[=+@\t\r]/.test(defused(given))).toBe(false);
    }),
  );
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (cells) => {
      fc.pre(cells.length > 1 || cells[0] !== '');
      const [line] = parse(`${csvLine(cells)}\n`, { relax_quotes: false }) as string[][];
      expect(line?.map(undefused)).toEqual(cells);
    }),
  );
});
