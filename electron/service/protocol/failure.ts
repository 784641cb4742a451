/**
 * What can go wrong between us and a protocol server, told apart by the one question that matters to whoever has to send
 * again: may the call have been applied?
 */
import { BinderyError, type ErrorCode } from '../../../shared/domain/errors.ts';

export type ProtocolFailure =
  /** The server answered and said no: nothing was applied. `code` is a suggestion code of the protocol (0 to 23). */
  | { readonly kind: 'refused'; readonly status: number; readonly code: number | null; readonly message: string }
  /** It was sent (or may have been) and no trustworthy answer came: it may have been applied. Read back before sending again. */
  | {
      readonly kind: 'ambiguous';
      readonly reason: 'timeout' | 'reset' | 'server-error';
      readonly status: number | null;
    }
  /** It never reached the server, or the server refused to look at it (429). Safe to send again. */
  | {
      readonly kind: 'not-sent';
      readonly reason: 'unreachable' | 'name-not-found' | 'tls' | 'too-many-requests';
      /** Milliseconds the server asked to wait, from now; null when it did not say. */
      readonly retryAfterMs: number | null;
    }
  /** A reply came that does not parse. `path` names the first part at fault (`data.3.ItemId`; `$` for the whole). */
  | { readonly kind: 'unexpected-reply'; readonly path: string; readonly status: number }
  | { readonly kind: 'cancelled'; readonly sent: boolean };

/** Names of the protocol's suggestion codes by number, as its reference lists them. */
export const suggestionCodeNames: readonly string[] = [
  'NotSpecified',
  'MatchCategoryIdIsEmpty',
  'MatchBrandIdIsEmpty',
  'ProductNameIsEmpty',
  'SkuNameIsRequired',
  'SkuHeightIsRequired',
  'SkuWeightIsRequired',
  'SkuLengthIsRequired',
  'SkuWidthIsRequired',
  'SkuImagesAreRequired',
  'EanOrRefIdAreRequired',
  'SkuImageUrlIsInvalid',
  'ProductOrSkuHasInvalidSpecificationLength',
  'MatcherIdRequired',
  'MatchSkuRefIsNotValid',
  'MatchScoreIsNotInRange',
  'SuggestionNotFound',
  'MatchOldVersion',
  'SuggestionIsNotPending',
  'MatchBrandIdIsInvalid',
  'MatchCategoryIdIsInvalid',
  'MatchProductRefIsInvalid',
  'SellerIdAndMarketplaceSkuIdAlreadyExists',
  'SellerIdAndSellerSkuIdAlreadyExists',
];

/** The suggestion codes that the dispatcher acts on. */
export const suggestionCode = {
  notFound: 16,
  oldVersion: 17,
  notPending: 18,
  skuBoundToSellerAlready: 22,
  sellerSkuBoundAlready: 23,
} as const;

function errorCodeOf(failure: ProtocolFailure): ErrorCode {
  switch (failure.kind) {
    case 'refused':
      return 'refused-by-backend';
    case 'ambiguous':
      return failure.reason === 'timeout' ? 'timed-out' : 'offline';
    case 'not-sent':
      return failure.reason === 'too-many-requests' ? 'busy' : 'offline';
    case 'unexpected-reply':
      return 'unexpected-reply';
    case 'cancelled':
      return 'cancelled';
  }
}

function factsOf(failure: ProtocolFailure): Readonly<Record<string, string | number | boolean | null>> {
  switch (failure.kind) {
    case 'refused':
      return { kind: failure.kind, status: failure.status, code: failure.code };
    default:
      return { ...failure };
  }
}

/** The throwable form of {@link ProtocolFailure}. Its message and details hold no secret. */
export class ProtocolError extends BinderyError {
  readonly failure: ProtocolFailure;
  /** `GET /suggestions/…`, without the query. */
  readonly call: string;
  readonly changes: boolean;
  /** An earlier try of the same call got no trustworthy answer; this failure says nothing of that one. */
  readonly isRetryOfUncertain: boolean;

  /** @param changes whether the call was one that changes something at the server. */
  constructor(
    failure: ProtocolFailure,
    message: string,
    call: { readonly name: string; readonly changes: boolean; readonly isRetryOfUncertain?: boolean },
  ) {
    super(errorCodeOf(failure), message, { details: { ...factsOf(failure), call: call.name } });
    this.name = 'ProtocolError';
    this.failure = failure;
    this.call = call.name;
    this.changes = call.changes;
    this.isRetryOfUncertain = call.isRetryOfUncertain ?? false;
  }

  /** The same failure, of a call whose earlier try may have been applied. */
  afterUncertain(): ProtocolError {
    return new ProtocolError(this.failure, this.message, {
      name: this.call,
      changes: this.changes,
      isRetryOfUncertain: true,
    });
  }

  /** True when the server may have applied the call: whoever wants to send it again has to read back first. */
  get mayHaveBeenApplied(): boolean {
    if (!this.changes) return false;
    const { failure } = this;
    return (
      this.isRetryOfUncertain ||
      failure.kind === 'ambiguous' ||
      failure.kind === 'unexpected-reply' ||
      (failure.kind === 'cancelled' && failure.sent)
    );
  }

  /** HTTP status of the server's answer, or null when none came. */
  get status(): number | null {
    return 'status' in this.failure ? this.failure.status : null;
  }
}

/** Whether the error is the server's "no" with this HTTP status. */
export function isRefusedWith(thrown: unknown, status: number): thrown is ProtocolError {
  return thrown instanceof ProtocolError && thrown.failure.kind === 'refused' && thrown.failure.status === status;
}

/** The suggestion code (0 to 23) the server refused with, or null. */
export function refusalCodeOf(thrown: unknown): number | null {
  return thrown instanceof ProtocolError && thrown.failure.kind === 'refused' ? thrown.failure.code : null;
}
