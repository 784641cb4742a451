/** `npm run serve`: the service without a window, for a server that sellers reach, with the screens on loopback. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { watchProcess } from '../electron/service/hosts/faults.ts';
import { createServeLog } from '../electron/service/hosts/serve-log.ts';
import { ensureBuilt } from './build.ts';
import { endChildren, endWithChildren, root, startSandbox } from './children.ts';
import { demonstrationArguments } from './demonstration.ts';
import { failUsage, readFlags } from './flags.ts';
import { serveFlags, serveOptionsOf } from './serve-options.ts';

type ServeModule = typeof import('../electron/service/hosts/serve.ts');

const flags = readFlags(
  'npm run serve',
  'Bindery without a window: the service, and its screens for a browser on this machine.',
  serveFlags,
);

function optionsOrEnd(): ReturnType<typeof serveOptionsOf> {
  try {
    return serveOptionsOf(flags, takeFromEnvironment('BINDERY_NATS_TOKEN') ?? undefined);
  } catch (error) {
    failUsage(error);
  }
}

const options = optionsOrEnd();
/** To stderr: stdout has the line for machines and the sentence for people. */
const log = createServeLog(options.logFormat, options.logLevel);
/** Milliseconds for what is under way when it is told to end; systemd waits ninety seconds. */
const patience = 30_000;
let serving: { close(): Promise<void> } | null = null;
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

/** What is given goes before Settings. */
const listener = {
  ...(options.endpointsHost === null ? {} : { endpointsHost: options.endpointsHost }),
  ...(options.endpointsTls === null ? {} : { endpointsTls: options.endpointsTls }),
  ...(options.proxies === null ? {} : { proxies: options.proxies }),
};

/** The endpoints alone. */
async function gateway(cluster: NonNullable<typeof options.cluster>): Promise<void> {
  const [{ serveGateway }, { version }] = await Promise.all([
    import('../electron/service/hosts/gateway.ts'),
    import('../electron/service/index.ts'),
  ]);
  const started = await serveGateway({
    cluster,
    listener: {
      port: options.endpointsPort,
      host: options.endpointsHost ?? '127.0.0.1',
      publicUrl: options.publicUrl,
      tls: options.endpointsTls,
      proxies: options.proxies ?? [],
    },
    version,
    accessLog: options.accessLog,
    log,
  });
  serving = started;
  console.log(JSON.stringify({ endpoints: started.endpointsUrl }));
}

async function main(): Promise<void> {
  watchProcess(log, () => void endWithError());
  if (options.role === 'gateway' && options.cluster !== null) {
    await gateway(options.cluster);
    return;
  }
  if (!(await ensureBuilt())) throw new Error('The build failed; what it said is above.');
  const own = { appKey: takeFromEnvironment('BINDERY_APP_KEY'), appToken: takeFromEnvironment('BINDERY_APP_TOKEN') };
  const backend = options.backend
    ? { url: options.backend, ...own }
    : (await startSandbox(demonstrationArguments(options.data, undefined))).sandbox;
  const isDemo = (process.env.BINDERY_PROFILE ?? (options.backend ? 'real' : 'demo')) === 'demo';
  // loaded only here: --help and a wrong flag answer at once; the bundle is read in half the time that the sources take
  const { serve } = (await import(pathToFileURL(join(root, 'out/main/serve.cjs')).href)) as ServeModule;
  const started = await serve({
    dataDirectory: options.data,
    backendUrl: backend.url,
    appKey: backend.appKey,
    appToken: backend.appToken,
    profileKind: isDemo ? 'demo' : 'real',
    consolePort: options.consolePort,
    consoleHost: options.consoleHost,
    consoleTls: options.consoleTls,
    accessLog: options.accessLog,
    endpointsPort: options.endpointsPort,
    ...listener,
    publicUrl: options.publicUrl,
    ...(options.cluster === null ? {} : { cluster: options.cluster }),
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
