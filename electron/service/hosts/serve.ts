/** The service as a server runs it: under plain Node, with the same screens for a browser. */
import type { ClusterOptions } from '../cluster/member.ts';
import type { Log } from '../context.ts';
import type { TlsFiles } from '../endpoints/types.ts';
import { startService } from '../index.ts';
import { type Console, openConsole } from './console.ts';

export interface ServeOptions {
  readonly dataDirectory: string;
  readonly backendUrl: string | null;
  readonly appKey: string | null;
  readonly appToken: string | null;
  readonly profileKind: 'demo' | 'real';
  readonly consolePort: number;
  /** Loopback unless said; any other needs `consoleTls`. */
  readonly consoleHost?: string;
  readonly consoleTls?: TlsFiles | null;
  readonly endpointsPort: number;
  readonly publicUrl: string | null;
  /** Where and how the sellers' listener is reached; what is given goes before Settings. */
  readonly endpointsHost?: string;
  readonly endpointsTls?: TlsFiles;
  readonly proxies?: readonly string[];
  /** Several processes run the workspace. */
  readonly cluster?: ClusterOptions;
  /** The folder of the built screens. */
  readonly screens: string;
  readonly log: Log;
  /** Logs each answered call of the sellers' listener, without anything secret. */
  readonly accessLog?: boolean;
  /** The service cannot go on: end the process with an error, so that whoever watches it starts another. */
  readonly onFatal?: (problem: string) => void;
}

export interface Serving {
  readonly consoleUrl: string;
  readonly endpointsUrl: string | null;
  issueAddress: Console['issueAddress'];
  /** Takes no more, finishes what is under way. `GET /ready` says so from the first moment on. */
  close(): Promise<void>;
}

/** Starts the service and its console; both answer `GET /ready` once this resolves. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { consolePort, consoleHost, consoleTls, screens, ...serviceOptions } = options;
  const service = await startService({
    ...serviceOptions,
    consolePort,
    runtime: `serve, Node ${process.versions.node.split('.')[0]}`,
  });
  let closing: Promise<void> | null = null;
  try {
    const opened = await openConsole({
      port: consolePort,
      ...(consoleHost === undefined ? {} : { host: consoleHost }),
      tls: consoleTls ?? null,
      screens,
      dataDirectory: options.dataDirectory,
      connect: (port, operator) => service.connect(port, operator),
      signIn: (token) => service.signIn(token),
      holder: (tokenId) => service.holder(tokenId),
      metrics: () => service.metrics(),
      notReady: () => (closing === null ? service.notReady() : 'shutting down'),
    });
    service.onRevoked((tokenId) => opened.revoke(tokenId));
    return {
      consoleUrl: opened.url,
      endpointsUrl: service.endpointsUrl,
      issueAddress: opened.issueAddress,
      close() {
        // sellers first: what they were answered is on disk, and what they send now goes to whoever takes over
        closing ??= service.close().then(() => opened.close());
        return closing;
      },
    };
  } catch (error) {
    await service.close();
    throw error;
  }
}
