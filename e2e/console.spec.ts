import { expect, test } from './fixtures.ts';

// only `serve` has a console
test('the console lets in one browser a link, from its own page and under its own name only', async ({ host }) => {
  const url = new URL(host.page.url()).origin;
  await expect(host.page.getByTestId('operator-name')).toBeVisible({ timeout: 60_000 });
  const cookies = await host.page.context().cookies();
  expect(cookies).toEqual([expect.objectContaining({ httpOnly: true, sameSite: 'Strict' })]);
  expect((await fetch(`${url}/`)).status).toBe(401);
  expect((await fetch(`${url}/?token=guessed`)).status).toBe(401);
  expect((await fetch(`${url}/token`, { method: 'POST' })).status).toBe(401);
  expect((await fetch(`${url}/ready`)).status).toBe(200);
});

test('an operator signs in with a token of their own, and not with another', async ({ bindery, chromium }) => {
  const { page } = bindery;
  await bindery.go('settings');
  await page.getByTestId('settings-section-operators').click();
  await page.getByTestId('access-operator').click();
  await page.getByRole('option').first().click();
  await page.getByTestId('access-issue').click();
  const token = (await page.getByTestId('access-issued').locator('code').first().textContent()) ?? '';
  const elsewhere = await (await chromium()).newContext();
  const theirs = await elsewhere.newPage();
  await theirs.goto(`${new URL(page.url()).origin}/sign-in`);
  await theirs.getByLabel('Token').fill('guessed');
  await theirs.getByRole('button').click();
  await expect(theirs.getByRole('alert')).toContainText('not known');
  await theirs.getByLabel('Token').fill(token);
  await theirs.getByRole('button').click();
  await expect(theirs.getByTestId('nav-offers')).toBeVisible({ timeout: 30_000 });
  await elsewhere.close();
});
