/** The matching domain, as the rest of the service sees it. */
export { createCatalogIndex } from './catalog-index.ts';
export { createMatchingHost, MatchingError, type MatchingHost, type MatchingHostOptions } from './host.ts';
export { normalizeGtin, normalizeModel } from './identifiers.ts';
export type * from './types.ts';
