/** `npm run serve`: the service without a window, for a server that sellers reach, with the screens on loopback. */
import { join } from 'node:path';
import type { Log } from '../electron/service/context.ts';
import type { Serving } from '../electron/service/hosts/serve.ts';
import { ensureBuilt } from './build.ts';
import { endChildren, endWithChildren, root, startSandbox } from './children.ts';
import { dataDirectory } from './directories.ts';
import { address, failUsage, readFlags, wholeNumber } from './flags.ts';

const flags = readFlags(
  'npm run serve',
  'Bindery without a window: the service, and its screens for a browser on this machine.',
  {
    backend: { value: 'URL', help: 'the protocol backend; without it a demonstration marketplace is started' },
    data: { value: 'DIR', help: 'where Bindery keeps its data (default: the user-data folder of this platform)' },
    'console-port': { value: 'P', help: 'port of the screens, on loopback; 0 is any free one (default 8750)' },
    'endpoints-port': { value: 'P', help: 'port that sellers notify; 0 is any free one (default 8751)' },
    'public-url': { value: 'U', help: 'the address under which sellers reach the endpoints' },
  },
);

function readOptions() {
  const backend = address('backend', flags.backend);
  const kind =
    (process.env.BINDERY_PROFILE ?? (backend ? 'real' : 'demo')) === 'demo' ? ('demo' as const) : ('real' as const);
  return {
    backend,
    kind,
    data: dataDirectory(flags.data),
    consolePort: wholeNumber('console-port', flags['console-port'], 0, 65_535, 8_750),
    endpointsPort: wholeNumber('endpoints-port', flags['endpoints-port'], 0, 65_535, 8_751),
    publicUrl: address('public-url', flags['public-url']),
  };
}

function optionsOrEnd(): ReturnType<typeof readOptions> {
  try {
    return readOptions();
  } catch (error) {
    failUsage(error);
  }
}

/** To stderr: stdout has the line for machines and the sentence for people. */
const log: Log = (level, message, facts) => {
  if (level === 'debug') return;
  console.error(`${new Date().toISOString()} ${level} ${message}${facts ? ` ${JSON.stringify(facts)}` : ''}`);
};

const options = optionsOrEnd();
let serving: Serving | null = null;
endWithChildren(async () => serving?.close());

function takeFromEnvironment(name: string): string | null {
  const value = process.env[name];
  delete process.env[name];
  return value === undefined || value === '' ? null : value;
}

async function main(): Promise<void> {
  if (!(await ensureBuilt())) throw new Error('The build failed; what it said is above.');
  const own = { appKey: takeFromEnvironment('BINDERY_APP_KEY'), appToken: takeFromEnvironment('BINDERY_APP_TOKEN') };
  const backend = options.backend ? { url: options.backend, ...own } : (await startSandbox([])).sandbox;
  // loaded only here: --help and a wrong flag answer at once
  const { serve } = await import('../electron/service/hosts/serve.ts');
  const started = await serve({
    dataDirectory: options.data,
    backendUrl: backend.url,
    appKey: backend.appKey,
    appToken: backend.appToken,
    profileKind: options.kind,
    consolePort: options.consolePort,
    endpointsPort: options.endpointsPort,
    publicUrl: options.publicUrl,
    screens: join(root, 'out/renderer'),
    log,
  });
  serving = started;
  const { address: link, token } = started.issueAddress();
  console.log(JSON.stringify({ console: started.consoleUrl, endpoints: started.endpointsUrl, token }));
  console.log(`Open ${link} in a browser on this machine; the link lets one browser in, once.`);
  // a fresh link, for the next browser
  process.on('SIGHUP', () => console.log(`Open ${started.issueAddress().address} in a browser on this machine.`));
}

try {
  await main();
} catch (error) {
  const busy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (busy) console.error(`${error.message}: name another port with --console-port or --endpoints-port.`);
  else console.error(error instanceof Error ? error.message : error);
  await endChildren();
  process.exit(1);
}
