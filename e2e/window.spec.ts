import { expect, test } from './fixtures.ts';

// a browser has an address bar of its own, so only the Electron window is asked this
test('the page cannot navigate away, open windows, or run what is not ours', async ({ host, bindery }) => {
  const { page } = bindery;
  const own = new URL(page.url()).host;
  await page.evaluate(() => {
    location.href = 'https://elsewhere.example/';
  });
  await page.evaluate(() => window.open('http://elsewhere.example/'));
  // a navigation or a window would have begun by the second frame after it was asked for
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  expect(new URL(page.url()).host).toBe(own);
  expect(host.electron?.windows()).toHaveLength(1);
});
