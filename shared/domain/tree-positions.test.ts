import fc from 'fast-check';
import { expect, it } from 'vitest';
import { placeInOrder, spacing } from './tree-positions.ts';

const seed = 20_261_125;
const known = fc.array(fc.option(fc.integer({ min: -50, max: 50_000 })), { maxLength: 60 });

it('rises strictly, whatever was known', () => {
  fc.assert(
    fc.property(known, (before) => {
      const placed = placeInOrder(before);
      expect(placed).toHaveLength(before.length);
      for (let index = 1; index < placed.length; index++)
        expect(placed[index]).toBeGreaterThan(placed[index - 1] ?? Number.NaN);
      expect(placed.every(Number.isSafeInteger)).toBe(true);
    }),
    { seed },
  );
});

it('moves nobody when somebody comes or goes, while there is room', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.array(fc.nat(), { maxLength: 9 }), (count, comings) => {
      const first = placeInOrder(Array.from({ length: count }, () => null));
      let order: (number | null)[] = [...first];
      for (const coming of comings) {
        order.splice(coming % (order.length + 1), 0, null);
        order = placeInOrder(order);
      }
      expect(order.filter((position) => first.includes(position ?? Number.NaN))).toEqual(first);
      const rest = order.filter((_, index) => index % 3 !== 1);
      expect(placeInOrder(rest)).toEqual(rest);
    }),
    { seed },
  );
});

it('moves only what was moved', () => {
  const [a = 0, b = 0, c = 0, d = 0] = placeInOrder([null, null, null, null]);
  expect(placeInOrder([a, c, d, b])).toEqual([a, c, d, d + spacing]);
});

it('numbers everything anew when there is no room', () => {
  expect(placeInOrder([0, null, 1])).toEqual([spacing, 2 * spacing, 3 * spacing]);
});
