/** A child of the benchmark: sellers that notify at a pace, from a process of their own. One line of JSON for each line it is given. */
import { createInterface } from 'node:readline';
import { quantile } from './measure.ts';
import { paced } from './paced.ts';

export interface Orders {
  readonly origin: string;
  /** A seller's SKU and its headers, for each notification in turn. */
  readonly calls: readonly { readonly path: string; readonly headers: Readonly<Record<string, string>> }[];
  readonly perSecond: number;
  readonly seconds: number;
}

export interface Report {
  readonly p99: number;
  readonly answered: number;
  /** Answers that were no 2xx. */
  readonly refused: number;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { origin, calls, perSecond, seconds } = JSON.parse(line) as Orders; // our own parent's
  const call = (n: number) => calls[n % calls.length] ?? { path: '/', headers: {} };
  const { times, statuses } = await paced({
    origin,
    path: (n) => call(n).path,
    headers: (n) => call(n).headers,
    perSecond,
    seconds,
    connections: 64,
  });
  const report: Report = {
    p99: quantile(times, 0.99),
    answered: times.length,
    refused: [...statuses].reduce((sum, [status, count]) => sum + (status >= 200 && status < 300 ? 0 : count), 0),
  };
  console.log(JSON.stringify(report));
}
