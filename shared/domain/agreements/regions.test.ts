import { expect, it } from 'vitest';
import { regionOf } from './regions.ts';

it('a place is named by its country and state, however they are spelled', () => {
  expect(regionOf('BRA', ' pr ')).toBe('BRA-PR');
});
