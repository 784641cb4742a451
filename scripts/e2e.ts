/** `npm run test:e2e`: the end-to-end tests, in the Electron window or in Chromium. */
import { join } from 'node:path';
import { ensureBuilt } from './build.ts';
import { finished, root, start } from './children.ts';
import { failUsage, readFlags, UsageError } from './flags.ts';
import { hasDisplay } from './runtimes.ts';

const flags = readFlags('npm run test:e2e', 'The end-to-end tests.', {
  project: { value: 'NAME', help: 'electron or chromium (default: both)' },
  grep: { value: 'TEXT', help: 'only the tests whose name holds this' },
});

async function main(): Promise<void> {
  const projects = ['electron', 'chromium'].filter((name) => flags.project === undefined || flags.project === name);
  if (projects.length === 0) {
    throw new UsageError(`--project must be electron or chromium, not "${flags.project}".`);
  }
  if (!(await ensureBuilt())) process.exit(1);
  const wrap = projects.includes('electron') && !hasDisplay() ? ['xvfb-run', '-a', '-s', '-screen 0 1440x900x24'] : [];
  const [command = process.execPath, ...args] = [
    ...wrap,
    process.execPath,
    join(root, 'node_modules/@playwright/test/cli.js'),
    'test',
    ...projects.map((name) => `--project=${name}`),
    ...(flags.grep === undefined ? [] : ['--grep', flags.grep]),
  ];
  process.exitCode = await finished(start(command, args, { stdio: 'inherit' }));
}

try {
  await main();
} catch (error) {
  failUsage(error);
}
