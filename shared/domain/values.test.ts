import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochOf, instantOf } from './brand.ts';
import { BinderyError, errorCodes, errorValueOf } from './errors.ts';
import { normaliseGtin } from './gtin.ts';
import { authorities, mayRun, roles } from './roles.ts';

describe('GTIN', () => {
  /** GS1: from the right, the digits weigh 3 and 1 in turn. */
  const checkDigit = (digits: string): number => {
    const sum = [...digits]
      .reverse()
      .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
    return (10 - (sum % 10)) % 10;
  };
  const body = fc
    .constantFrom(7, 11, 12, 13)
    .chain((length) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length }));

  it('takes every length with its right check digit and no other digit', () => {
    fc.assert(
      fc.property(body, (digits) => {
        const right = checkDigit(digits);
        for (let last = 0; last < 10; last++)
          expect(normaliseGtin(digits + last)).toBe(last === right ? (digits + last).padStart(14, '0') : null);
      }),
      { seed: 20_261_125 },
    );
  });
  it('notices any single digit that is wrong', () => {
    fc.assert(
      fc.property(body, fc.nat(13), fc.integer({ min: 1, max: 9 }), (digits, at, by) => {
        const valid = `${digits}${checkDigit(digits)}`;
        const place = at % valid.length;
        const wrong = valid.slice(0, place) + ((Number(valid[place]) + by) % 10) + valid.slice(place + 1);
        expect(normaliseGtin(wrong)).toBeNull();
      }),
      { seed: 20_261_125 },
    );
  });
  it.each(['', '1', '12345', '40063813339311', 'abc40063813339', '123456789012345'])('refuses %j', (text) => {
    expect(normaliseGtin(text)).toBeNull();
  });
  it('reads through spaces and hyphens', () => {
    expect(normaliseGtin('4-006381 333931')).toBe('04006381333931');
  });
});

describe('roles', () => {
  it('gives each role what it needs and no more', () => {
    const granted = roles.map((role) => [role, authorities.filter((authority) => mayRun(role, authority))]);
    expect(Object.fromEntries(granted)).toEqual({
      catalogue: ['anyone', 'review', 'sellers'],
      finance: ['anyone', 'sellers'],
      support: ['anyone'],
      administrator: ['anyone', 'review', 'sellers', 'settings'],
    });
  });
});

describe('errors', () => {
  it('come out of a boundary as they went in', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...errorCodes),
        fc.string(),
        fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
        (code, message, field) => {
          const error = new BinderyError(code, message, {
            ...(field === undefined ? {} : { field }),
            details: { status: 1 },
          });
          const travelled = BinderyError.from(JSON.parse(JSON.stringify(errorValueOf(error))));
          expect(travelled.toValue()).toEqual(error.toValue());
        },
      ),
      { seed: 20_261_125 },
    );
  });
  it('say nothing of the inside of an unknown one', () => {
    expect(errorValueOf(new Error('password is hunter2'))).toMatchObject({
      code: 'internal',
      message: expect.not.stringContaining('hunter2'),
    });
    expect(errorValueOf('hunter2').message).not.toContain('hunter2');
    const aborted = new AbortController();
    aborted.abort();
    expect(errorValueOf(aborted.signal.reason).code).toBe('cancelled');
  });
});

it('writes instants that sort as text', () => {
  fc.assert(
    fc.property(fc.nat(4_000_000_000_000), fc.nat(4_000_000_000_000), (left, right) => {
      expect(instantOf(left) < instantOf(right)).toBe(left < right);
      expect(epochOf(instantOf(left))).toBe(left);
    }),
    { seed: 20_261_125 },
  );
});
