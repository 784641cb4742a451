/** `npm run serve`: the service without a window, for a server that sellers reach, with the screens on loopback. */
import { join } from 'node:path';
import { watchProcess } from '../electron/service/hosts/faults.ts';
import type { Serving } from '../electron/service/hosts/serve.ts';
import { createServeLog, logFormats, logLevels } from '../electron/service/hosts/serve-log.ts';
import { ensureBuilt } from './build.ts';
import { endChildren, endWithChildren, root, startSandbox } from './children.ts';
import { dataDirectory } from './directories.ts';
import { address, failUsage, oneOf, readFlags, UsageError, wholeNumber } from './flags.ts';

const flags = readFlags(
  'npm run serve',
  'Bindery without a window: the service, and its screens for a browser on this machine.',
  {
    backend: { value: 'URL', help: 'the protocol backend; without it a demonstration marketplace is started' },
    data: { value: 'DIR', help: 'where Bindery keeps its data (default: the user-data folder of this platform)' },
    'console-port': { value: 'P', help: 'port of the screens, on loopback; 0 is any free one (default 8750)' },
    'console-host': {
      value: 'H',
      help: 'address of the screens; any but loopback needs a certificate (default 127.0.0.1)',
    },
    'console-cert': { value: 'FILE', help: 'TLS certificate of the screens, PEM' },
    'console-key': { value: 'FILE', help: 'its key, PEM' },
    'endpoints-port': { value: 'P', help: 'port that sellers notify; 0 is any free one (default 8751)' },
    'public-url': { value: 'U', help: 'the address under which sellers reach the endpoints' },
    'log-format': { value: 'F', help: 'text or json (default text)' },
    'log-level': { value: 'L', help: 'debug, info, warn or error (default info)' },
    'access-log': { help: 'log each call of a seller' },
  },
);

function tlsOf(certificateFile: string | undefined, keyFile: string | undefined) {
  if (certificateFile === undefined && keyFile === undefined) return null;
  if (certificateFile === undefined || keyFile === undefined)
    throw new UsageError('--console-cert and --console-key are given together, or neither.');
  return { certificateFile, keyFile };
}

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
    consoleHost: flags['console-host'] ?? '127.0.0.1',
    consoleTls: tlsOf(flags['console-cert'], flags['console-key']),
    logFormat: oneOf('log-format', flags['log-format'], logFormats, 'text'),
    logLevel: oneOf('log-level', flags['log-level'], logLevels, 'info'),
  };
}

function optionsOrEnd(): ReturnType<typeof readOptions> {
  try {
    return readOptions();
  } catch (error) {
    failUsage(error);
  }
}

const options = optionsOrEnd();
/** To stderr: stdout has the line for machines and the sentence for people. */
const log = createServeLog(options.logFormat, options.logLevel);
/** Milliseconds for what is under way when it is told to end; systemd waits ninety seconds. */
const patience = 30_000;
let serving: Serving | null = null;
endWithChildren(async () => {
  const late = setTimeout(() => {
    log('error', 'what was under way did not end in time; nothing of it was acknowledged');
    process.exit(1);
  }, patience);
  await serving?.close();
  clearTimeout(late);
});

function takeFromEnvironment(name: string): string | null {
  const value = process.env[name];
  delete process.env[name];
  return value === undefined || value === '' ? null : value;
}

/** With an error, so that whoever watches this process starts another. */
async function endWithError(): Promise<never> {
  await endChildren();
  process.exit(1);
}

async function main(): Promise<void> {
  watchProcess(log, () => void endWithError());
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
    consoleHost: options.consoleHost,
    consoleTls: options.consoleTls,
    accessLog: flags['access-log'] === true,
    endpointsPort: options.endpointsPort,
    publicUrl: options.publicUrl,
    screens: join(root, 'out/renderer'),
    log,
    onFatal: () => void endWithError(),
  });
  serving = started;
  const { address: link, token } = started.issueAddress();
  console.log(JSON.stringify({ console: started.consoleUrl, endpoints: started.endpointsUrl, token }));
  console.log(`Open ${link} in a browser; the link lets one browser in, once, and asks who is working.`);
  console.log(`Operators with a token of their own sign in at ${started.consoleUrl}/sign-in.`);
  // a fresh link, for the next browser
  process.on('SIGHUP', () => console.log(`Open ${started.issueAddress().address} in a browser on this machine.`));
}

try {
  await main();
} catch (error) {
  const busy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (busy) console.error(`${error.message}: name another port with --console-port or --endpoints-port.`);
  else console.error(error instanceof Error ? error.message : error);
  await endWithError();
}
