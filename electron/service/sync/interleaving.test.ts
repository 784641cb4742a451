import { expect, it } from 'vitest';
import { runInterleavings } from '../testing/interleaving.ts';

/** The full counts: `npm run test:soak -- --only interleaving`. */
const seed = Number(process.env.BINDERY_SEED ?? 20_261_125);

it('ends with cache, backend and audit agreeing, whatever the order of pages, faults, restarts and decisions', async () => {
  const result = await runInterleavings({ runs: 30, seed, limitMilliseconds: 150_000 });
  console.log(
    `interleavings: seed ${seed}, ${result.runs} runs, ${result.steps} steps, ${result.decisions} decisions, ${result.confirmed} confirmed`,
  );
  expect(result.failure).toBeNull();
  // a run that was cut short has shown less than it says
  expect(result.runs).toBe(30);
  expect(result.confirmed).toBeGreaterThan(10);
}, 180_000);
