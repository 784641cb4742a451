/** `npm run bench`: what Bindery promises of its speed, each figure beside a named reference of the same run. */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { failUsage, readFlags, UsageError, wholeNumber } from '../scripts/flags.ts';
import { type BenchCache, openBenchCache } from './cache.ts';
import { type Row, tableOf } from './measure.ts';
import { benches, selectBenches } from './registry.ts';

const flags = readFlags(
  'npm run bench',
  `How fast Bindery is, each figure beside a named reference of the same run.\n\nBenchmarks: ${benches.map(({ name }) => name).join(', ')}.`,
  {
    only: { value: 'NAME', help: 'one benchmark, or those whose name begins so (views/received, window)' },
    json: { value: 'FILE', help: 'writes the rows as JSON as well' },
    size: { value: 'N', help: 'waiting offers (default 1000000)' },
  },
);

function options() {
  const size = wholeNumber('size', flags.size, 1_000, 10_000_000, 1_000_000);
  const chosen = selectBenches(flags.only);
  if (chosen.length === 0)
    throw new UsageError(
      `--only ${flags.only} names no benchmark; there are ${benches.map(({ name }) => name).join(', ')}.`,
    );
  return { size, chosen };
}

function optionsOrEnd(): ReturnType<typeof options> {
  try {
    return options();
  } catch (error) {
    failUsage(error);
  }
}

const { size, chosen } = optionsOrEnd();
const say = (line: string) => console.error(line);
const rows: Row[] = [];
let cache: BenchCache | null = null;
const wanted = (name: string) => flags.only === undefined || name.startsWith(flags.only);
let failed = false;
for (const bench of chosen) {
  say(`${bench.name} … (load ${loadavg()[0]?.toFixed(1)} on ${cpus().length} processors)`);
  try {
    rows.push(
      ...(await bench.run({
        size,
        wanted,
        say,
        cache: () => {
          cache ??= openBenchCache(size, say);
          return cache;
        },
      })),
    );
  } catch (error) {
    failed = true;
    say(`${bench.name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
console.log(tableOf(rows));
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(rows, null, 2)}\n`);
process.exitCode = failed ? 1 : 0;
