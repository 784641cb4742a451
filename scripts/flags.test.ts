import { expect, test } from 'vitest';
import { address, parseFlags, wholeNumber } from './flags.ts';

const flags = { data: { value: 'DIR', help: '' }, reduced: { help: '' } } as const;

test('declared flags are read, with their values', () => {
  expect(parseFlags(['--data', '/tmp/x', '--reduced'], flags)).toEqual({ data: '/tmp/x', reduced: true });
  expect(parseFlags([], flags)).toEqual({});
});

test.each([
  [['--dta', 'x'], 'Unknown flag --dta'],
  [['--data'], '--data needs a value (DIR)'],
  [['--reduced=yes'], '--reduced takes no value'],
  [['there'], 'Unexpected argument "there"'],
])('%j is a mistake that the message names', (args, message) => {
  expect(() => parseFlags(args, flags)).toThrow(message);
});

test('numbers and addresses are checked, with the flag in the message', () => {
  expect(wholeNumber('port', '0', 0, 65_535, 1)).toBe(0);
  expect(() => wholeNumber('port', '70000', 0, 65_535, 1)).toThrow('--port must be a whole number from 0 to 65535');
  expect(address('backend', 'https://marketplace.example/')).toBe('https://marketplace.example');
  expect(() => address('backend', 'marketplace')).toThrow('--backend must be a full address');
});
