import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';
import { NotificationsPage } from './pages/notifications.ts';

test('a notification is seen with what it changed, replayed, certified; its seller is paused and resumed', async ({
  host,
  bindery,
  sandbox,
}, info) => {
  test.slow();
  const { page } = bindery;
  const notifications = new NotificationsPage(page, sandbox);
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  const { sellerId, sellerSkuId } = await sandbox.anyBinding();
  await notifications.connectSeller(sellerId);
  await notifications.knock(sellerId, sellerSkuId);
  await notifications.tell(sellerId, sellerSkuId, 4_321);

  await notifications.open();
  await expect(page.getByTestId('traffic-received')).toHaveText('1');
  await expect(page.getByTestId('refusals')).toContainText('403 Forbidden');
  await notifications.openLatest(sellerSkuId, 1);
  await expect(notifications.outcome).toHaveText('changed');
  await expect(page.getByTestId('notification-effect')).toContainText('43.21');
  await expect(page.getByTestId('notification-request')).toContainText(`/changenotification/`);
  await expect(page.getByTestId('notification-reply')).toHaveText('202');

  const folder = `test-results/screenshots/${info.project.name}`;
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await bindery.still();
    await page.screenshot({ path: `${folder}/notification-${colorScheme}.png` });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  }

  // replayed after a preview, as an entry that names the old one
  await bindery.press('y');
  await expect(page.getByTestId('replay-confirm')).toBeEnabled();
  await page.getByTestId('replay-confirm').click();
  await expect(page.getByTestId('grid')).toHaveAttribute('data-count', '2');
  await notifications.openLatest(sellerSkuId, 2);
  await expect(notifications.outcome).toHaveText('nothing changed');

  if (host.electron === null) {
    const saved = page.waitForEvent('download');
    await page.getByTestId('notification-certificate').click();
    const text = await readFile(await (await saved).path(), 'utf8');
    expect(text).toContain(sellerSkuId);
    expect(text).toMatch(/\nEd25519: .{88}\n$/);
  }

  // paused: what comes waits
  await page.getByTestId('notifications-pause').click();
  await page.getByTestId('pause-reason').fill('wrong prices');
  await page.getByTestId('pause-confirm').click();
  await expect(page.getByTestId('notifications-pause')).toContainText('Resume');
  await notifications.tell(sellerId, sellerSkuId, 5_432);
  await expect(page.getByTestId('grid-stale')).toBeVisible();
  await bindery.press('r');
  await expect(page.getByTestId('grid')).toHaveAttribute('data-count', '3');
  await notifications.openLatest(sellerSkuId, 3);
  await expect(notifications.outcome).toHaveText('waiting');
  await bindery.press('o');
  await expect(page.getByTestId('notifications-overview')).toBeVisible();
  await bindery.press('o');
  await bindery.press('p');
  await expect(notifications.outcome).toHaveText('changed');
  await expect(page.getByTestId('notification-effect')).toContainText('54.32');
});
