import { expect, it } from 'vitest';
import { affiliateChanges } from './affiliate-body.ts';

it.each([
  [{ IsActive: true, StockModified: false, PriceModified: true, HasStockKeepingUnitModified: false }, ['price']],
  [
    { isactive: true, stockmodified: true, pricemodified: true, hasstockkeepingunitmodified: true },
    ['price', 'inventory', 'sku'],
  ],
  [{ IsActive: false }, ['inventory']],
  [{ IsActive: true, HasStockKeepingUnitRemovedFromAffiliate: true }, ['inventory']],
  [{ IsActive: true }, ['price']],
])('reads the flags of %j', (body, changes) => {
  expect(affiliateChanges(body)).toEqual(changes);
});
