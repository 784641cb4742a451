/** Misbehaviour on request. Rules come from the control endpoint; the choices come from a seeded stream. */
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { invalidField } from './errors.ts';
import type { Fields } from './input.ts';
import { bool, isFields, number, text } from './input.ts';
import { shuffle, stream } from './random.ts';

export interface FaultRule {
  readonly path: RegExp | null;
  readonly method: string;
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** The answer's body trickles over so many milliseconds. */
  readonly dripMs: number;
  readonly rate429: number;
  readonly retryAfter: number;
  readonly rate5xx: number;
  readonly late5xxRate: number;
  readonly lostAnswerRate: number;
  readonly duplicateRate: number;
  readonly reorder: boolean;
  readonly malformed: number;
  readonly offline: boolean;
  readonly times: number;
  readonly source: Fields;
}

interface Running {
  readonly rule: FaultRule;
  readonly next: () => number;
  matched: number;
  struck: Record<string, number>;
}

/** Milliseconds that a call is held back at most when calls overtake one another. */
const overtaken = 300;
/** Marks the second delivery of a call, which nothing disturbs. */
const again = 'x-sandbox-again';

/** What was decided for a request before its handler ran. */
interface Fate {
  readonly running: Running;
  /** It arrives once more, after it was answered. */
  twice: boolean;
  lost: boolean;
  late5xx: boolean;
  malformed: boolean;
}

const RATES = ['rate429', 'rate5xx', 'late5xxRate', 'lostAnswerRate', 'duplicateRate', 'malformed'] as const;
const KNOWN = new Set<string>([
  ...RATES,
  'match',
  'latencyMs',
  'jitterMs',
  'dripMs',
  'retryAfter',
  'reorder',
  'offline',
  'times',
  'seed',
]);

/** Parses one rule. Throws a 400 that names the field. */
export function parseRule(body: Fields): FaultRule & { readonly seed: number } {
  for (const name of Object.keys(body)) if (!KNOWN.has(name)) throw invalidField(name, 'is not a fault');
  for (const name of RATES) {
    const rate = body[name];
    if (rate !== undefined && (typeof rate !== 'number' || !(rate >= 0 && rate <= 1)))
      throw invalidField(name, 'must be a number from 0 to 1');
  }
  const match = isFields(body.match) ? body.match : {};
  let path: RegExp | null = null;
  try {
    path = text(match, 'path') === '' ? null : new RegExp(text(match, 'path'));
  } catch {
    throw invalidField('match.path', 'is not a regular expression');
  }
  const rate = (name: string): number => number(body, name) ?? 0;
  return {
    path,
    method: text(match, 'method').toUpperCase(),
    latencyMs: rate('latencyMs'),
    jitterMs: rate('jitterMs'),
    dripMs: rate('dripMs'),
    rate429: rate('rate429'),
    retryAfter: number(body, 'retryAfter') ?? 1,
    rate5xx: rate('rate5xx'),
    late5xxRate: rate('late5xxRate'),
    lostAnswerRate: rate('lostAnswerRate'),
    duplicateRate: rate('duplicateRate'),
    reorder: bool(body, 'reorder') ?? false,
    malformed: rate('malformed'),
    offline: bool(body, 'offline') ?? false,
    times: number(body, 'times') ?? Number.POSITIVE_INFINITY,
    seed: rate('seed'),
    source: body,
  };
}

export class Faults {
  private running: Running[] = [];
  private readonly fates = new WeakMap<FastifyRequest, Fate>();

  set(rules: readonly (FaultRule & { readonly seed: number })[]): void {
    this.running = rules.map((rule) => ({ rule, next: stream(rule.seed + 1), matched: 0, struck: {} }));
  }

  clear(): void {
    this.running = [];
  }

  describe(): readonly Readonly<Record<string, unknown>>[] {
    return this.running.map(({ rule, matched, struck }) => ({ ...rule.source, matched, struck }));
  }

  private find(method: string, path: string): Running | undefined {
    return this.running.find(
      ({ rule, matched }) =>
        matched < rule.times &&
        (rule.method === '' || rule.method === method) &&
        (rule.path === null || rule.path.test(path)),
    );
  }

  private strike(running: Running, kind: string, rate: number): boolean {
    if (rate <= 0 || running.next() >= rate) return false;
    running.struck[kind] = (running.struck[kind] ?? 0) + 1;
    return true;
  }

  /** Repeats and shuffles what a list or a row of messages is made of, when the request's rule says so. */
  disturb<T>(request: FastifyRequest | null, method: string, path: string, items: T[]): T[] {
    const running =
      (request === null ? undefined : this.fates.get(request)?.running) ??
      (request === null ? this.find(method, path) : undefined);
    if (running === undefined) return items;
    const more = items.flatMap((item) =>
      this.strike(running, 'duplicate', running.rule.duplicateRate) ? [item, item] : [item],
    );
    if (!running.rule.reorder) return more;
    if (more.length > 1) this.note(running, 'reorder');
    return shuffle(more, running.next);
  }

