import { utils, write } from '@e965/xlsx';
import { expect, it } from 'vitest';
import { tableOfWorkbook, workbookOf } from './workbook.ts';

it('reads percentages, dates, amounts and ids of a spreadsheet as what they are', async () => {
  const sheet = utils.aoa_to_sheet([
    ['seller', 'category', 'product_percent', 'valid_from', 'note'],
    ['seller-1', 2, 12.5, null, 'plain'],
    ['seller-2', 3, null, null, 'with, a "comma"'],
  ]);
  sheet.C3 = { t: 'n', v: 0.0985, z: '0%' };
  sheet.D2 = { t: 'n', v: 46_023, z: 'yyyy-mm-dd' };
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet, 'Rules');
  const bytes: ArrayBuffer = write(book, { type: 'array', bookType: 'xlsx' });
  expect((await tableOfWorkbook(bytes)).split('\n')).toEqual([
    'seller,category,product_percent,valid_from,note',
    'seller-1,2,12.5,2026-01-01,plain',
    // shown as 10 % by its format, read as what it is
    'seller-2,3,9.85 %,,"with, a ""comma"""',
  ]);
});

it('survives the way into a spreadsheet and out again, leading zeros too', async () => {
  const table = 'seller,seller_sku,product_percent\nseller-1,0012,12.5\nseller-2,1E5,0.05';
  const blob = await workbookOf(table);
  expect(await tableOfWorkbook(await blob.arrayBuffer())).toBe(table);
});
