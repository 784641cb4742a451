import { expect, test } from './fixtures.ts';
import { keyStore } from './hosts.ts';

test.describe('a slow marketplace', () => {
  test.use({ faults: [{ match: { path: '^/suggestions' }, latencyMs: 2_500 }] });
  test('the first synchronisation pauses, stays paused over a kill, and goes on when it is told to', async ({
    sandbox,
    bindery,
    host,
  }) => {
    const { page, offers } = bindery;
    const { suggestions } = await sandbox.state();
    await expect(page.getByTestId('sync-progress')).toBeVisible();
    await page.getByTestId('sync-toggle').click();
    await expect(page.getByTestId('sync-toggle')).toHaveText('Resume');
    await host.killService();
    await expect(page.getByTestId('sync-toggle')).toHaveText('Resume', { timeout: 60_000 });
    await sandbox.goOnline();
    await expect.poll(() => offers.count('waiting')).not.toBeNaN();
    expect(await offers.count('waiting')).toBeLessThan(suggestions.pending);
    await page.getByTestId('sync-toggle').click();
    await offers.arrived(suggestions.pending);
    await expect(page.getByTestId('sync-progress')).toBeHidden();
  });
});

test('the demonstration is left for a marketplace of their own, once the connection has passed', async ({
  sandbox,
  bindery,
}, info) => {
  test.skip(
    info.project.name === 'electron' && keyStore === null,
    'There is no key store to seal the marketplace’s keys in: install gnome-keyring and dbus, and run npm test.',
  );
  const { page, offers } = bindery;
  const { suggestions } = await sandbox.state();
  await offers.arrived(suggestions.pending);
  await offers.openFirstWithCandidate();
  await bindery.press('b');
  await bindery.sent();

  await bindery.go('settings');
  await page.getByTestId('settings-section-connect').click();
  await page.getByTestId('connect-account').fill('acme');
  await page.getByTestId('connect-url').fill('acme.example');
  await page.getByTestId('connect-key').fill(sandbox.appKey);
  await page.getByTestId('connect-token').fill('not the token');
  await page.getByTestId('settings-test-connection').click();
  await expect(page.getByTestId('connect-url')).toHaveAttribute('aria-invalid', 'true');

  await page.getByTestId('connect-url').fill(sandbox.url);
  await page.getByTestId('settings-test-connection').click();
  const checks = page.getByTestId('connection-checks');
  await expect(checks).toBeVisible({ timeout: 30_000 });
  await expect(page.getByTestId('check-credentials')).toContainText(/401|refused|key/i);
  await expect(page.getByTestId('settings-connect')).toBeDisabled();

  await page.getByTestId('connect-token').fill(sandbox.appToken);
  await expect(checks).toBeHidden();
  await page.getByTestId('settings-test-connection').click();
  await expect(checks).toBeVisible({ timeout: 30_000 });
  await page.getByTestId('settings-connect').click();
  // a workspace of its own, whose first administrator is who connected it: nothing of the demonstration's decisions, and the
  // offers come anew
  await expect(page.getByTestId('demo-label')).toBeHidden({ timeout: 60_000 });
  await bindery.go('offers');
  const now = await sandbox.state();
  await offers.arrived(now.suggestions.pending);
  await page.getByTestId('footer-outbox').click();
  await page.getByText('Latest', { exact: true }).click();
  await expect(page.getByTestId('decisions-panel').locator('li')).toHaveCount(0);
  await page.keyboard.press('Escape');

  await bindery.go('settings');
  await page.getByTestId('settings-section-profile').click();
  await page.getByTestId('profile-open-demo').click();
  await expect(page.getByTestId('demo-label')).toBeVisible({ timeout: 60_000 });
});
