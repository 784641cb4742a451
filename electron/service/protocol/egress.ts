/**
 * The guard every address that a seller gave has to pass: http or https only, the name resolved here, no private, local,
 * metadata or otherwise special address, and the connection made to the very address that was checked.
 */
import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { Agent, buildConnector, type Dispatcher, request as send } from 'undici';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { type ImageInfo, imageInfoOf, isHarmlessSvg } from './image-header.ts';

/** Resolves a name to all its addresses, as text. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export interface EgressOptions {
  /** Origins (`http://127.0.0.1:4000`) that pass whatever their address: the sandbox's, and what an administrator named. */
  readonly allowedOrigins?: readonly string[];
  /** Takes SVG images from allowed origins when they hold nothing active. Off unless said. */
  readonly svgFromAllowedOrigins?: boolean;
  readonly resolve?: Resolve;
  /** Connects once the address is checked; undici's own unless a test looks on. */
  readonly connector?: buildConnector.connector;
  /** Milliseconds for a whole image, redirects included. */
  readonly imageTimeoutMs?: number;
  /** Connections a host gets. */
  readonly connections?: number;
}

export interface FetchedImage {
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/avif' | 'image/svg+xml';
  readonly bytes: Uint8Array;
  /** Pixels; null for SVG. */
  readonly width: number | null;
  readonly height: number | null;
}

export interface Egress {
  /** Throws `address-refused` when this URL must not be called. Resolves its name; connecting resolves and checks again. */
  check(url: string): Promise<URL>;
  /** Whether the URL's origin is on the allow-list. */
  isAllowed(url: string): boolean;
  /** Adds an origin to the allow-list. */
  allow(origin: string): void;
  /** For undici: connects only to addresses that pass. */
  readonly dispatcher: Dispatcher;
  /**
   * Fetches a picture. Throws `address-refused`, `offline`, `timed-out`, `cancelled`, `refused-by-backend` (HTTP status),
   * or `unexpected-reply` (too large, too many pixels, no picture).
   */
  fetchImage(
    url: string,
    limits: { readonly maxBytes: number; readonly maxPixels: number; readonly signal?: AbortSignal | undefined },
  ): Promise<FetchedImage>;
  close(): Promise<void>;
}

/** Metadata services at addresses that no range below covers. */
const metadataAddresses = new Set(['168.63.129.16']);
const mostRedirects = 3;

const resolveAll: Resolve = async (hostname) => (await lookup(hostname, { all: true })).map((each) => each.address);

function refused(what: string): BinderyError {
  return new BinderyError('address-refused', `The address was refused: ${what}.`);
}

/**
 * Why this IP address must not be called, or null when it may. Only plain global unicast passes; an IPv4 address inside an
 * IPv6 one is refused whatever it is.
 */
export function refusalOfAddress(address: string): string | null {
  if (!ipaddr.isValid(address)) return 'it is no IP address';
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== 'unicast') return `${range} addresses are not called`;
  if (metadataAddresses.has(parsed.toString())) return 'metadata services are not called';
  // deprecated forms that ipaddr.js counts as unicast: ::a.b.c.d (IPv4-compatible) and fec0::/10 (site-local)
  if (parsed.kind() === 'ipv6') {
    const bytes = parsed.toByteArray();
    if (bytes.slice(0, 12).every((byte) => byte === 0)) return 'IPv4-compatible addresses are not called';
    if (bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0xc0) return 'site-local addresses are not called';
  }
  return null;
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

