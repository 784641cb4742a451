import { runOrderModel } from '../testing/order-model-run.ts';

export const name = 'orders-model';

/** Orders under a model of everybody who touches them: 5,000 runs of up to 150 steps. */
export async function run(options: {
  full: boolean;
  seed: number;
  log: (line: string) => void;
}): Promise<{ passed: number; failed: number; notes: string[] }> {
  const result = await runOrderModel({
    runs: options.full ? 5_000 : 150,
    seed: options.seed,
    stepsAtMost: options.full ? 150 : 60,
  });
  const note = `seed ${options.seed}: ${result.runs} runs, ${result.orders} orders, ${result.events} events, at rest in ${result.states} states`;
  options.log(note);
  return result.failure === null
    ? { passed: result.runs, failed: 0, notes: [note] }
    : { passed: result.runs, failed: 1, notes: [note, result.failure] };
}
