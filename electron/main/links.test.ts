import { expect, it } from 'vitest';
import { routeAmong, routeOfLink } from './links.ts';

it('opens an order, and nothing else', () => {
  expect(routeOfLink('bindery://order/G1-01')).toBe('#/orders?order=G1-01');
  expect(routeOfLink('BINDERY://order/G1-01/')).toBe('#/orders?order=G1-01');
  for (const link of [
    '',
    'bindery://settings',
    'bindery://order/',
    'bindery://order/a b',
    'bindery://order/../settings',
    'bindery://order/x?next=http://evil.example',
    'javascript:alert(1)',
    `bindery://order/${'x'.repeat(200)}`,
  ])
    expect(routeOfLink(link), link).toBe(null);
});
it('finds the link among what a process was started with', () => {
  expect(routeAmong(['/usr/bin/bindery', '--no-sandbox', 'bindery://order/7-02'])).toBe('#/orders?order=7-02');
  expect(routeAmong(['/usr/bin/bindery'])).toBe(null);
});
