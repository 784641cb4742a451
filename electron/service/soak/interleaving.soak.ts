import { runInterleavings } from '../testing/interleaving.ts';

export const name = 'interleaving';

/** Any interleaving of pages, duplicates, faults, lost answers, restarts and decisions ends in agreement. */
export async function run(options: {
  full: boolean;
  seed: number;
  log: (line: string) => void;
}): Promise<{ passed: number; failed: number; notes: string[] }> {
  const wanted = options.full ? 600 : 30;
  const result = await runInterleavings({
    runs: wanted,
    seed: options.seed,
    steps: options.full ? 120 : 50,
    limitMilliseconds: options.full ? 30 * 60_000 : 120_000,
  });
  const counts = `seed ${options.seed}: ${result.runs} runs, ${result.steps} steps, ${result.decisions} decisions, ${result.confirmed} confirmed`;
  options.log(counts);
  if (result.failure === null && result.runs < wanted)
    return { passed: result.runs, failed: 1, notes: [counts, `Only ${result.runs} of ${wanted} runs ended in time.`] };
  return result.failure === null
    ? { passed: result.runs, failed: 0, notes: [counts] }
    : { passed: Math.max(0, result.runs - 1), failed: 1, notes: [counts, result.failure] };
}
