import type { OfferText } from './types.ts';

/** A line of a CSV file by its columns' names. */
export type Row = Readonly<Record<string, string>>;

function column(row: Row, names: readonly string[]): string | null {
  for (const name of names) if (row[name]) return row[name];
  return null;
}

/** An offer or a SKU of a CSV line. Columns are found by any of the names that marketplaces export them under; absent ones are null. */
export function offerOfRow(row: Row): OfferText {
  const price = Number.parseFloat((column(row, ['price', 'listPrice']) ?? '').replace(/[^0-9.]/g, ''));
  const gtin = column(row, ['gtin', 'ean', 'upc', 'isbn']);
  return {
    title: column(row, ['title', 'name', 'nameComplete', 'productName']) ?? '',
    description: column(row, ['description', 'productDescription']),
    brand: column(row, ['brand', 'manufacturer', 'brandName']),
    model: column(row, ['model', 'modelno', 'mpn', 'refId', 'manufacturerCode']),
    gtins: gtin === null ? [] : gtin.split(/[;,|]/),
    categoryPath: column(row, ['category', 'categoryPath', 'categoryFullPath']),
    priceMinor: Number.isFinite(price) ? Math.round(price * 100) : null,
  };
}
