import { expect, test } from './fixtures.ts';
import { OrdersPage, type Sold } from './pages/orders.ts';

test('orders: the board, the search and kept views, who does it, packages, and the charts', async ({
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
  await orders.handOver('W1', sold);
  await orders.handOver('W2', sold, { promise: '0m', quantity: 3 }); // due at once
  await orders.handOver('W3', sold, { promise: '0m', quantity: 9 });

  // of two that are late the one that is worth more stands first; what is in time is not on the board
  await page.getByTestId('nav-orders').click();
  await expect(page.getByTestId('orders-late-to-ship')).toContainText('2', { timeout: 30_000 });
  await orders.list('any');
  await expect(page.getByTestId('grid-status')).toContainText(/\b2 rows\b/);
  await expect(page.getByTestId('orders-overdue')).toContainText('2 past their deadline');
  await orders.row(0).locator('.ag-cell').first().click();
  await expect(page.getByTestId('order-pane')).toBeVisible();
  await expect(orders.row(0)).toContainText('late');

  // given to a person, whom the list names
  await page.keyboard.press('t');
  await expect(page.getByTestId('order-assignee')).not.toHaveValue('');
  const name = await page.getByTestId('order-assignee').inputValue();
  await expect(page.locator('[data-testid="grid"] .ag-row').filter({ hasText: name })).toHaveCount(1);
  await orders.pictures('orders-board', info.project.name);
  await orders.accessible(info.project.name);
  await orders.list('mine');
  await expect(page.getByTestId('grid-status')).toContainText(/\b1 row\b/);

  // a package, and where it was seen
  await orders.list('all');
  await orders.open('W1-01');
  await orders.state('Seller handling');
  await orders.seller('W1-01', 'invoice', { number: 'NF-W1' });
  await orders.state('Invoiced');
  await orders.seller('W1-01', 'tracking', { number: 'NF-W1' });
  await expect(page.getByTestId('packages')).toContainText('NF-W1');
  await expect(page.getByTestId('tracking').or(page.getByTestId('tracking-link')).first()).toBeVisible();
  await page.getByTestId('packages').scrollIntoViewIfNeeded();
  await orders.pictures('order-packages', info.project.name);

  // by the seller's id, by an invoice; a seller and a state; kept as a view, and forgotten
  await orders.list('all');
  await orders.finds('NF-W1', 'W1-01');
  await page.getByTestId('order-search').fill('');
  await orders.choose('order-states', 'Invoiced');
  await expect(page.getByTestId('grid-status')).toContainText(/\b1 row\b/);
  await page.getByTestId('view-save').click();
  await page.getByTestId('view-name').fill('Out of the door, and what a long name of a view does to the row');
  await page.getByTestId('view-name').press('Enter');
  const view = page.getByTestId('order-view');
  await expect(view).toHaveAttribute('aria-pressed', 'true');
  await orders.pictures('orders-view', info.project.name);
  await page.getByTestId('order-filters-clear').click();
  await expect(page.getByTestId('grid-status')).toContainText(/\b3 rows\b/);
  await view.click();
  await expect(page.getByTestId('grid-status')).toContainText(/\b1 row\b/);
  await page.getByTestId('view-forget').click();
  await expect(view).toHaveCount(0);
  await page.getByTestId('order-filters-clear').click();

  // what was late, by day and seller, with its table
  await page.getByTestId('order-search').fill('nothing');
  await expect(page.getByTestId('grid')).toContainText('No order here.');
  await page.getByTestId('order-search').fill('');
  await page.getByTestId('orders-charts').click();
  await expect(page.getByTestId('flow-ship-sum')).toContainText('2 due, 2 late');
  await expect(page.getByTestId('flow-ship')).toBeVisible();
  await orders.pictures('orders-charts', info.project.name);
  await page.getByTestId('flow-table').locator('summary').click();
  await expect(page.getByTestId('flow-table').locator('tbody tr')).toHaveCount(30);
  await page.getByTestId('flow-states').scrollIntoViewIfNeeded();
  await orders.pictures('orders-charts-table', info.project.name);
  await orders.accessible(info.project.name);
  // the worst seller, as a list
  await page.getByTestId('flow-sellers').getByRole('button').first().click();
  await expect(page.getByTestId('order-filters-clear')).toBeVisible();
});

test('buy box: a cart of several SKUs at chosen sellers, placed as an order, and marked as paid', async ({
  bindery,
  sandbox,
}, info) => {
  test.slow();
  const { page } = bindery;
  const orders = new OrdersPage(page, sandbox);
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
  // what a rule would change, SKU by SKU, before it holds
  await page.getByTestId('exposure-rules').click();
  const cheapName = await sandbox.sellerName(cheap.sellerId);
  await orders.choose('rule-excluded', cheapName);
  await page.getByTestId('rule-try').click();
  await expect(page.getByTestId('what-if-samples').locator('tbody tr').first()).toContainText(cheapName);
  await page.getByTestId('what-if').scrollIntoViewIfNeeded();
  await orders.pictures('buybox-what-if', info.project.name);
  await page.getByTestId('exposure-cart').click();
  await expect(page.getByTestId('cart-empty')).toBeVisible();
  // from the keyboard: what is picked goes in
  await expect(page.getByTestId('cart-add')).toBeEnabled();
  await page.keyboard.press('n');
  await expect(page.getByTestId('cart-lines').locator('li')).toHaveCount(1);
  await expect(page.getByTestId('cart-add')).toBeDisabled();
  await page.getByTestId('cart-quantity-0').fill('2');
  await page.getByTestId('cart-ask').click();
  // prices only, until there is an address
  await expect(page.getByTestId('cart')).toContainText('prices only');
  await expect(page.getByTestId('place-order')).toHaveCount(0);
  await page.getByTestId('cart-postal').fill('80250000');
  await page.getByTestId('cart-postal').press('Enter');
  const table = page.getByTestId('cart-table');
  await expect(table).toContainText('9.00', { timeout: 15_000 });
  // another seller of it, by choice
  await page.getByTestId(`cart-seller-${cheap.skuId}`).selectOption(dear.sellerId);
  await expect(table).toContainText('10.00');
  await expect(page.getByTestId('cart-total')).toContainText('26.00');
  for (const [name, text] of [
    ['firstName', 'Maria'],
    ['lastName', 'Prado'],
    ['email', 'maria@buyer.example'],
    ['document', '11144477735'],
    ['street', 'Rua das Flores'],
    ['number', '12'],
    ['city', 'Curitiba'],
    ['state', 'PR'],
  ] as const)
    await page.getByTestId(`place-${name}`).fill(text);
  await expect(page.getByTestId('place-missing')).toHaveCount(0);
  await orders.pictures('cart', info.project.name);
  await orders.accessible(info.project.name);
  await page.getByTestId('place-order').click();
  // it opens where it can be followed
  await expect(page.getByTestId('grid-status')).toContainText(/\b1 row\b/);
  await orders.row(0).locator('.ag-cell').first().click();
  await orders.state('Payment pending');
  await page.keyboard.press('p');
  await expect(page.getByTestId('pay-confirm')).toBeFocused();
  await orders.pictures('order-pay', info.project.name);
  await page.keyboard.press('Enter');
  await orders.state('Seller handling');
  await expect(page.getByTestId('order-paid')).toHaveCount(0);
});

test('orders: what diverges line by line, why the seller refused, and placing it all the same', async ({
  bindery,
  sandbox,
}, info) => {
  const { page } = bindery;
  const orders = new OrdersPage(page, sandbox);
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  const sold: Sold = { ...(await sandbox.anyBinding()), price: 900 };
  await sandbox.control(`seller/${sold.sellerId}/sku/${encodeURIComponent(sold.sellerSkuId)}`, {
    price: 1_000,
    stock: 50,
  });
  await orders.connectStorefront();
  await sandbox.control(`sellers/${sold.sellerId}/orders`, { divergence: 'deny' });
  await orders.handOver('X1', sold);
  await orders.open('X1-01');
  await orders.state('Price or stock differs');
  await expect(page.getByTestId('diverges-price')).toHaveText('price differs');
  await expect(page.getByTestId('divergence')).toContainText('2.00 more in all');
  await page.getByTestId('order-items').scrollIntoViewIfNeeded();
  await orders.pictures('order-divergence', info.project.name);
  await page.keyboard.press('a');
  await orders.state('Seller refused');
  await expect(page.getByTestId('order-code')).toContainText('FMT006: The price of an item differs from the store’s.');
  await page.getByTestId('order-title').scrollIntoViewIfNeeded();
  await orders.pictures('order-refused', info.project.name);
  await orders.accessible(info.project.name);
  await sandbox.control(`sellers/${sold.sellerId}/orders`, { divergence: 'authorize' });
  await page.getByTestId('order-accept').click();
  await orders.state('Seller handling');
});

test('offers: those that expire soon are a list of their own, by the window that is set', async ({
  bindery,
  sandbox,
}, info) => {
  const { page } = bindery;
  const orders = new OrdersPage(page, sandbox);
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  const expiring = page.getByTestId('chip-expiring');
  await expect(page.getByTestId('chip-mine')).toBeVisible();
  await expect(expiring).toHaveCount(0); // thirty days are far
  await orders.setWindow('suggestion-expiry', 3);
  await page.getByTestId('nav-offers').click();
  await expiring.click();
  await expect(expiring).toHaveText(/Expiring\s*[1-9]/);
  await orders.row(0).locator('.ag-cell').first().click();
  await expect(page.getByTestId('offer-head').getByTestId('offer-expiry')).toHaveText(/^(expires in|expired) /);
  await orders.pictures('offers-expiring', info.project.name);
});
