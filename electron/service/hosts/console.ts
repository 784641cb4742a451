import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import { type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { contentSecurityPolicy } from '../../../shared/host/policy.ts';
import { type Port, portOfWebSocket } from '../../../shared/rpc/port.ts';
import { ConsoleSessions, equalSecrets, randomToken } from './console-sessions.ts';

export interface ConsoleOptions {
  /** 0 is any free one. */
  readonly port: number;
  /** The folder of the built screens. */
  readonly screens: string;
  readonly dataDirectory: string;
  /** Serves the contract on a connected window's port. */
  connect(port: Port): void;
}

export interface Console {
  readonly url: string;
  /** A new address that lets one browser in, once. */
  issueAddress(): { readonly address: string; readonly token: string };
  close(): Promise<void>;
}

const cookie = 'bindery_session';
const longestMessage = 8 * 1024 * 1024;

const page = (sentence: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Bindery</title><main><h1>Bindery</h1><p>${sentence}</p></main></html>`;

/**
 * The screens for a browser on this machine. A single-use link becomes a session cookie; the RPC runs over a WebSocket
 * whose upgrade must come from our own page, under our own name (a page elsewhere may resolve its name to loopback), with
 * a session.
 */
export async function openConsole(options: ConsoleOptions): Promise<Console> {
  const sessions = new ConsoleSessions();
  const secret = randomToken();
  const secretFile = join(options.dataDirectory, 'console-token');
  mkdirSync(options.dataDirectory, { recursive: true, mode: 0o700 });
  writeFileSync(secretFile, `${secret}\n`, { mode: 0o600 });
  chmodSync(secretFile, 0o600);

  const app = fastify({ bodyLimit: 16 * 1024, forceCloseConnections: true });
  let hosts: ReadonlySet<string> = new Set();
  const issueAddress = () => {
    const token = sessions.issueToken();
    return { address: `${url}/?token=${token}`, token };
  };
  const sessionOf = (request: FastifyRequest) => request.cookies[cookie];
  const refuse = (reply: FastifyReply, status: number, sentence: string) =>
    reply.code(status).type('text/html; charset=utf-8').send(page(sentence));

  app.addHook('onRequest', async (request, reply) => {
    if (!hosts.has(request.headers.host ?? '')) {
      return reply
        .code(421)
        .send({ error: 'This name is not the console’s: open it by the address that was printed.' });
    }
  });
  await app.register(fastifyRateLimit, { max: 1_200, timeWindow: 60_000 });
  await app.register(fastifyCookie);
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: false, // set below, the same text as in the Electron window
    strictTransportSecurity: false, // loopback speaks http
  });
  app.addHook('onSend', async (request, reply) => {
    const host = request.headers.host ?? '';
    const connect = hosts.has(host) ? [`ws://${host}`] : [];
    reply.header('content-security-policy', contentSecurityPolicy(connect));
  });
  await app.register(fastifyWebsocket, { options: { maxPayload: longestMessage } });

  app.get('/ready', async () => ({ ready: true }));
  app.post('/token', { config: { rateLimit: { max: 60, timeWindow: 60_000 } } }, async (request, reply) => {
    const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!equalSecrets(given, secret)) {
      return reply.code(401).send({ error: 'Send the content of the file console-token as a bearer token.' });
    }
    return issueAddress();
  });

  await app.register(async (guarded) => {
    guarded.addHook('onRequest', async (request, reply) => {
      const query = request.query;
      if (request.url.startsWith('/?') && typeof query === 'object' && query !== null && 'token' in query) {
        const session = sessions.exchange(String(query.token));
        if (session) {
          reply.setCookie(cookie, session, { httpOnly: true, sameSite: 'strict', path: '/' });
          return reply.redirect('/', 303);
        }
        // a reload of the used link, in the browser that used it
        if (sessions.holds(sessionOf(request))) return reply.redirect('/', 303);
        return refuse(reply, 401, 'This link has been used or has expired. Ask for another one where Bindery runs.');
      }
      if (sessions.holds(sessionOf(request))) return undefined;
      return refuse(reply, 401, 'Open the address that Bindery printed where it runs; it lets one browser in, once.');
    });
    guarded.get(
      '/rpc',
      {
        websocket: true,
        preValidation: async (request, reply) => {
          if (request.headers.origin !== `http://${request.headers.host}`) {
            return reply.code(403).send({ error: 'Only the console’s own page may connect.' });
          }
        },
      },
      (socket) => {
        socket.on('error', () => socket.terminate());
        options.connect(portOfWebSocket(socket));
      },
    );
    await guarded.register(fastifyStatic, {
      root: options.screens,
      cacheControl: false,
      setHeaders: (reply, path) => {
        const hashed = path.includes('/assets/');
        reply.header('cache-control', hashed ? 'private, max-age=31536000, immutable' : 'no-cache');
      },
    });
  });

  // an upgrade, refused or not, is no longer among the server's own connections
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  await app.listen({ port: options.port, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  return {
    url,
    issueAddress,
    async close() {
      const closed = app.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