export function createEgress(options: EgressOptions = {}): Egress {
  const resolve = options.resolve ?? resolveAll;
  const allowed = new Set((options.allowedOrigins ?? []).map((origin) => new URL(origin).origin));
  const connect = options.connector ?? buildConnector({ timeout: 5000 });

  function parse(url: string): URL {
    if (!URL.canParse(url)) throw refused('it is no URL');
    const parsed = new URL(url);
    if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') throw refused('only http and https are called');
    if (parsed.username !== '' || parsed.password !== '') throw refused('it has a user name or password in it');
    return parsed;
  }

  /** The address to connect to. Throws when the name has none, or any that must not be called. */
  async function addressOf(hostname: string): Promise<string> {
    const literal = bare(hostname);
    let addresses: readonly string[];
    try {
      addresses = ipaddr.isValid(literal) ? [literal] : await resolve(literal);
    } catch {
      throw new BinderyError('offline', `The name ${literal} could not be resolved.`);
    }
    for (const address of addresses) {
      const why = refusalOfAddress(address);
      // one bad address is enough: which of them a later connection would take is not ours to choose
      if (why !== null) throw refused(`${literal} is at ${address}, and ${why}`);
    }
    const [first] = addresses;
    if (first === undefined) throw new BinderyError('offline', `The name ${literal} has no address.`);
    return first;
  }

  const dispatcher = new Agent({
    connections: options.connections ?? 4,
    allowH2: false,
    connect(target, done) {
      const origin = new URL(`${target.protocol}//${target.host ?? `${target.hostname}:${target.port}`}`).origin;
      if (allowed.has(origin)) {
        connect(target, done);
        return;
      }
      addressOf(target.hostname).then(
        // the name stays for TLS, the address is the one checked
        (address) =>
          connect({ ...target, hostname: address, servername: target.servername ?? bare(target.hostname) }, done),
        (error: Error) => done(error, null),
      );
    },
  });

  async function download(url: URL, maxBytes: number, signal: AbortSignal, hops: number): Promise<[Buffer, URL]> {
    const reply = await send(url, {
      dispatcher,
      signal,
      headers: { accept: 'image/avif,image/webp,image/png,image/jpeg,image/gif' },
    });
    if (reply.statusCode >= 300 && reply.statusCode < 400) {
      await reply.body.dump();
      const location = reply.headers.location;
      if (typeof location !== 'string' || hops >= mostRedirects) throw refused('it redirects too often or nowhere');
      if (!URL.canParse(location, url.href)) throw refused('it redirects to no URL');
      const next = parse(new URL(location, url).href);
      if (url.protocol === 'https:' && next.protocol === 'http:') throw refused('it redirects from https to http');
      if (allowed.has(next.origin) && !allowed.has(url.origin)) throw refused('it redirects into this installation');
      return await download(next, maxBytes, signal, hops + 1);
    }
    if (reply.statusCode !== 200) {
      reply.body.on('error', () => undefined).destroy();
      throw new BinderyError('refused-by-backend', `The picture's server answered HTTP ${reply.statusCode}.`);
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of reply.body) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > maxBytes) {
        reply.body.on('error', () => undefined).destroy();
        throw new BinderyError('unexpected-reply', `The picture is larger than ${maxBytes} bytes.`);
      }
      chunks.push(bytes);
    }
    return [Buffer.concat(chunks), url];
  }

  return {
    async check(url) {
      const parsed = parse(url);
      if (!allowed.has(parsed.origin)) await addressOf(parsed.hostname);
      return parsed;
    },
    isAllowed: (url) => URL.canParse(url) && allowed.has(new URL(url).origin),
    allow(origin) {
      allowed.add(new URL(origin).origin);
    },
    dispatcher,
    async fetchImage(url, limits) {
      const timeoutMs = options.imageTimeoutMs ?? 10_000;
      const timer = AbortSignal.timeout(timeoutMs);
      const signal = limits.signal === undefined ? timer : AbortSignal.any([timer, limits.signal]);
      let bytes: Buffer;
      let from: URL;
      try {
        [bytes, from] = await download(parse(url), limits.maxBytes, signal, 0);
      } catch (cause) {
        if (cause instanceof BinderyError) throw cause;
        if (limits.signal?.aborted === true) throw new BinderyError('cancelled', 'Cancelled.');
        if (timer.aborted) throw new BinderyError('timed-out', `The picture did not arrive within ${timeoutMs} ms.`);
        throw new BinderyError('offline', "The picture's server cannot be reached.");
      }
      const info: ImageInfo | null = imageInfoOf(bytes);
      if (info !== null) {
        if (info.width * info.height > limits.maxPixels) {
          throw new BinderyError('unexpected-reply', `The picture has more than ${limits.maxPixels} pixels.`);
        }
        return { ...info, bytes };
      }
      if (options.svgFromAllowedOrigins === true && allowed.has(from.origin) && isHarmlessSvg(bytes)) {
        return { mediaType: 'image/svg+xml', bytes, width: null, height: null };
      }
      throw new BinderyError(
        'unexpected-reply',
        'What came is no picture of a kind that is shown (PNG, JPEG, GIF, WebP, AVIF).',
      );
    },
    async close() {
      await dispatcher.destroy();
    },
  };
}
