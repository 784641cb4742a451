import { expect, it } from 'vitest';
import { openableLink } from './tracking.ts';

it.each([
  ['https://track.example/p/AB 1', { href: 'https://track.example/p/AB%201', host: 'track.example' }],
  ['https://track.example:8443/', { href: 'https://track.example:8443/', host: 'track.example:8443' }],
  ['http://track.example/1', null],
  ['javascript:alert(1)', null],
  ['https://ada:pass@track.example/1', null],
  ['https://10.0.0.5/1', null],
  ['https://[::1]/1', null],
  ['https://2130706433/1', null],
  ['https://localhost/1', null],
  ['https://router.local/1', null],
  ['track.example/1', null],
  ['', null],
  [null, null],
] as const)('%s opens as %j', (address, link) => {
  expect(openableLink(address)).toEqual(link);
});
