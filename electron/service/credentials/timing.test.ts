/** That the time of a refusal says nothing of the token. */
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { expect, it, vi } from 'vitest';

const compared: number[] = [];
vi.mock('node:crypto', async (load) => {
  const real = await load<typeof import('node:crypto')>();
  return {
    ...real,
    timingSafeEqual: (one: Buffer, other: Buffer) => {
      compared.push(one.length, other.length);
      return real.timingSafeEqual(one, other);
    },
  };
});
const { hashToken, openCredentials } = await import('./directory.ts');

const token = randomBytes(32).toString('base64url');
const credentials = await openCredentials({
  database: {
    read: async () => [
      { id: 'c', seller_id: 'seller-1', app_key: 'key', token_hash: hashToken(token), signs: 0, expires_at: null },
    ],
    write: async () => null,
    close: async () => undefined,
  } as unknown as Parameters<typeof openCredentials>[0]['database'], // the three statements that the directory runs
  secrets: { get: async () => null, set: async () => undefined },
  ambient: { now: Date.now, random: Math.random, uuid: () => '' },
  log: () => undefined,
});

it('compares digests of one length, whether the key is known, the token short, long, wrong or right', () => {
  expect(credentials.verify('key', token, 'seller-1')).toMatchObject({ sellerId: 'seller-1' });
  for (const [key, given] of [
    ['key', ''],
    ['key', 'x'],
    ['key', 'x'.repeat(10_000)],
    ['key', `${token}x`],
    ['unknown', token],
  ] as const)
    expect(credentials.verify(key, given, 'seller-1')).toBeNull();
  expect(compared).toHaveLength(12);
  expect(new Set(compared)).toEqual(new Set([32]));
});

it('takes no longer to refuse a token of which all but one byte is right than one of which none is', () => {
  const wrongAtEnd = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
  const wrongAtAll = [...token].map((letter) => (letter === 'z' ? 'y' : 'z')).join('');
  const times = { none: [] as number[], almost: [] as number[] };
  const rounds = 400;
  const calls = 50;
  for (let round = -40; round < rounds; round++) {
    // in turn, so that what else the machine does falls on both alike
    for (const which of round % 2 === 0 ? (['none', 'almost'] as const) : (['almost', 'none'] as const)) {
      const given = which === 'none' ? wrongAtAll : wrongAtEnd;
      const started = performance.now();
      for (let call = 0; call < calls; call++) credentials.verify('key', given, 'seller-1');
      if (round >= 0) times[which].push(((performance.now() - started) * 1_000) / calls);
    }
  }
  // the quickest quarter: where nothing else of the machine came between
  const quick = (values: number[]) => {
    const sorted = values.toSorted((one, other) => one - other).slice(0, rounds / 4);
    return sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  };
  const difference = Math.abs(quick(times.none) - quick(times.almost));
  expect(difference, 'microseconds').toBeLessThan(1);
});
