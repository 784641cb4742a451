/**
 * Every error that crosses a process boundary is one of these values: a stable code for programs, a sentence a person
 * can act on, and, where one field is at fault, its name.
 */
export const errorCodes = [
  'invalid-request', // a field of the request is missing or malformed
  'unknown-method',
  'not-signed-in', // no operator named yet
  'not-allowed', // the operator's role may not do this
  'not-found',
  'already-exists',
  'claimed-by-other', // another operator reviews this offer
  'version-moved-on', // the seller sent a newer version since the screen was drawn
  'already-decided',
  'sku-inactive', // the marketplace does not sell this SKU any more
  'not-undoable',
  'offline', // the marketplace's backend cannot be reached
  'refused-by-backend', // the backend answered, and said no
  'unexpected-reply', // the backend's reply does not parse; `details.path` names where
  'timed-out',
  'cancelled',
  'disconnected', // the service went away before it answered
  'address-refused', // the egress guard refused a seller-given address
  'database-corrupt',
  'busy',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** The value of an error, as it travels. */
export interface ErrorValue {
  readonly code: ErrorCode;
  /** One sentence that says what is wrong and what to do. */
  readonly message: string;
  /** The request's field at fault, as a dotted path: `sku.eans.0`. */
  readonly field?: string | undefined;
  /** Facts for logs and for translated sentences; never a secret. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>> | undefined;
}

/** The throwable form of {@link ErrorValue}. */
export class BinderyError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly details: ErrorValue['details'];

  constructor(code: ErrorCode, message: string, extra: { field?: string; details?: ErrorValue['details'] } = {}) {
    super(message);
    this.name = 'BinderyError';
    this.code = code;
    this.field = extra.field;
    this.details = extra.details;
  }

  /** The value to send across a boundary. */
  toValue(): ErrorValue {
    return { code: this.code, message: this.message, field: this.field, details: this.details };
  }

  /** Rebuilds the throwable on the other side. */
  static from(value: ErrorValue): BinderyError {
    return new BinderyError(value.code, value.message, {
      ...(value.field === undefined ? {} : { field: value.field }),
      ...(value.details === undefined ? {} : { details: value.details }),
    });
  }
}

/** Anything thrown, as a value. Unknown errors become `internal` without their stack, which belongs in the log. */
export function errorValueOf(thrown: unknown): ErrorValue {
  if (thrown instanceof BinderyError) return thrown.toValue();
  if (thrown instanceof Error && thrown.name === 'AbortError') return { code: 'cancelled', message: 'Cancelled.' };
  return { code: 'internal', message: 'Something went wrong inside Bindery. The log has the details.' };
}
