import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf } from './brand.ts';
import { BinderyError, errorCodes, errorValueOf } from './errors.ts';
import { authorities, mayRun, roles } from './roles.ts';

describe('roles', () => {
  it('gives each role what it needs and no more', () => {
    const granted = roles.map((role) => [role, authorities.filter((authority) => mayRun(role, authority))]);
    expect(Object.fromEntries(granted)).toEqual({
      catalogue: ['anyone', 'review', 'sellers'],
      finance: ['anyone', 'sellers', 'finance'],
      support: ['anyone', 'orders'],
      integration: ['anyone', 'sellers', 'integration'],
      reader: ['anyone'],
      administrator: ['anyone', 'review', 'sellers', 'finance', 'orders', 'integration', 'settings'],
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
      expect(Date.parse(instantOf(left))).toBe(left);
    }),
    { seed: 20_261_125 },
  );
});
