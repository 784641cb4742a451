import { expect, test } from './fixtures.ts';

test('the page cannot navigate away, open windows, or run what is not ours', async ({ host, bindery }) => {
  const { page } = bindery;
  const own = new URL(page.url()).host;
  test.skip(host.electron === null, 'a browser has an address bar of its own; the policy is checked below');
  await page.evaluate(() => {
    location.href = 'https://elsewhere.example/';
  });
  await page.evaluate(() => window.open('http://elsewhere.example/'));
  await page.waitForTimeout(1_000);
  expect(new URL(page.url()).host).toBe(own);
  expect(host.electron?.windows()).toHaveLength(1);
});

test('the page has no Node, no inline script and no way out', async ({ host, bindery }) => {
  const { page } = bindery;
  const seen = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.body.append(script);
    const reached = await fetch('http://127.0.0.1:9/').then(
      () => true,
      () => false,
    );
    return {
      injected: 'injected' in window,
      node: 'process' in window || 'require' in window,
      bridge: window.bindery ? Object.keys(window.bindery) : [],
      reached,
    };
  });
  expect(seen).toEqual({
    injected: false,
    node: false,
    bridge: host.electron ? ['requestPort'] : [],
    reached: false,
  });
});

test('the console lets in one browser a link, from its own page and under its own name only', async ({ host }) => {
  test.skip(host.electron !== null, 'the Electron window has no console');
  const url = new URL(host.page.url()).origin;
  await expect(host.page.getByTestId('operator-name')).toBeVisible({ timeout: 60_000 });
  const cookies = await host.page.context().cookies();
  expect(cookies).toEqual([expect.objectContaining({ httpOnly: true, sameSite: 'Strict' })]);
  expect((await fetch(`${url}/`)).status).toBe(401);
  expect((await fetch(`${url}/?token=guessed`)).status).toBe(401);
  expect((await fetch(`${url}/token`, { method: 'POST' })).status).toBe(401);
  expect((await fetch(`${url}/ready`)).status).toBe(200);
});
