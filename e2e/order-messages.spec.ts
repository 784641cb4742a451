import { mkdirSync } from 'node:fs';
import { expect, test } from './fixtures.ts';
import { OrdersPage, type Sold } from './pages/orders.ts';

test('orders: an invoice in the wrong unit is on the timeline, one of a wrong value is taken out, windows have a calendar', async ({
  bindery,
  sandbox,
}, info) => {
  test.slow();
  const { page } = bindery;
  const orders = new OrdersPage(page, sandbox);
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  const sold: Sold = { ...(await sandbox.anyBinding()), price: 1_000 };
  await sandbox.control(`seller/${sold.sellerId}/sku/${encodeURIComponent(sold.sellerSkuId)}`, {
    price: 1_000,
    stock: 500,
  });
  await orders.connectStorefront();
  await orders.connectSeller(sold.sellerId);

  await orders.handOver('M1', sold);
  await orders.open('M1-01');
  await orders.state('Seller handling');
  // 26.00 as 26: refused, and kept as it came
  expect(await sandbox.control('orders/M1-01/invoice', { number: 'U1', value: 26 })).toMatchObject({ status: 400 });
  await expect(page.getByTestId('needs-invoice-mismatch')).toBeVisible();
  const refused = page.getByTestId('timeline').locator('li', { hasText: 'POST /pvt/orders/M1-01/invoice' }).first();
  await expect(refused).toContainText('400');
  await refused.getByRole('button').click();
  await expect(refused.locator('.raw').first()).toContainText('"U1"');
  // what was asked of the seller is there too
  await expect(page.getByTestId('timeline')).toContainText('fulfilment');

  // 100 of 2600: taken as a part, and taken out again
  await orders.seller('M1-01', 'invoice', { number: 'V1', value: 100 });
  await orders.state('Partly invoiced');
  await page.getByTestId('void-V1').click();
  await page.getByTestId('void-reason').fill('the seller meant 26.00');
  mkdirSync(`test-results/screenshots/${info.project.name}`, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: `test-results/screenshots/${info.project.name}/order-messages-${colorScheme}.png` });
  }
  await page.getByTestId('void-confirm').click();
  await orders.state('Seller handling');
  await orders.seller('M1-01', 'invoice', { number: 'V1', value: 2_600 });
  await orders.state('Invoiced');

  // a channel with holidays of its own
  await orders.settings();
  await page.getByTestId('window-scope').selectOption('channel');
  await page.getByTestId('window-channel').fill('1');
  await page.getByTestId('window-change-own').check();
  await page.getByTestId('window-change-holidays').fill('2026-12-24');
  await page.getByTestId('window-change-save').click();
  await expect(page.getByRole('status').filter({ hasText: 'Window saved.' })).toBeVisible();
  await expect(page.getByTestId('window-change-holidays')).toHaveValue('2026-12-24');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: `test-results/screenshots/${info.project.name}/windows-${colorScheme}.png` });
  }
});
