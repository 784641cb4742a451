import { mkdirSync } from 'node:fs';
import { expect, test } from './fixtures.ts';
import { OrdersPage, type Sold } from './pages/orders.ts';

test('orders: to the door, cancelled inside and outside the window, refused by invoice, divergent, cancelled by the seller', async ({
  bindery,
  sandbox,
}, info) => {
  test.slow(); // seven orders, each with its own story
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

  // placed, authorised, partly invoiced, invoiced, tracked, delivered
  await orders.handOver('E1', sold);
  await orders.open('E1-01');
  await orders.state('Seller handling');
  await orders.seller('E1-01', 'invoice', { number: 'N1', value: 600 });
  await orders.state('Partly invoiced');
  // both views of it, each at its own step
  await expect(page.getByTestId('order-flow')).toHaveAttribute('data-state', 'partially-invoiced');
  await expect(page.getByTestId('seller-flow').locator('[aria-current="step"]')).toHaveText('partly invoiced');
  await orders.seller('E1-01', 'invoice', { number: 'N2', path: 'pub' });
  await orders.state('Invoiced');
  await orders.seller('E1-01', 'tracking', { number: 'N1' });
  await orders.seller('E1-01', 'delivered', { number: 'N1' });
  await orders.seller('E1-01', 'delivered', { number: 'N2' });
  await orders.state('Delivered');

  // inside the window: at once
  await orders.handOver('E2', sold);
  await orders.open('E2-01');
  await orders.state('Seller handling');
  await page.getByTestId('order-cancel').click();
  await page.getByTestId('cancel-reason').fill('the customer called');
  await page.getByTestId('cancel-confirm').click();
  await orders.state('Cancelled');

  // outside it: the seller decides, or invoices first
  await orders.setCancellationWindow(0);
  await sandbox.control(`sellers/${sold.sellerId}/orders`, { cancellation: 'evaluate' });
  for (const id of ['E3', 'E4']) {
    await orders.handOver(id, sold);
    await orders.open(`${id}-01`);
    await orders.state('Seller handling');
    await page.getByTestId('order-cancel').click();
    await page.getByTestId('cancel-reason').fill('too slow');
    await page.getByTestId('cancel-confirm').click();
    await orders.state('Seller decides');
  }
  await orders.seller('E4-01', 'invoice', { number: 'N4' });
  await orders.state('Invoiced');
  await orders.open('E3-01');
  await sandbox.control(`sellers/${sold.sellerId}/orders`, { cancellation: 'confirm' });
  await page.getByTestId('order-retry').click(); // ask for the outcome now
  await orders.state('Cancelled');

  // a price that is not the seller's
  await sandbox.control(`sellers/${sold.sellerId}/orders`, { divergence: 'authorize' });
  await orders.handOver('E5', { ...sold, price: 900 });
  await orders.open('E5-01');
  await orders.state('Price or stock differs');
  mkdirSync(`test-results/screenshots/${info.project.name}`, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: `test-results/screenshots/${info.project.name}/order-${colorScheme}.png` });
  }
  await page.getByTestId('order-accept').click();
  await orders.state('Seller handling');

  // the seller cancels
  await orders.handOver('E6', sold);
  await orders.open('E6-01');
  await orders.state('Seller handling');
  await orders.seller('E6-01', 'cancel');
  await orders.state('Seller cancelled');
  // it is on the list of what needs a person
  await expect(page.getByTestId('orders-seller-canceled')).toContainText('1');

  // the buyer is masked until asked for
  await expect(page.locator('body')).not.toContainText('maria@buyer.example');
  await page.getByTestId('reveal-buyer').click();
  await expect(page.getByTestId('buyer')).toContainText('maria@buyer.example');
});

