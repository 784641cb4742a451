/** A plain HTTP client for the sandbox's own tests. */
import type { Fields } from '../input.ts';
import { fields, listOfFields, text } from '../input.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Client {
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  get(path: string): Promise<Answer>;
  put(path: string, body?: unknown): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
}

interface Reachable {
  readonly url: string;
  readonly appKey: string;
  readonly appToken: string;
}

export function clientOf(target: Reachable, key: { appKey: string; appToken: string } | null = target): Client {
  const call: Client['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(target.url + path, {
      method,
      headers: {
        ...(key === null ? {} : { 'X-VTEX-API-AppKey': key.appKey, 'X-VTEX-API-AppToken': key.appToken }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const raw = await response.text();
    let parsed: unknown = raw;
    try {
      parsed = raw === '' ? undefined : JSON.parse(raw);
    } catch {
      // Texts (a 404 of a notification, a malformed reply) stay texts.
    }
    return { status: response.status, headers: response.headers, body: parsed };
  };
  return {
    call,
    get: (path) => call('GET', path),
    put: (path, body) => call('PUT', path, body),
    post: (path, body) => call('POST', path, body),
  };
}

/** The items of a page of suggestions. */
export function itemsOf(answer: Answer): Fields[] {
  return listOfFields(fields(answer.body).data);
}

/** `{code}` of an error reply. */
export function codeOf(answer: Answer): unknown {
  return fields(answer.body).code;
}

/** Path of a suggestion. */
export function suggestionPath(suggestion: Fields): string {
  return `/suggestions/${text(suggestion, 'SellerId')}/${text(suggestion, 'ItemId')}`;
}

/** Path of a match on its latest version. */
export function matchPath(suggestion: Fields, matchId = 'm1', version = text(suggestion, 'LatestVersionId')): string {
  return `${suggestionPath(suggestion)}/versions/${version}/matches/${matchId}`;
}
