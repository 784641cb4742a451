/** Errors as the backend answers them: an HTTP status and `{code, name, message, field?}`. */

/** Names of the suggestion codes 0 to 23, by code. */
const SUGGESTION_CODES = [
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
] as const;

const STATUS_BY_CODE: Readonly<Record<number, number>> = { 16: 404, 17: 409, 18: 409, 22: 409, 23: 409 };

export interface ErrorBody {
  readonly code: number | string;
  readonly name: string;
  readonly message: string;
  readonly field?: string;
}

/** Thrown by any handler; the server turns it into the reply. */
export class ProtocolError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.status = status;
    this.body = body;
  }
}

/** One of the suggestion codes 0 to 23, with its HTTP status. */
export function suggestionError(code: number, message: string, field?: string): ProtocolError {
  const name = SUGGESTION_CODES[code] ?? 'NotSpecified';
  return new ProtocolError(STATUS_BY_CODE[code] ?? 400, {
    code,
    name,
    message,
    ...(field === undefined ? {} : { field }),
  });
}

/** 400 that names a field. */
export function invalidField(field: string, message: string): ProtocolError {
  return new ProtocolError(400, { code: 'InvalidField', name: 'InvalidField', message: `${field}: ${message}`, field });
}

/** 404 of anything but a suggestion. */
export function notFound(what: string): ProtocolError {
  return new ProtocolError(404, { code: 'NotFound', name: 'NotFound', message: `${what} not found` });
}
