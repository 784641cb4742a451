/**
 * What was done to a marketplace, in a file, so that the demonstration is the next day what it was. The same seed gives the same marketplace,
 * and the same calls at the same times bring it to the same state: the calls that changed something are kept, and made again at the start.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProtocolError } from './errors.ts';
import { isFields } from './input.ts';
import type { State } from './state.ts';

const format = 1;
type Changing = 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const isChanging = (method: string): method is Changing => ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method);
/** Questions that are asked by POST, and what concerns only the run: faults, and resets, which empty the file. */
const unkept = /simulation|\/search\b|^\/control\/(faults|reset|clock)/;

interface Entry {
  /** Milliseconds since 1970 on the marketplace's clock. */
  readonly at: number;
  readonly method: Changing;
  readonly url: string;
  /** Whose key was shown: `admin`, a seller's id, or nobody's. Keys themselves are made of the seed. */
  readonly as: string | null;
  readonly body?: unknown;
}

export interface Journal {
  /** The port that the marketplace had; 0: none yet. */
  readonly port: number;
  /** Before the server listens: nobody is let in before {@link replay} has ended, and what comes then is kept. */
  install(app: FastifyInstance): void;
  /** Makes the kept calls again. @returns how many were made */
  replay(app: FastifyInstance, port: number): Promise<number>;
}

/** What a file's first line says; null: it is of another marketplace, or of none. */
function headOf(lines: readonly string[], made: string): { port: number } | null {
  try {
    const head: unknown = JSON.parse(lines[0] ?? '');
    return isFields(head) && head.format === format && head.made === made ? { port: Number(head.port) || 0 } : null;
  } catch {
    return null;
  }
}

/** A line that a crash has cut is none. */
function entryOf(line: string): Entry | null {
  try {
    const value: unknown = JSON.parse(line);
    if (!isFields(value)) return null;
    const { at, method, url, as, body } = value;
    if (typeof at !== 'number' || typeof method !== 'string' || typeof url !== 'string' || !isChanging(method))
      return null;
    return { at, method, url, as: typeof as === 'string' ? as : null, ...(body === undefined ? {} : { body }) };
  } catch {
    return null;
  }
}

/** @param made what the marketplace is made of: a file of another one is begun anew */
export function openJournal(file: string, made: string, state: () => State, clock: () => number): Journal {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const head = headOf(lines, made);
  const entries = head === null ? [] : lines.slice(1).flatMap((line) => entryOf(line) ?? []);
  let port = head?.port ?? 0;
  const begin = (kept: readonly Entry[]) => {
    mkdirSync(dirname(file), { recursive: true });
    const all = [{ format, made, port }, ...kept];
    writeFileSync(file, `${all.map((each) => JSON.stringify(each)).join('\n')}\n`, { mode: 0o600 });
  };
  const ownerOf = (request: FastifyRequest): string | null => {
    const key = request.headers['x-vtex-api-appkey'];
    if (typeof key !== 'string') return null;
    const { admin, sellers } = state();
    if (key === admin.appKey) return 'admin';
    return [...sellers.keys()].find((id) => state().sellerKeys(id).appKey === key) ?? null;
  };
  const keysOf = (owner: string | null) => {
    if (owner === null || (owner !== 'admin' && !state().sellers.has(owner))) return {};
    const { appKey, appToken } = owner === 'admin' ? state().admin : state().sellerKeys(owner);
    return { 'x-vtex-api-appkey': appKey, 'x-vtex-api-apptoken': appToken };
  };
  // only this run knows it, so nobody else gets in before the marketplace is what it was
  const pass = randomUUID();
  let isReady = false;
  return {
    port,
    install(app) {
      app.addHook('onRequest', async (request) => {
        if (!isReady && request.headers['x-replay'] !== pass)
          throw new ProtocolError(503, { code: 'Starting', name: 'Starting', message: 'the marketplace is starting' });
      });
      app.addHook('onResponse', async (request, reply) => {
        const { method, url, body } = request;
        if (!isReady || reply.statusCode >= 400 || !isChanging(method)) return;
        if (url === '/control/reset') begin([]);
        if (unkept.test(url)) return;
        const entry: Entry = {
          at: state().now(),
          method,
          url,
          as: ownerOf(request),
          ...(body === undefined ? {} : { body }),
        };
        appendFileSync(file, `${JSON.stringify(entry)}\n`);
      });
    },
    async replay(app, listensOn) {
      port = listensOn;
      for (const { at, method, url, as, body } of entries) {
        state().setNow(at);
        // nobody is told again of what they were told of then
        const payload = isFields(body) && 'notify' in body ? { ...body, notify: undefined } : body;
        await app.inject({
          method,
          url,
          headers: {
            'x-replay': pass,
            ...keysOf(as),
            ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
        });
      }
      state().setNow(clock());
      begin(entries);
      isReady = true;
      return entries.length;
    },
  };
}
