/** The sellers' listener as the workspace runs it: opened as Settings say, opened anew when they change, and never half. */
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Log } from '../context.ts';
import { createEndpoints } from './server.ts';
import type { EndpointRoute, Endpoints, EndpointsOptions, EndpointsStats, TlsFiles } from './types.ts';

/** Where and how it listens. */
export interface ListenerConfig {
  /** 0: any free one, kept for as long as the service runs. */
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string | null;
  readonly tls: TlsFiles | null;
  readonly proxies: readonly string[];
}

export interface Gateway {
  readonly url: string | null;
  /** What sellers are told. */
  readonly publicUrl: string | null;
  /** Why it does not listen, for people; null when it does. */
  readonly problem: string | null;
  stats(): EndpointsStats;
  readonly routes: readonly EndpointRoute[];
  /** Listens as `config` says from now on. @throws BinderyError naming the field; it then listens as before */
  apply(config: ListenerConfig): Promise<void>;
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly shared: Omit<EndpointsOptions, 'port' | 'host' | 'publicUrl' | 'tls' | 'proxies'>;
  readonly log: Log;
  /** Between two looks at the certificate's files, and two tries to listen. Milliseconds. */
  readonly lookEvery?: number;
}

const noStats: EndpointsStats = { received: 0, refused: 0, perSecond: 0, pending: 0, pendingBytes: 0 };

function problemOf(error: unknown, config: ListenerConfig): BinderyError {
  if (error instanceof BinderyError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE') {
    const message = `Port ${config.port} is in use by another program. Choose another one, or 0 for any free one.`;
    return new BinderyError('already-exists', message, { field: 'endpointsPort' });
  }
  if (code === 'EACCES')
    return new BinderyError(
      'not-allowed',
      `Port ${config.port} needs rights that Bindery does not have. Choose one above 1023.`,
      {
        field: 'endpointsPort',
      },
    );
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new BinderyError('invalid-request', `${config.host} is no address of this machine.`, {
      field: 'endpointsHost',
    });
  throw error;
}

/**
 * Opens the listener. A configuration that cannot be used is reported by {@link Gateway.problem} and tried again, unless
 * `mustListen`.
 */
export async function openGateway(
  first: ListenerConfig,
  options: GatewayOptions,
  mustListen = false,
): Promise<Gateway> {
  let config = first;
  let current: Endpoints | null = null;
  let problem: string | null = null;
  let changing: Promise<void> = Promise.resolve();
  let closed = false;

  async function open(wanted: ListenerConfig): Promise<Endpoints> {
    try {
      return await createEndpoints({
        ...options.shared,
        port: wanted.port,
        host: wanted.host,
        proxies: wanted.proxies,
        ...(wanted.publicUrl === null ? {} : { publicUrl: wanted.publicUrl }),
        ...(wanted.tls === null ? {} : { tls: wanted.tls }),
      });
    } catch (error) {
      throw problemOf(error, wanted);
    }
  }

  async function change(next: ListenerConfig): Promise<void> {
    const before = current;
    const wanted = next.port === 0 && config.port === 0 && before !== null ? { ...next, port: before.port } : next;
    if (before === null || (wanted.port !== 0 && wanted.port !== before.port)) {
      // no moment without a listener: the new one is open before the old one closes
      current = await open(wanted);
      await before?.close();
    } else {
      await before.close();
      current = null;
      try {
        current = await open(wanted);
      } catch (error) {
        current = await open({ ...config, port: before.port });
        throw error;
      }
    }
    config = next;
    problem = null;
  }

  /** One after another: two changes at once must not open two listeners. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = changing.then(work);
    changing = turn.catch(() => undefined);
    return turn;
  }

  try {
    current = await open(config);
  } catch (error) {
    if (mustListen || !(error instanceof BinderyError)) throw error;
    problem = error.message;
    options.log('error', 'the sellers’ listener could not be opened; it is tried again', { problem });
  }
  const timer = setInterval(() => {
    if (current !== null && config.tls !== null) {
      try {
        current.renewTls();
      } catch (error) {
        options.log('warn', 'the certificate could not be read again; the old one stays in use', {
          problem: String(error),
        });
      }
    } else if (current === null && !closed) {
      inTurn(() => change(config)).catch((error: unknown) => {
        problem = error instanceof Error ? error.message : String(error);
      });
    }
  }, options.lookEvery ?? 30_000);
  timer.unref();

  return {
    get url() {
      return current?.url ?? null;
    },
    get publicUrl() {
      return current?.publicUrl ?? null;
    },
    get problem() {
      return problem;
    },
    stats: () => current?.stats() ?? noStats,
    get routes() {
      return current?.routes ?? [];
    },
    apply: (next) => inTurn(() => change(next)),
    async close() {
      closed = true;
      clearInterval(timer);
      await changing;
      await current?.close();
      current = null;
    },
  };
}
