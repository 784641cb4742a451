/** `npm run test:soak`: kills, faults and races in full counts; `--reduced` is what `npm test` runs. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './build.ts';
import { root } from './children.ts';
import { failUsage, readFlags, UsageError, wholeNumber } from './flags.ts';

interface SoakResult {
  readonly passed: number;
  readonly failed: number;
  /** What was not run, with its reason among the notes. */
  readonly skipped?: number;
  readonly notes: readonly string[];
}
interface Soak {
  readonly name: string;
  run(options: {
    full: boolean;
    seed: number;
    match: string | undefined;
    log: (line: string) => void;
  }): Promise<SoakResult>;
}

const flags = readFlags('npm run test:soak', 'The long tests: kills, faults, lost answers and races, in full counts.', {
  only: { value: 'NAME', help: 'run one of them' },
  match: { value: 'TEXT', help: 'of a matrix, only the cells with this in their name' },
  reduced: { help: 'the counts that npm test uses' },
  seed: { value: 'S', help: 'whole number; the same seed makes the same run (default: chosen and printed)' },
});

const folder = join(root, 'electron/service/soak');

async function loadSoaks(): Promise<Soak[]> {
  let files: string[];
  try {
    files = readdirSync(folder).filter((file) => file.endsWith('.soak.ts'));
  } catch {
    files = [];
  }
  return Promise.all(files.sort().map(async (file) => (await import(pathToFileURL(join(folder, file)).href)) as Soak));
}

async function main(): Promise<void> {
  const seed = wholeNumber('seed', flags.seed, 0, 2 ** 31 - 1, Math.floor(Math.random() * 2 ** 31));
  const all = await loadSoaks();
  const chosen = all.filter((soak) => flags.only === undefined || soak.name === flags.only);
  if (flags.only !== undefined && chosen.length === 0) {
    throw new UsageError(
      `There is no soak test "${flags.only}"; there are ${all.map((soak) => soak.name).join(', ')}.`,
    );
  }
  // the services run from source, their threads from the bundles that ship, which also start sooner after a kill
  if (!(await ensureBuilt())) throw new Error('The build failed; what it said is above.');
  process.env.BINDERY_WORKERS ??= join(root, 'out/main');
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const soak of chosen) {
    const started = performance.now();
    let result: SoakResult;
    try {
      result = await soak.run({
        full: !flags.reduced,
        seed,
        match: flags.match,
        log: (line) => console.log(`  ${line}`),
      });
    } catch (error) {
      result = {
        passed: 0,
        failed: 1,
        notes: [
          error instanceof Error
            ? `${error.stack ?? error.message}${error.cause === undefined ? '' : ` (${String(error.cause)})`}`
            : String(error),
        ],
      };
    }
    passed += result.passed;
    failed += result.failed;
    skipped += result.skipped ?? 0;
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    console.log(
      `${soak.name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped ?? 0} skipped (seed ${seed}, ${flags.reduced ? 'reduced' : 'full'}, ${seconds} s)`,
    );
    for (const note of result.notes) console.log(`  ${note}`);
  }
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exit(failed > 0 ? 1 : 0);
}

try {
  await main();
} catch (error) {
  failUsage(error);
}
