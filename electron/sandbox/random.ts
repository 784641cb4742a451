/**
 * Seeded randomness. Two kinds: a stream (for faults and shuffles, where the order of calls is the input) and a pure hash of
 * (seed, number, salt) (for everything generated, so that item i needs none of the items before it).
 */

/** A stream of numbers in [0, 1): mulberry32. */
export function stream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A 32-bit hash of three numbers. */
export function hash(seed: number, n: number, salt = 0): number {
  let h =
    Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^
    Math.imul(n ^ (n / 4294967296), 0xc2b2ae35) ^
    Math.imul(salt + 1, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A 32-bit hash of a text (FNV-1a). */
export function hashText(text: string, seed = 0): number {
  let h = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return hash(h, text.length);
}

/** The element that a hash chooses. Throws on an empty list, which only a mistake in a table can give. */
export function choose<T>(list: readonly T[], h: number): T {
  const item = list[h % list.length];
  if (item === undefined) throw new Error('choose: empty list');
  return item;
}

/** Shuffles in place with a stream (Fisher-Yates). */
export function shuffle<T>(list: T[], next: () => number): T[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    const a = list[i] as T;
    list[i] = list[j] as T;
    list[j] = a;
  }
  return list;
}

/** The smallest number from `from` on that shares no factor with `n`: a stride that visits all of [0, n). */
export function coprime(from: number, n: number): number {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  let p = Math.max(1, from);
  while (gcd(p, n) !== 1) p++;
  return p;
}
