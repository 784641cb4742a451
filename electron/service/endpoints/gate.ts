/** Who calls, whether they may, and how often: what every route of the listener goes through. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Holder } from '../credentials/directory.ts';
import { createSignatureMemory, type SignatureProblem } from '../credentials/signature.ts';
import type { SeenSignature } from '../credentials/statements.ts';
import { bodyBytes } from './body.ts';
import { Overloaded } from './group-commit.ts';
import { createRateLimit } from './rate-limit.ts';
import { checkId, comeAgainSeconds, Refusal } from './refusal.ts';
import type { EndpointsOptions, Gate } from './types.ts';

type Done = (error?: Error) => void;

interface Admitted {
  readonly holder: Holder;
  seen: SeenSignature | undefined;
}

/** Where a request says who was let in: a property that every request has costs less than a table of requests. */
const admitted: unique symbol = Symbol('admitted');
declare module 'fastify' {
  interface FastifyRequest {
    [admitted]: Admitted | null;
  }
}

/** The gate, and what only the listener's own routes need of it. */
export interface OwnGate extends Gate {
  /** For calls whose body names the seller. @throws Refusal */
  admit(request: FastifyRequest, sellerId: string | null, keys: readonly [string, string]): Holder;
  /** The key and token of the headers, or, where allowed, of the query. @throws Refusal 401 */
  keysOf(request: FastifyRequest, fromQuery?: boolean): readonly [string, string];
  holderOf(request: FastifyRequest): Holder;
  signatureOf(request: FastifyRequest): SeenSignature | undefined;
  /** The seller, when it is known. */
  callerOf(request: FastifyRequest): string | null;
  /** @throws Refusal 401 */
  checkSignature(request: FastifyRequest): void;
}

const problems: Readonly<Record<SignatureProblem, string>> = {
  missing: 'this key signs its calls: x-bindery-timestamp and x-bindery-signature are needed',
  malformed:
    'x-bindery-timestamp is milliseconds since 1970 (13 digits), x-bindery-signature is v1= and 64 hexadecimal digits',
  expired: 'x-bindery-timestamp is more than five minutes off: set the clock, and sign each call anew',
  wrong: 'the signature is not that of this method, path, timestamp and body',
  replayed: 'this signed call was taken before: sign each call anew',
  'out-of-order': 'a call about the same thing that was signed later has been taken already',
  busy: 'too many signed calls within five minutes',
};

export function header(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value.trim() : '';
}

/** Milliseconds as whole seconds for `Retry-After`, at least one. */
const secondsOf = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1_000));

