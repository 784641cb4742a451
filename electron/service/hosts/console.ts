import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import { type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { isLoopbackHost } from '../../../shared/domain/listener.ts';
import { contentSecurityPolicy } from '../../../shared/host/policy.ts';
import { type Port, portOfWebSocket } from '../../../shared/rpc/port.ts';
import type { TokenHolder } from '../access/statements.ts';
import { namesOf, readTls } from '../endpoints/transport.ts';
import type { TlsFiles } from '../endpoints/types.ts';
import { formPolicy, refusalPage, signInPage } from './console-pages.ts';
import { ConsoleSessions, equalSecrets, randomToken } from './console-sessions.ts';

export interface ConsoleOptions {
  /** 0 is any free one. */
  readonly port: number;
  /** Loopback unless said; any other needs TLS. */
  readonly host?: string;
  readonly tls?: TlsFiles | null;
  /** The folder of the built screens. */
  readonly screens: string;
  readonly dataDirectory: string;
  /** Serves the contract on a connected window's port; `operator`: who it is, when a token told. */
  connect(port: Port, operator: TokenHolder | null): void;
  /** Whom an operator's own token lets in; null: nobody. */
  signIn?(token: string): Promise<TokenHolder | null>;
  /** The same by the token's id, looked up at each connection. */
  holder?(tokenId: string): Promise<TokenHolder | null>;
  /** The text for a Prometheus server. */
  metrics?(): Promise<{ readonly text: string; readonly contentType: string }>;
  /** Why the service takes no work; null when it does. */
  notReady?(): string | null;
}

export interface Console {
  readonly url: string;
  /** A new address that lets one browser in, once. */
  issueAddress(): { readonly address: string; readonly token: string };
  /** An operator's token no longer counts: its sessions end and its windows are closed. */
  revoke(tokenId: string): void;
  close(): Promise<void>;
}

const cookie = 'bindery_session';
const longestMessage = 8 * 1024 * 1024;

/** A secret in a file of the data folder that only this user may read. */
function secretFile(folder: string, name: string): string {
  const secret = randomToken();
  const file = join(folder, name);
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return secret;
}

/**
 * The screens for a browser: on this machine, or, with TLS, for others. A single-use link, or an operator's own token, becomes a
 * session cookie; the RPC runs over a WebSocket whose upgrade must come from our own page, under our own name (a page elsewhere
 * may resolve its name to this address), with a session.
 * @throws BinderyError when others would reach it without TLS
 */
export async function openConsole(options: ConsoleOptions): Promise<Console> {
  const host = options.host ?? '127.0.0.1';
  const tls = options.tls ?? null;
  if (tls === null && !isLoopbackHost(host))
    throw new BinderyError(
      'invalid-request',
      'Other machines may open the console only with TLS. Give a certificate and its key, or listen on 127.0.0.1.',
      { field: 'consoleHost' },
    );
  const scheme = tls === null ? 'http' : 'https';
  const sessions = new ConsoleSessions();
  mkdirSync(options.dataDirectory, { recursive: true, mode: 0o700 });
  const secret = secretFile(options.dataDirectory, 'console-token');
  const metricsSecret = options.metrics ? secretFile(options.dataDirectory, 'metrics-token') : '';

  const app = fastify({
    bodyLimit: 16 * 1024,
    forceCloseConnections: true,
    ...(tls === null ? {} : { https: { ...readTls(tls), minVersion: 'TLSv1.2' as const } }),
  });
  let hosts: ReadonlySet<string> = new Set();
  let isClosing = false;
  const live = new Map<Port, string>();
  const issueAddress = () => {
    const token = sessions.issueToken();
    return { address: `${url}/?token=${token}`, token };
  };
  const sessionOf = (request: FastifyRequest) => request.cookies[cookie];
  const letIn = (reply: FastifyReply, session: string) =>
    reply
      .setCookie(cookie, session, { httpOnly: true, sameSite: 'strict', path: '/', ...(tls && { secure: true }) })
      .redirect('/', 303);
  const refuse = (reply: FastifyReply, status: number, sentence: string) =>
    reply
      .code(status)
      .type('text/html; charset=utf-8')
      .send(refusalPage(sentence, options.signIn !== undefined));
  const bearerOf = (request: FastifyRequest) => /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const isSameOrigin = (request: FastifyRequest) => request.headers.origin === `${scheme}://${request.headers.host}`;

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
    strictTransportSecurity: tls === null ? false : { maxAge: 31_536_000 },
  });
  app.addHook('onSend', async (request, reply) => {
    if (reply.hasHeader('content-security-policy')) return;
    const name = request.headers.host ?? '';
    const connect = hosts.has(name) ? [`${tls === null ? 'ws' : 'wss'}://${name}`] : [];
    reply.header('content-security-policy', contentSecurityPolicy(connect));
  });
  await app.register(fastifyWebsocket, { options: { maxPayload: longestMessage } });
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );

  app.get('/live', async () => ({ live: true }));
  app.get('/ready', async (_request, reply) => {
    const reason = isClosing ? 'shutting down' : (options.notReady?.() ?? null);
    return reply.code(reason === null ? 200 : 503).send({ ready: reason === null, ...(reason !== null && { reason }) });
  });
  app.post('/token', { config: { rateLimit: { max: 60, timeWindow: 60_000 } } }, async (request, reply) => {
    if (!equalSecrets(bearerOf(request), secret)) {
      return reply.code(401).send({ error: 'Send the content of the file console-token as a bearer token.' });
    }
    return issueAddress();
  });
  const { metrics } = options;
  if (metrics)
    app.get('/metrics', async (request, reply) => {
      if (!equalSecrets(bearerOf(request), metricsSecret))
        return reply.code(401).send({ error: 'Send the content of the file metrics-token as a bearer token.' });
      const { text, contentType } = await metrics();
      return reply.type(contentType).send(text);
    });
  const { signIn } = options;
  if (signIn) {
    const page = (reply: FastifyReply, status: number, problem: string | null) =>
      reply
        .code(status)
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        .header('content-security-policy', formPolicy)
        // without a referrer, a form's own origin is sent as "null"
        .header('referrer-policy', 'same-origin')
        .send(signInPage(problem));
    app.get('/sign-in', async (_request, reply) => page(reply, 200, null));
    // a guesser gets ten tries a minute, at 256 bits
    app.post('/sign-in', { config: { rateLimit: { max: 10, timeWindow: 60_000 } } }, async (request, reply) => {
      if (!isSameOrigin(request)) return page(reply, 403, 'Open this page by its own address.');
      const { body } = request;
      const token = typeof body === 'object' && body !== null && 'token' in body ? String(body.token).trim() : '';
      const holder = token === '' ? null : await signIn(token);
      if (holder === null) return page(reply, 401, 'This token is not known, has expired or was revoked.');
      return letIn(reply, sessions.open({ tokenId: holder.tokenId }));
    });
    app.post('/sign-out', async (request, reply) => {
      if (!isSameOrigin(request)) return refuse(reply, 403, 'Open this page by its own address.');
      sessions.end(sessionOf(request));
      return reply.clearCookie(cookie, { path: '/' }).code(204).send();
    });
  }

  await app.register(async (guarded) => {
    guarded.addHook('onRequest', async (request, reply) => {
      const query = request.query;
      if (request.url.startsWith('/?') && typeof query === 'object' && query !== null && 'token' in query) {
        const session = sessions.exchange(String(query.token));
        if (session) return letIn(reply, session);
        // a reload of the used link, in the browser that used it
        if (sessions.holds(sessionOf(request))) return reply.redirect('/', 303);
        return refuse(reply, 401, 'This link has been used or has expired. Ask for another one where Bindery runs.');
      }
      if (sessions.holds(sessionOf(request))) return undefined;
      return refuse(reply, 401, 'Open the address that Bindery printed where it runs; it lets one browser in, once.');
    });
    const holders = new WeakMap<FastifyRequest, TokenHolder>();
    guarded.get(
      '/rpc',
      {
        websocket: true,
        preValidation: async (request, reply) => {
          if (!isSameOrigin(request))
            return reply.code(403).send({ error: 'Only the console’s own page may connect.' });
          const tokenId = sessions.find(sessionOf(request))?.tokenId ?? null;
          if (tokenId === null) return undefined;
          const holder = (await options.holder?.(tokenId)) ?? null;
          if (holder === null) {
            sessions.end(sessionOf(request));
            return reply.code(401).send({ error: 'This token no longer counts. Sign in again.' });
          }
          holders.set(request, holder);
          return undefined;
        },
      },
      (socket, request) => {
        socket.on('error', () => socket.terminate());
        const port = portOfWebSocket(socket);
        const holder = holders.get(request) ?? null;
        if (holder !== null) {
          live.set(port, holder.tokenId);
          port.onClose(() => live.delete(port));
        }
        options.connect(port, holder);
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
  app.server.on(tls === null ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  await app.listen({ port: options.port, host });
  const { port } = app.server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const url = `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`;
  hosts = new Set(
    [...namesOf(host, undefined)].flatMap((each) =>
      isDefaultPort(port, tls !== null) ? [each, `${each}:${port}`] : [`${each}:${port}`],
    ),
  );
  return {
    url,
    issueAddress,
    revoke(tokenId) {
      sessions.endOf(tokenId);
      for (const [each, of] of live) if (of === tokenId) each.close();
    },
    async close() {
      isClosing = true;
      const closed = app.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const isDefaultPort = (port: number, hasTls: boolean): boolean => port === (hasTls ? 443 : 80);
