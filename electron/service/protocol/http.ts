/**
 * The HTTP client under every API file: turns, time limits, retries, size limits, parsing, and failures that say whether
 * the call may have been applied. It knows no endpoint.
 */
import { Agent, type Dispatcher, request as send } from 'undici';
import type { z } from 'zod';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { ProtocolError, suggestionCodeNames } from './failure.ts';
import { type HostLimits, type Limiters, realSleep, type Sleep, sharedLimiters } from './limits.ts';
import { causeOf, parseRetryAfter } from './transport-errors.ts';

export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  facts?: Readonly<Record<string, string | number | boolean | null>>,
) => void;

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One attempt as it went: what was sent, and what came back. */
export interface Exchange {
  /** Method and path, with the query. */
  readonly call: string;
  /** The body that was sent; null: none. */
  readonly body: string | null;
  /** Null: no answer came. */
  readonly status: number | null;
  readonly text: string | null;
}

export interface HttpClientOptions {
  /** Origin, with or without a path that is put before every call's. */
  readonly baseUrl: string;
  /** Asked for each attempt, so that changed keys take effect. Values never reach an error or a log. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** For the whole process: they replace what another client of the same host set. */
  readonly limits?: Partial<HostLimits>;
  /** Milliseconds one attempt may take from its first byte sent to the last received. */
  readonly timeoutMs?: number;
  /** Further attempts after the first, of idempotent calls. */
  readonly retries?: number;
  readonly maxReplyBytes?: number;
  readonly random?: () => number;
  readonly now?: () => number;
  readonly sleep?: Sleep;
  readonly log?: Log;
  readonly limiters?: Limiters;
  /** Another way to connect: the egress guard's. The client then does not close it. */
  readonly dispatcher?: Dispatcher;
  /** Told of each attempt. Headers, and with them the keys, are no part of it; the bodies may name a person. */
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
  /** How the other side is named in sentences. */
  readonly peer?: string;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Already encoded: build it with {@link pathOf}. */
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Only these are tried again here. Say it of a PUT or POST only when applying it twice is the same as once. */
  readonly idempotent: boolean;
  readonly timeoutMs?: number;
  /** Higher goes first: what a person waits for goes ahead of sync (0). */
  readonly priority?: number;
}

export interface HttpClient {
  /** Sends, and parses the reply. Throws {@link ProtocolError} (or `address-refused` of an egress guard). */
  request<Output>(call: Call & { readonly schema: z.ZodType<Output> }): Promise<Output>;
  /** Sends a call whose reply's body says nothing. */
  send(call: Call): Promise<void>;
  /** Lets go of connections. */
  close(): Promise<void>;
}

/** The turnstile of the host decides; this only bounds a turnstile that is wide open. */
const mostConnections = 64;
const retriedStatuses = new Set([429, 502, 503, 504]);
const longestBackoffMs = 30_000;
/** A server that asks for more than this gets an error to the caller rather than a caller that hangs. */
const longestPauseMs = 60_000;

/**
 * Joins path segments, each encoded: ids may hold slashes, spaces and any letter. Throws `invalid-request` for an id that a
 * path cannot carry: an empty one, and `.` or `..`, which would name another resource.
 */
export function pathOf(...segments: readonly (string | number)[]): string {
  return segments
    .map((segment) => {
      const text = String(segment);
      if (text === '' || text === '.' || text === '..' || !text.isWellFormed()) {
        throw new BinderyError('invalid-request', `"${text.toWellFormed()}" cannot be an id in a path.`);
      }
      return `/${encodeURIComponent(text)}`;
    })
    .join('');
}

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs: number | null;
}

interface ErrorText {
  readonly code: number | null;
  readonly message: string;
}

/** Reads `{code, name, message}` in the spellings seen, or plain text. */
function errorTextOf(text: string): ErrorText {
  let code: number | null = null;
  let message = text;
  try {
    const body: unknown = JSON.parse(text);
    const outer = new Map(Object.entries(body ?? {}).map(([key, value]) => [key.toLowerCase(), value as unknown]));
    const nested = outer.get('error');
    const fields =
      typeof nested === 'object' && nested !== null
        ? new Map(Object.entries(nested).map(([key, value]) => [key.toLowerCase(), value as unknown]))
        : outer;
    const said = fields.get('code');
    const named = suggestionCodeNames.indexOf(String(fields.get('name') ?? said));
    const number = typeof said === 'number' || (typeof said === 'string' && /^\d+$/.test(said)) ? Number(said) : named;
    code = Number.isInteger(number) && number >= 0 && number < suggestionCodeNames.length ? number : null;
    const sentence = fields.get('message') ?? (typeof body === 'string' ? body : undefined);
    if (typeof sentence === 'string') message = sentence;
    // sellers' own codes (FMT007, EOI003) lead the sentence: what an order does next hangs on them
    if (typeof said === 'string' && /^[A-Z]{3}\d{3,4}$/.test(said)) message = `${said}: ${message}`;
  } catch {
    // not JSON: the text itself is the message
  }
  return { code, message: message.replace(/\s+/g, ' ').trim().slice(0, 300) };
}

