/** Reading what the network layer says: which errors prove that nothing was sent, and what `Retry-After` means. */
import { BinderyError } from '../../../shared/domain/errors.ts';
import { ProtocolError } from './failure.ts';

/** Errors of the connection's making: no byte of the request was sent. Anything else may have been. */
const unreachable = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const unknownName = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;
}

/** The error's own code, or the first of the addresses that were tried. */
function codeOf(cause: unknown): string {
  const code = field(cause, 'code');
  if (typeof code === 'string') return code;
  const errors = field(cause, 'errors');
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : '';
}

/**
 * A network error as a typed failure. Only what is known to happen before the first byte is `not-sent`; when in doubt it
 * is `ambiguous`, which costs a read back and never a doubled decision.
 */
export function causeOf(
  cause: unknown,
  peer: string,
  host: string,
  call: { readonly name: string; readonly changes: boolean },
): BinderyError {
  // connectors hand their own refusal through
  if (cause instanceof BinderyError) return cause;
  const code = codeOf(cause);
  if (unknownName.has(code)) {
    const failure = { kind: 'not-sent', reason: 'name-not-found', retryAfterMs: null } as const;
    return new ProtocolError(
      failure,
      `The name ${host} could not be resolved. Check the address and the network.`,
      call,
    );
  }
  if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO)/.test(code)) {
    const failure = { kind: 'not-sent', reason: 'tls', retryAfterMs: null } as const;
    return new ProtocolError(failure, `${host} has no certificate that can be trusted (${code}).`, call);
  }
  if (unreachable.has(code) || (code === 'ETIMEDOUT' && field(cause, 'syscall') === 'connect')) {
    const failure = { kind: 'not-sent', reason: 'unreachable', retryAfterMs: null } as const;
    return new ProtocolError(failure, `${peer} cannot be reached at ${host}. It will be tried again.`, call);
  }
  const failure = { kind: 'ambiguous', reason: 'reset', status: null } as const;
  return new ProtocolError(failure, `The connection to ${host} broke before ${call.name} was answered.`, call);
}

/** `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. Milliseconds from `now`, never negative; null when absent or no such thing. */
export function parseRetryAfter(header: string | readonly string[] | undefined, now: number): number | null {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim();
  if (text === undefined || text === '') return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
