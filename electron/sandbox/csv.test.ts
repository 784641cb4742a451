import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { csvWorld } from './csv.ts';

const folder = mkdtempSync(join(tmpdir(), 'sandbox-csv-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(content: string, name = `f${++files}.csv`): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const CATALOG = 'id,name\n1,Blue lamp\n';
const OFFERS = 'id,title\n9,lamp blue\n';

describe('CSV input', () => {
  it('maps columns by name, in any case and order', () => {
    const catalog = file(
      '\ufeffUPC,Price,NAME,Category,ModelNo,Manufacturer,Id,Junk\n4006381333931,"$1,299.50",Lamp,Home > Light,L-5,Acme,12,x\n',
    );
    const offers = file('seller,title,id,mpn,ean,brand,price\nAcme Tools,Lamp,7,L5,123,ACME,USD 12\n');
    const world = csvWorld(catalog, offers, 1);
    expect(world.skuAt(0)).toMatchObject({
      id: 12,
      refId: '12',
      ean: '4006381333931',
      manufacturerCode: 'L-5',
      productName: 'Lamp',
      price: 129_950,
    });
    expect(world.brands).toEqual([{ id: 1, name: 'Acme' }]);
    expect(world.categories).toEqual([
      { id: 1, name: 'Home', parentId: null },
      { id: 2, name: 'Light', parentId: 1 },
    ]);
    expect(world.sellers).toEqual([{ id: 'acme-tools', name: 'Acme Tools' }]);
    expect(world.offerAt(0)).toMatchObject({ itemId: '7', refId: 'L5', ean: '123', brandName: 'ACME', price: 1200 });
  });

  it('fills what is missing with the documented defaults', () => {
    const world = csvWorld(file(CATALOG), file(OFFERS), 1);
    expect(world.skuAt(0)).toMatchObject({
      description: 'Blue lamp',
      ean: null,
      price: 10_000,
      dimensions: { height: 10, width: 10, length: 10, weight: 500 },
    });
    expect(world.brands[0]?.name).toBe('Unbranded');
    expect(world.categories[0]?.name).toBe('General');
    const offer = world.offerAt(0);
    expect(offer.sellerId).toMatch(/^seller-[1-5]$/);
    expect(offer.stock).toBeGreaterThanOrEqual(1);
    expect(offer.stock).toBeLessThanOrEqual(200);
    expect(csvWorld(file(CATALOG), file(OFFERS), 1).offerAt(0)).toEqual(offer);
  });

  it('keeps row ids as SKU ids where it can, and as references always', () => {
    const world = csvWorld(file('id,title\n0,a\nX-1,b\n41,c\n007,d\n'), file(OFFERS), 1);
    expect([0, 1, 2, 3].map((s) => [world.skuAt(s).id, world.skuAt(s).refId])).toEqual([
      [42, '0'],
      [43, 'X-1'],
      [41, '41'],
      [44, '007'],
    ]);
    expect(world.refPosition('0')).toBe(0);
  });

  it.each([
    ['no id column', 'name\na\n', /f\d+\.csv, row 1: no column named id/],
    ['no title column', 'id,brand\n1,a\n', /row 1: no column named title or name/],
    ['an empty id', 'id,name\n1,a\n,b\n', /f\d+\.csv, row 3, column id: empty/],
    ['an empty title', 'id,NAME\n1,\n', /row 2, column name: empty/],
    ['a bad price', 'id,name,price\n1,a,cheap\n', /row 2, column price: "cheap" is not a price/],
    ['a negative price', 'id,name,price\n1,a,-4\n', /row 2, column price/],
    ['the same id twice', 'id,name\n1,a\n2,b\n1,c\n', /row 4, column id: the same id as row 2/],
    ['a short row', 'id,name,price\n1,a\n', /row 2, column price: 2 fields where the header has 3/],
    ['a long row', 'id,name\n1,a,b\n', /row 2, column 3: 3 fields where the header has 2/],
    ['an open quote', 'id,name\n1,"a\n', /f\d+\.csv: .*/],
    ['an empty file', '', /row 1: no column named id/],
  ])('names file, row and column of %s', (_what, content, message) => {
    expect(() => csvWorld(file(content), file(OFFERS), 1)).toThrow(message);
    expect(() => csvWorld(file(CATALOG), file(content), 1)).toThrow(message);
  });

  it('names a file that is not there', () => {
    expect(() => csvWorld(join(folder, 'gone.csv'), file(OFFERS), 1)).toThrow('gone.csv: cannot be read (ENOENT)');
  });

  it('takes a catalogue without rows', () => {
    const world = csvWorld(file('id,name\n'), file(OFFERS), 1);
    expect([world.skuCount, world.offerCount, world.categories.length]).toEqual([0, 1, 1]);
  });
});