/** Makes a client for one server. Throws `invalid-request` when the address is none. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const base = URL.canParse(options.baseUrl) ? new URL(options.baseUrl) : null;
  if (base === null || !/^https?:$/.test(base.protocol) || base.username !== '' || base.password !== '') {
    throw new BinderyError('invalid-request', 'The address must be an http or https URL without a user name in it.', {
      field: 'baseUrl',
    });
  }
  const now = options.now ?? Date.now;
  const sleep = options.sleep ?? realSleep;
  const random = options.random ?? Math.random;
  const retries = options.retries ?? 4;
  const maxReplyBytes = options.maxReplyBytes ?? 64 * 1024 * 1024;
  const peer = options.peer ?? 'The marketplace';
  const limiter = (options.limiters ?? sharedLimiters).of(base.host, options.limits);
  const prefix = base.pathname.replace(/\/+$/, '');
  const own = options.dispatcher === undefined;
  const dispatcher =
    options.dispatcher ?? new Agent({ connections: mostConnections, connect: { timeout: 8000 }, allowH2: false });

  function urlOf(call: Call): string {
    const url = new URL(`${base?.origin}${prefix}${call.path}`);
    for (const [name, value] of base?.searchParams ?? []) url.searchParams.set(name, value);
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
    }
    return url.href;
  }

  /** Removes our own keys from a server's words. */
  function withoutSecrets(text: string): string {
    let clean = text;
    for (const value of Object.values(options.headers?.() ?? {})) {
      for (const secret of [value, ...(value.match(/"[^"]+"/g) ?? []).map((part) => part.slice(1, -1))]) {
        if (secret.length >= 6) clean = clean.replaceAll(secret, '…');
      }
    }
    return clean;
  }

  function cancelled(call: Call, sent: boolean): ProtocolError {
    return new ProtocolError({ kind: 'cancelled', sent }, 'Cancelled.', callOf(call));
  }

  function callOf(call: Call): { name: string; changes: boolean } {
    return { name: `${call.method} ${call.path}`, changes: call.method !== 'GET' };
  }

  async function attempt(call: Call): Promise<Reply> {
    const timeoutMs = call.timeoutMs ?? options.timeoutMs ?? 30_000;
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(new Error('time limit')), timeoutMs);
    const signal = call.signal === undefined ? timer.signal : AbortSignal.any([timer.signal, call.signal]);
    const name = callOf(call);
    const url = urlOf(call);
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    const tell = (status: number | null, text: string | null) => {
      const { pathname, search } = new URL(url);
      options.onExchange?.({ call: `${call.method} ${pathname}${search}`, body, status, text });
    };
    try {
      const reply = await send(url, {
        method: call.method,
        headers: {
          accept: 'application/json',
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...options.headers?.(),
        },
        body,
        signal,
        dispatcher,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of reply.body) {
        const bytes = Buffer.from(chunk);
        size += bytes.length;
        if (size > maxReplyBytes) {
          reply.body.destroy();
          const failure = { kind: 'unexpected-reply', path: '$', status: reply.statusCode } as const;
          throw new ProtocolError(
            failure,
            `${peer}'s reply to ${name.name} is larger than ${maxReplyBytes} bytes.`,
            name,
          );
        }
        chunks.push(bytes);
      }
      const text = Buffer.concat(chunks).toString('utf8');
      tell(reply.statusCode, text);
      return {
        status: reply.statusCode,
        text,
        retryAfterMs: parseRetryAfter(reply.headers['retry-after'], now()),
      };
    } catch (cause) {
      tell(null, null);
      if (cause instanceof BinderyError) throw cause;
      if (call.signal?.aborted === true) throw cancelled(call, true);
      if (timer.signal.aborted) {
        const failure = { kind: 'ambiguous', reason: 'timeout', status: null } as const;
        throw new ProtocolError(failure, `${peer} did not answer ${name.name} within ${timeoutMs} ms.`, name);
      }
      throw causeOf(cause, peer, base?.host ?? '', name);
    } finally {
      clearTimeout(timeout);
    }
  }

  /** The error a status stands for, or null for success. */
  function errorOf(call: Call, reply: Reply): ProtocolError | null {
    const name = callOf(call);
    if (reply.status >= 200 && reply.status < 300) return null;
    if (reply.status === 429) {
      const failure = { kind: 'not-sent', reason: 'too-many-requests', retryAfterMs: reply.retryAfterMs } as const;
      return new ProtocolError(failure, `${peer} asks for fewer requests; it will be tried again later.`, name);
    }
    const { code, message } = errorTextOf(withoutSecrets(reply.text));
    if (reply.status >= 500) {
      const failure = { kind: 'ambiguous', reason: 'server-error', status: reply.status } as const;
      return new ProtocolError(failure, `${peer} failed on ${name.name} (HTTP ${reply.status}).`, name);
    }
    const words = message === '' ? '' : `: ${message}`;
    const failure = { kind: 'refused', status: reply.status, code, message } as const;
    return new ProtocolError(failure, `${peer} refused ${name.name} (HTTP ${reply.status})${words}`, name);
  }

  async function exchange(call: Call): Promise<Reply> {
    // once a try may have been applied, whatever becomes of a later one says nothing of the first
    let isUncertain = false;
    const outcome = (error: ProtocolError) => (isUncertain ? error.afterUncertain() : error);
    for (let tried = 0; ; tried++) {
      let release: () => void;
      try {
        release = await limiter.acquire(call.priority ?? 0, call.signal);
      } catch {
        throw outcome(cancelled(call, false));
      }
      const startedAt = now();
      let failed: unknown;
      let retryAfterMs: number | null = null;
      try {
        const reply = await attempt(call);
        const error = errorOf(call, reply);
        options.log?.('debug', 'call', {
          call: callOf(call).name,
          status: reply.status,
          attempt: tried + 1,
          ms: now() - startedAt,
        });
        if (error === null) return reply;
        failed = error;
        retryAfterMs = reply.retryAfterMs;
        if (reply.status === 429) limiter.pauseUntil(now() + Math.min(retryAfterMs ?? 0, longestPauseMs));
      } catch (cause) {
        failed = cause;
      } finally {
        release();
      }
      if (!(failed instanceof ProtocolError)) throw failed;
      const isLast = !mayRetry(call, failed) || tried >= retries || (retryAfterMs ?? 0) > longestPauseMs;
      if (isLast) throw outcome(failed);
      isUncertain ||= failed.mayHaveBeenApplied;
      const backoff = random() * Math.min(longestBackoffMs, 250 * 2 ** tried);
      const pause = Math.max(retryAfterMs ?? 0, backoff);
      options.log?.('info', 'call will be tried again', {
        call: failed.call,
        code: failed.code,
        inMs: Math.round(pause),
      });
      try {
        await sleep(pause, call.signal);
      } catch {
        throw outcome(cancelled(call, false));
      }
    }
  }

  function mayRetry(call: Call, error: ProtocolError): boolean {
    if (!call.idempotent) return false;
    const { failure } = error;
    if (failure.kind === 'not-sent') return failure.reason !== 'tls';
    return failure.kind === 'ambiguous' && (failure.status === null || retriedStatuses.has(failure.status));
  }

  return {
    async request(call) {
      const reply = await exchange(call);
      const name = callOf(call);
      let body: unknown;
      try {
        body = reply.text === '' ? undefined : JSON.parse(reply.text);
      } catch {
        const failure = { kind: 'unexpected-reply', path: '$', status: reply.status } as const;
        throw new ProtocolError(failure, `${peer}'s reply to ${name.name} is not JSON.`, name);
      }
      const parsed = call.schema.safeParse(body);
      if (parsed.success) return parsed.data;
      const issue = parsed.error.issues[0];
      const path = issue === undefined || issue.path.length === 0 ? '$' : issue.path.map(String).join('.');
      const failure = { kind: 'unexpected-reply', path, status: reply.status } as const;
      const why = withoutSecrets(issue?.message ?? 'not as expected');
      throw new ProtocolError(failure, `${peer}'s reply to ${name.name} does not parse at ${path}: ${why}.`, name);
    },
    async send(call) {
      await exchange(call);
    },
    async close() {
      if (own) await dispatcher.destroy();
    },
  };
}
