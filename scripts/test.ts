/** `npm test`: everything that decides whether a change lands. The last line is the sum over all suites. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.ts';
import { finished, root, start } from './children.ts';
import { failUsage, readFlags, UsageError } from './flags.ts';
import { findChromium, findTestElectron, hasDisplay, isRoot, onPath } from './runtimes.ts';

interface Sum {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const results = join(root, 'test-results');
/** What a test starts anew each time is compiled once. */
const compileCache = join(results, 'compile-cache');
/** For services that run from source: their threads run the bundles that ship, which are also read sooner. */
const builtWorkers = { ...process.env, BINDERY_WORKERS: join(root, 'out/main'), NODE_COMPILE_CACHE: compileCache };
const bin = (name: string) => join(root, 'node_modules', name);

async function run(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  wrap: readonly string[] = [],
  say: ((text: string) => void) | null = null,
): Promise<number> {
  const [command = process.execPath, ...before] = [...wrap, process.execPath];
  const stdio = say ? (['ignore', 'pipe', 'pipe'] as const) : 'inherit';
  const child = start(command, [...before, script, ...args], {
    stdio: typeof stdio === 'string' ? stdio : [...stdio],
    env,
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => say?.(String(text)));
  return finished(child);
}

/** A tool that either passes or not. */
async function check(script: string, args: readonly string[]): Promise<Sum> {
  const code = await run(script, args);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
}

async function unit(): Promise<Sum> {
  const file = join(results, 'unit.json');
  if (!(await ensureBuilt())) return { passed: 0, failed: 1, skipped: 0 };
  const code = await run(
    bin('vitest/vitest.mjs'),
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    builtWorkers,
  );
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  // vitest's own report
  const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  // a file that does not load has no failed test, and fails all the same
  const failed =
    report.numFailedTests > 0 ? report.numFailedTests : code === 0 ? 0 : Math.max(1, report.numFailedTestSuites);
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests };
}

interface PlaywrightReport {
  readonly stats: {
    readonly expected: number;
    readonly unexpected: number;
    readonly flaky: number;
    readonly skipped: number;
  };
}

async function screens(
  project: 'electron' | 'chromium',
  env: NodeJS.ProcessEnv,
  say: ((text: string) => void) | null = null,
): Promise<Sum> {
  const file = join(results, `${project}.json`);
  const display = project === 'electron' && !hasDisplay();
  const keyStore = project === 'electron' && onPath('dbus-run-session') && onPath('gnome-keyring-daemon');
  const wrap = [
    ...(keyStore ? ['bash', join(root, 'scripts', 'with-key-store.sh')] : []),
    ...(display ? ['xvfb-run', '-a', '-s', '-screen 0 1440x900x24'] : []),
  ];
  const code = await run(
    bin('@playwright/test/cli.js'),
    ['test', `--project=${project}`, '--reporter=list,json'],
    { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file, NODE_COMPILE_CACHE: compileCache },
    wrap,
    say,
  );
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  // Playwright's own report
  const { stats } = JSON.parse(readFileSync(file, 'utf8')) as PlaywrightReport;
  const failed = stats.unexpected > 0 ? stats.unexpected : code === 0 ? 0 : 1;
  // a test that passed only when tried again is not a test that passed
  return { passed: stats.expected, failed: failed + stats.flaky, skipped: stats.skipped };
}

async function electron(): Promise<Sum> {
  const found = findTestElectron();
  if ('missing' in found) return skip('the screens in Electron', found.missing);
  if (!hasDisplay() && !onPath('xvfb-run'))
    return skip('the screens in Electron', 'There is no display, and no xvfb-run.');
  console.log(`Electron: ${found.path}`);
  return screens('electron', { ...process.env, BINDERY_TEST_ELECTRON: found.path });
}

async function chromium(say: ((text: string) => void) | null = null): Promise<Sum> {
  const found = await findChromium();
  if ('missing' in found) return skip('the screens in Chromium', found.missing);
  console.log(`Chromium: ${found.path}${isRoot() ? ' (as root, without its sandbox)' : ''}`);
  return screens('chromium', { ...process.env, BINDERY_TEST_CHROMIUM: found.path }, say);
}

function skip(what: string, why: string): Sum {
  console.log(`Skipped ${what}: ${why}`);
  return { passed: 0, failed: 0, skipped: 1 };
}

async function soak(): Promise<Sum> {
  return check('scripts/soak.ts', ['--reduced', '--seed', '20261125']);
}

const suites: Readonly<Record<string, () => Promise<Sum>>> = {
  types: () => check(bin('typescript/bin/tsc'), ['--noEmit', '-p', 'tsconfig.json']),
  lint: () => check(bin('@biomejs/biome/bin/biome'), ['check', '.']),
  imports: () =>
    check(bin('dependency-cruiser/bin/dependency-cruise.mjs'), [
      '--config',
      '.dependency-cruiser.cjs',
      'electron',
      'renderer',
      'shared',
      'e2e',
      'benchmarks',
      'scripts',
    ]),
  unused: () => check(bin('knip/bin/knip.js'), []),
  build: async () =>
    (await ensureBuilt()) ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 },
  unit,
  electron,
  chromium: () => chromium(),
  soak,
};

const flags = readFlags(
  'npm test',
  'All tests: types, lint, imports, unused code, unit tests, the screens, and short kill and fault tests.',
  {
    only: { value: 'SUITE', help: `one of ${Object.keys(suites).join(', ')}` },
  },
);

async function main(): Promise<void> {
  if (flags.only !== undefined && !(flags.only in suites))
    throw new UsageError(`There is no suite "${flags.only}"; there are ${Object.keys(suites).join(', ')}.`);
  mkdirSync(results, { recursive: true });
  const sums: [string, Sum, number][] = [];
  const timed = async (name: string, suite: () => Promise<Sum>) => {
    const started = performance.now();
    sums.push([name, await suite(), (performance.now() - started) / 1_000]);
  };
  for (const [name, suite] of Object.entries(suites)) {
    if (flags.only !== undefined && flags.only !== name) continue;
    if (flags.only === undefined && name === 'chromium') continue; // ran beside the Electron window
    console.log(`\n== ${name}`);
    if (flags.only !== undefined || name !== 'electron') {
      await timed(name, suite);
      continue;
    }
    // a test of the screens waits for most of its time; what Chromium's say is shown when both have ended
    let said = '';
    await Promise.all([
      timed('electron', suite),
      timed('chromium', () =>
        chromium((text) => {
          said += text;
        }),
      ),
    ]);
    console.log(`\n== chromium\n${said}`);
  }
  console.log('');
  for (const [name, { passed, failed, skipped }, seconds] of sums) {
    console.log(`${name.padEnd(10)}${passed} passed, ${failed} failed, ${skipped} skipped (${seconds.toFixed(1)} s)`);
  }
  const total = sums.reduce(
    (all, [, sum]) => ({
      passed: all.passed + sum.passed,
      failed: all.failed + sum.failed,
      skipped: all.skipped + sum.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exit(total.failed > 0 ? 1 : 0);
}

try {
  await main();
} catch (error) {
  failUsage(error);
}