export function createGate(app: FastifyInstance, options: EndpointsOptions, now: () => number): OwnGate {
  app.decorateRequest(admitted, null);
  const perSeller = createRateLimit({ perSecond: 1_000, burst: 2_000, ...options.perSeller, now });
  const perAddress = createRateLimit({ perSecond: 4_000, burst: 8_000, ...options.perAddress, now });
  const failures = createRateLimit({ perSecond: 1 / 6, burst: 10, ...options.failures, now });
  const signatures = createSignatureMemory(now, options.seenSignatures);
  const nothing = new Uint8Array();

  function tooMany(milliseconds: number, message: string): Refusal {
    return new Refusal(429, 'TooManyRequests', message, { retryAfter: secondsOf(milliseconds) });
  }

  function keysOf(request: FastifyRequest, fromQuery = false): readonly [string, string] {
    let appKey = header(request, 'x-vtex-api-appkey');
    let appToken = header(request, 'x-vtex-api-apptoken');
    if (fromQuery && appKey === '' && appToken === '' && typeof request.query === 'object' && request.query !== null) {
      const query = new Map(Object.entries(request.query).map(([name, value]) => [name.toLowerCase(), String(value)]));
      appKey = query.get('appkey') ?? '';
      appToken = query.get('apptoken') ?? '';
    }
    if (appKey === '' || appToken === '') {
      throw new Refusal(401, 'Unauthorized', 'X-VTEX-API-AppKey and X-VTEX-API-AppToken are needed');
    }
    return [appKey, appToken];
  }

  function admit(
    request: FastifyRequest,
    sellerId: string | null,
    [appKey, appToken]: readonly [string, string],
  ): Holder {
    const unknown = options.unknowing?.() ?? null;
    if (unknown !== null) throw new Refusal(503, 'Unavailable', unknown, { retryAfter: comeAgainSeconds });
    const guess = `${request.ip} ${sellerId ?? appKey}`;
    const throttled = failures.wait(guess);
    if (throttled > 0) throw tooMany(throttled, 'too many wrong keys and tokens: wait before the next try');
    const holder = options.verify(appKey, appToken, sellerId);
    if (holder === null) {
      failures.take(guess);
      const message =
        sellerId === null
          ? 'the key and token are no seller of this marketplace'
          : 'the key and token are not those of this seller';
      throw new Refusal(403, 'Forbidden', message);
    }
    request[admitted] = { holder, seen: undefined };
    const wait = perSeller.take(holder.sellerId);
    if (wait > 0) throw tooMany(wait, 'fewer requests, please');
    // said before the body is read; whether it is right can be told only afterwards
    if (holder.signingKey !== null && header(request, 'x-bindery-signature') === '') {
      throw new Refusal(401, 'BadSignature', problems.missing);
    }
    return holder;
  }

  function countAddress(request: FastifyRequest): void {
    const wait = perAddress.take(request.ip);
    if (wait > 0) throw tooMany(wait, 'fewer requests from this address, please');
  }

  function checkSignature(request: FastifyRequest): void {
    const who = request[admitted];
    if (who === null || who.holder.signingKey === null) return;
    const target = request.raw.url ?? '';
    const subject = `${who.holder.credentialId} ${request.method} ${target.split('?', 1)[0]}`;
    const checked = signatures.check(
      who.holder.signingKey,
      header(request, 'x-bindery-signature'),
      {
        method: request.method,
        target,
        timestamp: header(request, 'x-bindery-timestamp'),
        body: bodyBytes.get(request) ?? nothing,
      },
      subject,
    );
    if (checked.problem === null) who.seen = checked.seen;
    else if (checked.problem === 'busy') throw tooMany(60_000, problems.busy);
    else throw new Refusal(401, 'BadSignature', problems[checked.problem]);
  }

  function holderOf(request: FastifyRequest): Holder {
    const who = request[admitted];
    if (who === null) throw new Error('a route of the sellers’ listener asks who calls without a hook of the gate');
    return who.holder;
  }

  /** A hook of a function that throws. */
  const hook =
    (run: (request: FastifyRequest) => void) => (request: FastifyRequest, _reply: FastifyReply, done: Done) => {
      try {
        run(request);
      } catch (error) {
        done(error as Error);
        return;
      }
      done();
    };

  return {
    byPath: hook((request) => {
      countAddress(request);
      // the listener's routes declare these; where one is missing, the route names no seller and must use byKey
      const { sellerId = '', sellerSkuId } = request.params as { sellerId?: string; sellerSkuId?: string };
      checkId(sellerId, 'sellerId');
      if (sellerSkuId !== undefined) checkId(sellerSkuId, 'sellerSkuId');
      admit(request, sellerId, keysOf(request));
    }),
    byKey: hook((request) => {
      countAddress(request);
      admit(request, null, keysOf(request));
    }),
    counted: hook(countAddress),
    signed: hook(checkSignature),
    checkSignature,
    admit,
    keysOf,
    holderOf,
    sellerOf: (request) => holderOf(request).sellerId,
    callerOf: (request) => request[admitted]?.holder.sellerId ?? null,
    signatureOf: (request) => request[admitted]?.seen,
    stored: (request, work) =>
      work.catch((cause: unknown) => {
        if (cause instanceof Refusal) throw cause;
        const seen = request[admitted]?.seen;
        if (seen !== undefined) signatures.forget(seen);
        if (cause instanceof Overloaded) throw tooMany(cause.waitMs, 'more arrives than can be stored: send it again');
        options.log?.('error', 'a seller’s call could not be stored', {
          route: request.routeOptions.url ?? 'unknown',
          sellerId: request[admitted]?.holder.sellerId ?? null,
          reason: cause instanceof Error ? cause.message : 'unknown',
        });
        throw new Refusal(503, 'Unavailable', 'this could not be stored; send it again', {
          retryAfter: comeAgainSeconds,
        });
      }),
  };
}
