import { expect, test } from './fixtures.ts';
import { keyStore } from './hosts.ts';

test('a seller is created, called with its own key, paused and resumed, and its token revoked', async ({
  bindery,
  sandbox,
}, info) => {
  test.skip(
    info.project.name === 'electron' && keyStore === null,
    'There is no key store to seal the seller’s key in: install gnome-keyring and dbus, and run npm test.',
  );
  const { page } = bindery;
  await bindery.go('sellers');
  await page.getByTestId('seller-create').click();
  await page.getByTestId('seller-id').fill('lumen');
  await page.getByTestId('seller-name').fill('Lumen Lamps');
  await page.getByTestId('seller-endpoint').fill('not an address');
  await page.getByTestId('seller-save').click();
  await expect(page.getByTestId('seller-endpoint')).toHaveAttribute('aria-invalid', 'true');
  expect(await sandbox.seller('lumen')).toBeUndefined();
  await page.getByTestId('seller-endpoint').fill(`${sandbox.url}/sellers/lumen`);
  await page.getByTestId('seller-save').click();
  await expect.poll(() => sandbox.seller('lumen')).toMatchObject({ name: 'Lumen Lamps', isActive: true });

  // a store of the platform needs an affiliate, and a token does not come without its key
  await bindery.openOnly('seller-search', 'lumen');
  await page.getByTestId('seller-reach-edit').click();
  await page.getByTestId('seller-face').click();
  await page.getByRole('option', { name: 'Store of the platform, at once' }).click();
  await page.getByTestId('seller-app-token').fill('a token of lumen');
  await page.getByTestId('seller-reach-save').click();
  await expect(page.getByTestId('seller-affiliate')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByTestId('seller-app-key')).toHaveAttribute('aria-invalid', 'true');
  await page.getByTestId('seller-affiliate').fill('MKP');
  await page.getByTestId('seller-app-key').fill('key-of-lumen');
  await page.getByTestId('seller-reach-save').click();
  await expect(page.getByTestId('seller-reach')).toContainText('kept, sealed');
  await expect(page.getByTestId('seller-reach')).not.toContainText('key-of-lumen');
  await page.getByTestId('seller-reach-edit').click();
  await page.getByTestId('seller-keys-remove').click();
  await expect(page.getByTestId('seller-reach')).toContainText('none: the seller is called without');

  await page.getByTestId('seller-pause').click();
  await page.getByTestId('seller-pause-confirm').click();
  await expect.poll(() => sandbox.seller('lumen')).toMatchObject({ isActive: false });
  await page.getByTestId('seller-pause').click();
  await expect.poll(() => sandbox.seller('lumen')).toMatchObject({ isActive: true });

  await page.getByTestId('seller-token').click();
  await page.getByTestId('token-confirm').click();
  await expect(page.getByTestId('token-issued').locator('code')).toHaveCount(2);
  await page.getByTestId('credential-revoke').click();
  await page.getByTestId('revoke-confirm').click();
  await expect(page.getByTestId('credentials')).toContainText('revoked');
});
