/** Any answer that is not the wanted one: thrown by hooks and routes, sent by the listener's error handler. */
export class Refusal extends Error {
  readonly status: number;
  /** For programs: `Forbidden`, `TooManyRequests`. */
  readonly code: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Seconds; the header `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;
  constructor(status: number, code: string, message: string, extra: { retryAfter?: number; field?: string } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.body = { code, name: code, message, ...(extra.field === undefined ? {} : { field: extra.field }) };
    this.retryAfterSeconds = extra.retryAfter;
  }
}

/** Seconds a seller waits before it sends again when the disk or the process cannot take it. */
export const comeAgainSeconds = 5;
const mostIdLength = 200;

/** The most a path's parameter may be long: an id of which every character is encoded. */
export const mostParameterLength = mostIdLength * 9;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const control = /[\u0000-\u001f\u007f]/;

/** Ids may hold any letter, slashes and spaces; what could climb in a path, or is no text, is refused. @throws Refusal */
export function checkId(id: string, field: string): void {
  const bad = id.trim() === '' || id === '.' || id === '..' || control.test(id) || !id.isWellFormed();
  if (!bad && id.length <= mostIdLength) return;
  const message = `${field} is no id (1 to ${mostIdLength} characters, none of them a control character)`;
  throw new Refusal(400, 'InvalidField', message, { field });
}
