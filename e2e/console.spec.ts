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
