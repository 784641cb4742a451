import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSellerPace } from './seller-pace.ts';

it('asks more of who answers, less of who fails, and leaves alone who keeps failing', () => {
  let now = 1_000_000;
  const pace = createSellerPace(() => now);
  const fail = () => {
    pace.started('a');
    pace.ended('a', 'failed');
  };
  expect(pace.room('a')).toBe(4);
  for (let n = 0; n < 60; n++) {
    pace.started('a');
    pace.ended('a', 'answered');
  }
  expect(pace.room('a')).toBe(8);
  fail();
  expect(pace.room('a')).toBe(4);
  for (let n = 0; n < 4; n++) fail();
  expect(pace.room('a')).toBe(0);
  expect(pace.room('b')).toBe(4);
  expect([...pace.paused().keys()]).toEqual(['a']);
  now += 5_000;
  // one goes ahead; it fails, and the pause is twice as long
  expect(pace.room('a')).toBe(1);
  fail();
  now += 9_999;
  expect(pace.room('a')).toBe(0);
  now += 1;
  pace.started('a');
  expect(pace.room('a')).toBe(0);
  pace.ended('a', 'answered');
  expect(pace.room('a')).toBeGreaterThan(0);
  expect(pace.paused().size).toBe(0);
});

it('waits as long as a seller asks for', () => {
  let now = 1_000_000;
  const pace = createSellerPace(() => now);
  pace.started('a');
  pace.ended('a', 'failed', 60_000);
  now += 59_999;
  expect(pace.room('a')).toBe(0);
  now += 1;
  expect(pace.room('a')).toBe(1);
});

it('never asks more than eight at once, and never stops for good', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 60_000 })), { maxLength: 200 }), (steps) => {
      let now = 1_000_000;
      const pace = createSellerPace(() => now);
      let running = 0;
      for (const [answers, gap] of steps) {
        now += gap;
        for (let room = pace.room('a'); room > 0; room--) {
          pace.started('a');
          running++;
        }
        expect(running).toBeLessThanOrEqual(8);
        if (running > 0) {
          pace.ended('a', answers ? 'answered' : 'failed');
          running--;
        }
      }
      for (; running > 0; running--) pace.ended('a', 'failed');
      now += 5 * 60_000;
      expect(pace.room('a')).toBeGreaterThan(0);
    }),
    { seed: 20_261_125 },
  );
});
