/** The listener below HTTP's meaning: TLS, names, proxies, sizes and times. */
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, Server as HttpsServer } from 'node:https';
import { BlockList, isIP, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createSecureContext } from 'node:tls';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { isLoopbackHost, listenerRefusal } from '../../../shared/domain/listener.ts';
import type { EndpointsOptions, TlsFiles } from './types.ts';

/** Bytes of a request's line and headers; headers of one request; connections; connections of one address. */
const mostHeaderBytes = 16 * 1024;
const mostHeaders = 64;
const mostConnections = 4_096;
const mostConnectionsOfAddress = 512;
/** Milliseconds for the headers, for the whole request, and for the next one on the same connection. */
const headersTimeout = 10_000;
const requestTimeout = 20_000;
const keepAliveTimeout = 65_000;

export interface Transport {
  createServer(handler: RequestListener): Server;
  /** Why a request is not for this listener at all, or null. */
  refusalOf(
    request: IncomingMessage,
  ): { readonly status: number; readonly code: string; readonly message: string } | null;
  urlOf(port: number): string;
  /** Reads the certificate and key again. */
  renew(): void;
}

/** Certificate and key, read and tried. @throws BinderyError naming the field of Settings */
export function readTls(files: TlsFiles): { readonly cert: Buffer; readonly key: Buffer } {
  const read = (path: string, field: string, what: string) => {
    try {
      return readFileSync(path);
    } catch {
      throw new BinderyError('not-found', `The ${what} cannot be read at ${path}. Give the full path of a PEM file.`, {
        field,
      });
    }
  };
  const cert = read(files.certificateFile, 'tls.certificateFile', 'certificate');
  const key = read(files.keyFile, 'tls.keyFile', 'key');
  try {
    createSecureContext({ cert, key });
  } catch {
    const message = 'The certificate and key do not belong together, or are no PEM files without a pass phrase.';
    throw new BinderyError('invalid-request', message, { field: 'tls.certificateFile' });
  }
  return { cert, key };
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ['127.0.0.0/8', '::1/128', ...ranges]) {
    const [address = '', prefix] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

function nameOf(host: string): string {
  const lower = host.toLowerCase();
  return lower.replace(/:\d{1,5}$/, '').replace(/\.$/, '');
}

/** The names under which the listener may be called: a page elsewhere whose name resolves to it is not among them. */
export function namesOf(host: string, publicUrl: string | undefined): Set<string> {
  const bracketed = (address: string) => (address.includes(':') ? `[${address}]` : address);
  const names = new Set(['localhost', '127.0.0.1', '[::1]', bracketed(host.toLowerCase())]);
  if (host === '0.0.0.0' || host === '::')
    for (const { address } of Object.values(networkInterfaces()).flatMap((each) => each ?? []))
      names.add(bracketed(address.toLowerCase()));
  if (publicUrl !== undefined && URL.canParse(publicUrl)) names.add(new URL(publicUrl).hostname.toLowerCase());
  return names;
}

/** @throws BinderyError when the host would be reached without TLS, or the certificate cannot be used */
export function createTransport(options: EndpointsOptions): Transport {
  const proxies = options.proxies ?? [];
  const refusal = listenerRefusal({ host: options.host, hasTls: options.tls !== undefined, proxies });
  if (refusal !== null) throw new BinderyError('invalid-request', refusal.message, { field: refusal.field });
  const tls = options.tls === undefined ? null : readTls(options.tls);
  const names = namesOf(options.host, options.publicUrl);
  const known = blockListOf(proxies);
  const onlyProxies = tls === null && !isLoopbackHost(options.host);
  let server: Server | null = null;
  /** As it was spelled when it was last found right: nearly all calls spell it so. */
  let lastHost = '\n';
  const ofAddress = new Map<string, number>();

  function onConnection(socket: Socket): void {
    // a listener on :: sees IPv4 addresses inside IPv6 ones
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const isKnown = address !== '' && known.check(address, family);
    if (onlyProxies && !isKnown) {
      socket.destroy();
      return;
    }
    const open = (ofAddress.get(address) ?? 0) + 1;
    if (open > mostConnectionsOfAddress && !(isKnown && proxies.length > 0)) {
      socket.destroy();
      return;
    }
    ofAddress.set(address, open);
    socket.once('close', () => {
      const left = (ofAddress.get(address) ?? 1) - 1;
      if (left > 0) ofAddress.set(address, left);
      else ofAddress.delete(address);
    });
  }

  return {
    createServer(handler) {
      const common = {
        maxHeaderSize: mostHeaderBytes,
        headersTimeout,
        requestTimeout,
        keepAliveTimeout,
        connectionsCheckingInterval: 1_000,
        insecureHTTPParser: false,
        requireHostHeader: true,
      };
      const created =
        tls === null
          ? createHttpServer(common, handler)
          : createHttpsServer({ ...common, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 }, handler);
      created.maxConnections = mostConnections;
      created.maxHeadersCount = mostHeaders * 2;
      created.on('connection', onConnection);
      // the two differ only in their certificates, which Fastify does not look at
      server = created as Server;
      return server;
    },
    refusalOf({ headers, rawHeaders }) {
      if (rawHeaders.length > mostHeaders * 2)
        return { status: 431, code: 'TooManyHeaders', message: `a request has ${mostHeaders} headers at most` };
      let hosts = 0;
      for (let at = 0; at < rawHeaders.length; at += 2)
        if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') hosts++;
      if (hosts !== 1) return { status: 400, code: 'BadRequest', message: 'a request has one Host header' };
      const host = headers.host ?? '';
      if (host === lastHost) return null;
      if (names.has(nameOf(host))) {
        lastHost = host;
        return null;
      }
      return {
        status: 421,
        code: 'MisdirectedRequest',
        message: 'this listener has another name; use the address you were given',
      };
    },
    urlOf(port) {
      const name = options.host === '0.0.0.0' || options.host === '::' ? '127.0.0.1' : options.host;
      return `${tls === null ? 'http' : 'https'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
    },
    renew() {
      if (options.tls !== undefined && server instanceof HttpsServer) server.setSecureContext(readTls(options.tls));
    },
  };
}
