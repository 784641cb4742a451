import { expect, test } from './fixtures.ts';

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