  private note(running: Running, kind: string): void {
    running.struck[kind] = (running.struck[kind] ?? 0) + 1;
  }

  /** Before the handler: latency, 429, 5xx and a dead line. Returns true when the reply is done. */
  async before(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const path = request.url;
    const running = this.find(request.method, path);
    if (running === undefined) return false;
    const { rule } = running;
    running.matched++;
    // All dice fall here, in order of arrival, so that a seed gives the same run whatever the handlers take.
    let delay = rule.latencyMs + (rule.jitterMs > 0 ? running.next() * rule.jitterMs : 0);
    if (delay > 0) this.note(running, 'latency');
    // a page is shuffled; of calls that change something, later ones overtake earlier ones
    if (rule.reorder && request.method !== 'GET') {
      delay += running.next() * overtaken;
      this.note(running, 'reorder');
    }
    const refused = this.strike(running, '429', rule.rate429);
    const failed = !refused && this.strike(running, '5xx', rule.rate5xx);
    const fate: Fate = { running, twice: false, lost: false, late5xx: false, malformed: false };
    if (!refused && !failed) {
      fate.twice = request.method !== 'GET' && this.strike(running, 'duplicate', rule.duplicateRate);
      fate.lost = this.strike(running, 'lostAnswer', rule.lostAnswerRate);
      fate.late5xx = !fate.lost && this.strike(running, 'late5xx', rule.late5xxRate);
      fate.malformed = !fate.lost && !fate.late5xx && this.strike(running, 'malformed', rule.malformed);
    }
    this.fates.set(request, fate);
    if (rule.offline) {
      this.note(running, 'offline');
      request.raw.socket.destroy();
      reply.hijack();
      return true;
    }
    if (delay > 0) await wait(delay);
    if (refused) {
      await reply
        .code(429)
        .headers({
          'retry-after': String(rule.retryAfter),
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': String(rule.retryAfter),
        })
        .send({ code: 'TooManyRequests', name: 'TooManyRequests', message: 'too many requests' });
      return true;
    }
    if (failed) {
      await reply
        .code(503)
        .send({ code: 'Unavailable', name: 'Unavailable', message: 'service unavailable (nothing was applied)' });
      return true;
    }
    return false;
  }

  /** Whether the network delivers this call a second time. */
  isTwice(request: FastifyRequest): boolean {
    return this.fates.get(request)?.twice ?? false;
  }

  /** After the handler: the answer gets lost, turned into a 503, or broken. */
  after(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
    const fate = this.fates.get(request);
    if (fate === undefined) return payload;
    if (fate.lost) {
      request.raw.socket.destroy();
      return payload;
    }
    if (fate.late5xx) {
      fate.late5xx = false;
      reply.code(503).header('content-type', 'application/json');
      return JSON.stringify({ code: 'Unavailable', name: 'Unavailable', message: 'service unavailable' });
    }
    if (fate.malformed && typeof payload === 'string' && payload !== '') {
      fate.malformed = false;
      // Cut in the middle: never valid JSON for an object or a list.
      const broken = payload.slice(0, Math.max(1, Math.floor(payload.length / 2)));
      reply.header('content-length', Buffer.byteLength(broken));
      return broken;
    }
    const { dripMs } = fate.running.rule;
    if (dripMs > 0 && typeof payload === 'string' && payload !== '') {
      this.note(fate.running, 'drip');
      reply.header('content-length', Buffer.byteLength(payload));
      return Readable.from(drip(Buffer.from(payload), dripMs));
    }
    return payload;
  }
}

/** A body in ten pieces. */
async function* drip(body: Buffer, milliseconds: number): AsyncGenerator<Buffer> {
  const size = Math.max(1, Math.ceil(body.length / 10));
  for (let at = 0; at < body.length; at += size) {
    if (at > 0) await wait(milliseconds / 10);
    yield body.subarray(at, at + size);
  }
}

/** Hangs the faults into the server; `current` is asked for every request, because a reset replaces them. */
export function installFaults(app: FastifyInstance, current: () => Faults): void {
  const isSpared = (request: FastifyRequest) =>
    request.url.startsWith('/control') || request.headers[again] !== undefined;
  app.addHook('onRequest', async (request, reply) => {
    if (isSpared(request)) return;
    if (await current().before(request, reply)) return reply;
  });
  app.addHook('onSend', async (request, reply, payload) =>
    isSpared(request) ? payload : current().after(request, reply, payload),
  );
  app.addHook('onResponse', async (request) => {
    if (isSpared(request) || !current().isTwice(request)) return;
    const { 'content-length': _length, 'transfer-encoding': _encoding, ...headers } = request.headers;
    await app.inject({
      method: request.method as 'POST' | 'PUT' | 'PATCH' | 'DELETE', // a route's own, and never GET
      url: request.url,
      headers: { ...headers, [again]: '1' },
      ...(request.body === undefined || request.body === null ? {} : { payload: JSON.stringify(request.body) }),
    });
  });
}
