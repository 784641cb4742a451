/** The command line of `npm run serve`, read as a whole: what does not go together is said before anything starts. */
import { join } from 'node:path';
import type { ClusterOptions } from '../electron/service/cluster/member.ts';
import { logFormats, logLevels } from '../electron/service/hosts/serve-log.ts';
import { dataDirectory } from './directories.ts';
import { address, oneOf, UsageError, wholeNumber } from './flags.ts';

export const serveFlags = {
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
  'endpoints-host': {
    value: 'H',
    help: 'address that sellers notify; any but loopback needs a certificate or proxies (default: Settings)',
  },
  'endpoints-cert': { value: 'FILE', help: 'TLS certificate of the endpoints, PEM (default: Settings)' },
  'endpoints-key': { value: 'FILE', help: 'its key, PEM' },
  proxies: { value: 'A,B', help: 'addresses or ranges of the proxies before the endpoints (default: Settings)' },
  'public-url': { value: 'U', help: 'the address under which sellers reach the endpoints' },
  inbox: { value: 'E', help: 'sqlite: this process alone; jetstream: several share a broker (default sqlite)' },
  role: { value: 'R', help: 'desk, or gateway: the endpoints alone, which keep nothing (default desk)' },
  nats: { value: 'URL,URL', help: 'the servers of the broker, such as tls://nats.example:4222' },
  'nats-creds': { value: 'FILE', help: 'credentials of the broker; or a token in BINDERY_NATS_TOKEN' },
  'nats-ca': { value: 'FILE', help: 'authority of its certificate, PEM' },
  'nats-copies': { value: 'N', help: 'copies that the broker keeps: 1, or 3 and 5 in a cluster (default 1)' },
  workspace: { value: 'NAME', help: 'name of the workspace in the broker (default bindery)' },
  'workspace-key': {
    value: 'FILE',
    help: 'key of the workspace, the same on each machine (default: workspace.key in the data folder)',
  },
  'log-format': { value: 'F', help: 'text or json (default text)' },
  'log-level': { value: 'L', help: 'debug, info, warn or error (default info)' },
  'access-log': { help: 'log each call of a seller' },
} as const;

type Values = { readonly [Name in keyof typeof serveFlags]?: string | boolean | undefined };

const textOf = (value: string | boolean | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** A certificate and its key, given together or not at all. @throws UsageError */
function tlsOf(name: string, certificate: string | boolean | undefined, key: string | boolean | undefined) {
  const [certificateFile, keyFile] = [textOf(certificate), textOf(key)];
  if (certificateFile === undefined && keyFile === undefined) return null;
  if (certificateFile === undefined || keyFile === undefined)
    throw new UsageError(`--${name}-cert and --${name}-key are given together, or neither.`);
  return { certificateFile, keyFile };
}

function serversOf(value: string | undefined): string[] {
  const servers = (value ?? '').split(',').filter((each) => each !== '');
  if (servers.length === 0) throw new UsageError('--inbox jetstream needs --nats, such as nats://127.0.0.1:4222.');
  for (const server of servers)
    if (!/^(nats|tls):\/\/[^/@]+$/.test(server))
      throw new UsageError(`--nats must be addresses such as tls://nats.example:4222, not "${server}".`);
  return servers;
}

/** @throws UsageError */
function clusterOf(values: Values, data: string, token: string | undefined): ClusterOptions | null {
  const engine = oneOf('inbox', textOf(values.inbox), ['sqlite', 'jetstream'], 'sqlite');
  if (engine === 'sqlite') {
    for (const name of ['nats', 'nats-creds', 'nats-ca', 'nats-copies', 'workspace', 'workspace-key'] as const)
      if (values[name] !== undefined) throw new UsageError(`--${name} goes with --inbox jetstream.`);
    return null;
  }
  const workspace = textOf(values.workspace) ?? 'bindery';
  if (!/^[\w-]{1,60}$/.test(workspace))
    throw new UsageError(`--workspace must be letters, digits, - and _, not "${workspace}".`);
  return {
    broker: {
      servers: serversOf(textOf(values.nats)),
      workspace,
      credentialsFile: textOf(values['nats-creds']),
      authorityFile: textOf(values['nats-ca']),
      token,
      replicas: wholeNumber('nats-copies', textOf(values['nats-copies']), 1, 5, 1),
    },
    keyFile: textOf(values['workspace-key']) ?? join(data, 'workspace.key'),
  };
}

/** @param natsToken the broker's, out of the environment @throws UsageError naming the flag */
export function serveOptionsOf(values: Values, natsToken: string | undefined) {
  const text = (name: keyof typeof serveFlags) => textOf(values[name]);
  const backend = address('backend', text('backend'));
  const role = oneOf('role', text('role'), ['desk', 'gateway'], 'desk');
  const data = dataDirectory(text('data'));
  const cluster = clusterOf(values, data, natsToken);
  if (role === 'gateway') {
    if (cluster === null) throw new UsageError('--role gateway needs --inbox jetstream: it keeps nothing itself.');
    if (values['workspace-key'] === undefined)
      throw new UsageError('--role gateway needs --workspace-key, a copy of the file of a desk.');
    for (const name of ['backend', 'data', 'console-port', 'console-host', 'console-cert', 'console-key'] as const)
      if (values[name] !== undefined) throw new UsageError(`--${name} does not go with --role gateway.`);
  }
  const proxies = text('proxies')
    ?.split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  return {
    role,
    cluster,
    backend,
    data,
    consolePort: wholeNumber('console-port', text('console-port'), 0, 65_535, 8_750),
    endpointsPort: wholeNumber('endpoints-port', text('endpoints-port'), 0, 65_535, 8_751),
    endpointsHost: text('endpoints-host') ?? null,
    endpointsTls: tlsOf('endpoints', values['endpoints-cert'], values['endpoints-key']),
    proxies: proxies ?? null,
    publicUrl: address('public-url', text('public-url')),
    consoleHost: text('console-host') ?? '127.0.0.1',
    consoleTls: tlsOf('console', values['console-cert'], values['console-key']),
    accessLog: values['access-log'] === true,
    logFormat: oneOf('log-format', text('log-format'), logFormats, 'text'),
    logLevel: oneOf('log-level', text('log-level'), logLevels, 'info'),
  };
}
