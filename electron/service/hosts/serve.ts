/** The service as a server runs it: under plain Node, with the same screens for a browser on loopback. */
import type { Log } from '../context.ts';
import { startService } from '../index.ts';
import { type Console, openConsole } from './console.ts';

export interface ServeOptions {
  readonly dataDirectory: string;
  readonly backendUrl: string | null;
  readonly appKey: string | null;
  readonly appToken: string | null;
  readonly profileKind: 'demo' | 'real';
  readonly consolePort: number;
  readonly endpointsPort: number;
  readonly publicUrl: string | null;
  /** The folder of the built screens. */
  readonly screens: string;
  readonly log: Log;
}

export interface Serving {
  readonly consoleUrl: string;
  readonly endpointsUrl: string | null;
  issueAddress: Console['issueAddress'];
  close(): Promise<void>;
}

/** Starts the service and its console; both answer `GET /ready` once this resolves. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { consolePort, screens, ...serviceOptions } = options;
  const service = await startService({
    ...serviceOptions,
    runtime: `serve, Node ${process.versions.node.split('.')[0]}`,
  });
  try {
    const opened = await openConsole({
      port: consolePort,
      screens,
      dataDirectory: options.dataDirectory,
      connect: (port) => service.connect(port),
    });
    return {
      consoleUrl: opened.url,
      endpointsUrl: service.endpointsUrl,
      issueAddress: opened.issueAddress,
      async close() {
        await opened.close();
        await service.close();
      },
    };
  } catch (error) {
    await service.close();
    throw error;
  }
}
