/** `npm start`: the desktop app, against the embedded sandbox unless a backend is named. */
import { join } from 'node:path';
import { ensureBuilt } from './build.ts';
import {
  endChildren,
  endWithChildren,
  finished,
  portOrAny,
  root,
  type SandboxAddress,
  start,
  startSandbox,
} from './children.ts';
import { demonstrationArguments } from './demonstration.ts';
import { dataDirectory } from './directories.ts';
import { address, failUsage, readFlags, wholeNumber } from './flags.ts';
import { findElectron, hasDisplay, isRoot } from './runtimes.ts';

const flags = readFlags('npm start', 'Bindery, the desktop back office of a marketplace.', {
  backend: {
    value: 'URL',
    help: 'the protocol backend; without it a demonstration marketplace is started beside the app',
  },
  data: { value: 'DIR', help: 'where Bindery keeps its data (default: the user-data folder of this platform)' },
  size: { value: 'N', help: 'waiting offers of the demonstration, when it is made (default 2000)' },
});

function readOptions() {
  const backend = address('backend', flags.backend);
  const size = flags.size === undefined ? undefined : wholeNumber('size', flags.size, 1, 10_000_000, 2_000);
  const kind = backend ? ('real' as const) : ('demo' as const);
  const data = dataDirectory(flags.data);
  return { backend, kind, data, demonstration: backend ? [] : demonstrationArguments(data, size) };
}

function optionsOrEnd(): ReturnType<typeof readOptions> {
  try {
    return readOptions();
  } catch (error) {
    failUsage(error);
  }
}

const options = optionsOrEnd();
endWithChildren();

async function demonstration(): Promise<SandboxAddress> {
  const { child, sandbox } = await startSandbox(options.demonstration);
  child.once('exit', (code) => code && console.error('The demonstration marketplace ended; Bindery works on offline.'));
  return sandbox;
}

/** Where the backend is and how to sign in there; keys go in the environment, where no list of processes shows them. */
async function backendEnvironment(): Promise<NodeJS.ProcessEnv> {
  if (options.backend) return { BINDERY_BACKEND_URL: options.backend };
  const { url, appKey, appToken } = await demonstration();
  return { BINDERY_BACKEND_URL: url, BINDERY_APP_KEY: appKey, BINDERY_APP_TOKEN: appToken };
}

/** The sentence that says why there can be no window, or the program that opens it. */
function windowProgram(): { path: string } | { missing: string } {
  if (!hasDisplay()) return { missing: 'There is no display for a window here.' };
  return findElectron({ download: true });
}

async function openDesktop(program: string, env: NodeJS.ProcessEnv): Promise<number> {
  const sandboxFlag = isRoot() && process.platform === 'linux' ? ['--no-sandbox'] : [];
  const child = start(program, [...sandboxFlag, root], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ...env,
      BINDERY_NODE: process.env.BINDERY_NODE ?? process.execPath,
      BINDERY_DATA_DIR: options.data,
      BINDERY_PROFILE: options.kind,
    },
  });
  return finished(child);
}

async function serveInstead(reason: string, env: NodeJS.ProcessEnv): Promise<number> {
  console.log(`${reason.replace(/\.$/, '')}, so Bindery serves its screens to a browser on this machine instead.`);
  const { BINDERY_BACKEND_URL, ...keys } = env;
  const child = start(
    process.execPath,
    [
      join(root, 'scripts/serve.ts'),
      ...['--backend', BINDERY_BACKEND_URL ?? '', '--data', options.data],
      // the same address each time, where nobody else has it: a tab that is open finds its way back
      ...['--console-port', String(await portOrAny(8_750)), '--endpoints-port', '0'],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...keys, BINDERY_PROFILE: options.kind } },
  );
  return finished(child);
}

async function main(): Promise<number> {
  if (!(await ensureBuilt())) {
    console.error('The build failed; what it said is above.');
    return 1;
  }
  const env = await backendEnvironment();
  const found = windowProgram();
  return 'path' in found ? openDesktop(found.path, env) : serveInstead(found.missing, env);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await endChildren();