test('orders: one changed with the handshake, one whose seller cancels and is replaced', async ({
  bindery,
  sandbox,
}, info) => {
  test.slow();
  const { page } = bindery;
  const orders = new OrdersPage(page, sandbox);
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  const [own, other] = await sandbox.sharedSku();
  if (own === undefined || other === undefined) throw new Error('two sellers are needed');
  const sold: Sold = { ...own, price: 1_000 };
  const stock = (sellerId: string, sku: string, price: number) =>
    sandbox.control(`seller/${sellerId}/sku/${encodeURIComponent(sku)}`, { price, stock: 50 });
  await stock(sold.sellerId, sold.sellerSkuId, 1_000);
  await stock(sold.sellerId, 'BULB', 300);
  await stock(other.sellerId, other.sellerSkuId, 1_100);
  await orders.connectStorefront();
  await orders.connectSeller(sold.sellerId);

  // one unit less, another item in its place, a discount: asked, acknowledged, confirmed
  await sandbox.control(`sellers/${sold.sellerId}/orders`, { changes: 'held' });
  await orders.handOver('F1', sold);
  await orders.open('F1-01');
  await orders.state('Seller handling');
  await page.getByTestId('order-change').click();
  await page.getByTestId('change-add').click();
  await page.getByTestId('change-place-0').selectOption({ index: 1 });
  await page.getByTestId('change-sku-0').fill('BULB');
  await page.getByTestId('change-name-0').fill('Bulb');
  await page.getByTestId('change-price-0').fill('3.00');
  await page.getByTestId('change-discount').fill('1.00');
  await page.getByTestId('change-reason').fill('the buyer wants a bulb');
  const preview = page.getByTestId('change-preview');
  await expect(preview).toContainText('18.00');
  await expect(preview).toContainText('the seller has 50');
  mkdirSync(`test-results/screenshots/${info.project.name}`, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: `test-results/screenshots/${info.project.name}/order-change-${colorScheme}.png` });
  }
  await page.getByTestId('change-ask').click();
  const change = page.getByTestId('change-state');
  await expect(change).toHaveText('Asked');
  await orders.sellerAgrees('F1-01', 'Acknowledgment');
  await expect(change).toHaveText('Acknowledged');
  await orders.sellerAgrees('F1-01', 'Confirmation');
  await expect(change).toHaveText('Applied');
  await orders.seller('F1-01', 'invoice', { number: 'NF1' });
  await orders.state('Invoiced');

  // the seller cancels: the other one is asked, ranked, and takes over
  await orders.handOver('F2', sold);
  await orders.open('F2-01');
  await orders.state('Seller handling');
  await orders.seller('F2-01', 'cancel');
  await orders.state('Seller cancelled');
  const move = page.getByTestId(`move-to-${other.sellerId}`);
  await expect(move).toBeEnabled({ timeout: 10_000 });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: `test-results/screenshots/${info.project.name}/order-sellers-${colorScheme}.png` });
  }
  await move.click();
  await orders.state('Moved to another seller');
  await page.getByTestId('replaced-by').click();
  await orders.open('F2-02');
  await orders.state('Seller handling');
});

test('buy box: the sellers of a SKU side by side, who stands in it and why, and a rule that is tried first', async ({
  bindery,
  sandbox,
}, info) => {
  const { page } = bindery;
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  const [cheap, dear] = await sandbox.sharedSku();
  if (cheap === undefined || dear === undefined) throw new Error('two sellers are needed');
  const set = (of: { sellerId: string; sellerSkuId: string }, price: number) =>
    sandbox.control(`seller/${of.sellerId}/sku/${encodeURIComponent(of.sellerSkuId)}`, { price, stock: 20 });
  await set(cheap, 900);
  await set(dear, 1_000);
  await page.getByTestId('nav-buybox').click();
  await page.evaluate((sku) => {
    location.hash = `#/buybox?sku=${sku}`;
  }, cheap.skuId);
  await page.getByTestId('compare-postal').fill('80250000');
  await page.getByTestId('compare-ask').click();
  const table = page.getByTestId('compare-table');
  await expect(table).toContainText('9.00', { timeout: 15_000 });
  await expect(table).toContainText('6.00');
  await expect(page.getByTestId('compare-verdict')).toContainText('best total');
  mkdirSync(`test-results/screenshots/${info.project.name}`, { recursive: true });
  const picture = (name: string) =>
    page.screenshot({ path: `test-results/screenshots/${info.project.name}/${name}.png` });
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await picture('buybox-dark');
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await picture('buybox-light');
  await page.getByTestId('exposure-rules').click();
  await page.getByTestId('rule-score').fill('50');
  await page.getByTestId('rule-try').click();
  await expect(page.getByTestId('what-if')).toContainText(/(^|\D)0 of/);
  await page.getByTestId('rule-save').click();
  await expect(page.getByRole('status').filter({ hasText: 'Rule saved.' })).toBeVisible();
  await picture('buybox-rules');
});
