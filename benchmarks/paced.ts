/** Load that keeps its pace: calls are sent when they are due, whether or not earlier ones were answered. */
import { Pool } from 'undici';

export interface PacedOptions {
  readonly origin: string;
  readonly path: (n: number) => string;
  readonly headers: (n: number) => Readonly<Record<string, string>>;
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
}

/** @returns milliseconds from when each call should have left to its answer, and how often each status */
export async function paced({ origin, path, headers, perSecond, seconds, connections }: PacedOptions) {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const times: number[] = [];
  const statuses = new Map<number, number>();
  const sent: Promise<void>[] = [];
  const started = performance.now();
  try {
    for (let n = 0; n < perSecond * seconds; ) {
      // the first is due at once
      const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - started) / 1_000) * perSecond) + 1);
      for (; n < due; n++) {
        // measured from when it should have left: a queue in the generator counts as waiting
        const wanted = started + (n / perSecond) * 1_000;
        sent.push(
          pool.request({ method: 'POST', path: path(n), headers: headers(n) }).then(async ({ statusCode, body }) => {
            await body.dump();
            times.push(performance.now() - wanted);
            statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
          }),
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(sent);
  } finally {
    await pool.close();
  }
  return { times, statuses };
}
