import { expect, test } from './fixtures.ts';

test('a payment condition and a merge policy are created, simulated, pushed and read back', async ({
  bindery,
  sandbox,
}) => {
  const { payments, page } = bindery;
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  await bindery.go('payments');
  await expect(page.getByTestId('grid')).toHaveAttribute('data-count', '7', { timeout: 60_000 });

  // what is no amount is told at its field, and nothing is saved
  await page.getByTestId('condition-new').click();
  await page.getByTestId('condition-name').fill('Broken');
  await page.getByTestId('condition-minimum').fill('12abc34');
  await page.getByTestId('condition-save').click();
  await expect(page.getByTestId('condition-form')).toContainText('12abc34');
  await bindery.press('Escape');

  await payments.create({ name: 'Winter cards', system: 'Mastercard', minimum: '200' });
  await expect(page.getByTestId('condition-pane')).toContainText('Winter cards');

  await payments.tab('simulator');
  await payments.cartValue(0, '199.99');
  await expect(page.getByTestId('left-out')).toContainText('Winter cards');
  await payments.cartValue(0, '1000.00');
  const offered = payments.offered('Winter cards');
  // 12 at 1.99 % a month: 1,134.02 in all
  await expect(offered.locator('[data-total="113402"]')).toBeVisible();
  await expect(offered.locator('[data-total="100000"]')).toHaveCount(3);

  await payments.push();
  expect(await sandbox.paymentRule('Winter cards')).toMatchObject({ minimumValue: 200, paymentSystem: { id: 4 } });

  // a seller that charges for itself, with one method of its own
  await payments.tab('merge');
  const row = page.getByTestId('merge-seller-1');
  const seller = await row.getByTestId('merge-name').textContent();
  await payments.tab('conditions');
  await payments.create({ name: 'Own Visa', system: 'Visa', owner: seller ?? '' });
  await payments.tab('merge');
  await payments.choose('cart-seller-0', seller ?? '');
  await expect(payments.matrixRow('Visa', 'marketplace')).toHaveAttribute('data-offered', 'true');
  await page.getByTestId('merge-on-seller-1').click({ force: true });
  await payments.choose('merge-policy-seller-1', 'Seller’s methods too');
  // the same payment system of two merchants is two options
  await expect(payments.matrixRow('Visa', 'sellers')).toContainText('Own Visa');
  await expect(payments.matrixRow('Visa', 'marketplace')).toHaveAttribute('data-offered', 'true');
  await payments.choose('merge-policy-seller-1', 'Seller charges');
  await expect(payments.matrixRow('Visa', 'sellers')).toHaveCount(0);
  await expect(payments.matrixRow('Visa', 'marketplace')).toContainText('Own Visa');
  await page.getByTestId('merge-hybrid-seller-1').click({ force: true });
  await expect(row).toHaveAttribute('data-standing', 'differs');
  await page.getByTestId('merge-push').click();
  await expect(row).toHaveAttribute('data-standing', 'same', { timeout: 60_000 });
  expect(await sandbox.allowsHybrid('seller-1')).toBe(true);
});
