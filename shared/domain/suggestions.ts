/** Below this score, in basis points, nothing says that a suggestion is the product that is offered. */
export const plausibleScore = 800;

interface Judged {
  /** Basis points. */
  readonly score: number;
  readonly evidence: readonly {
    readonly attribute: string;
    readonly verdict: string;
    readonly weight: number;
    readonly offerValue: string | null;
    readonly skuValue: string | null;
  }[];
}

/** Why binding to a suggestion deserves a second question. */
export type Doubt =
  | { readonly kind: 'identifier'; readonly attribute: 'gtin' | 'model'; readonly offer: string; readonly sku: string }
  | { readonly kind: 'score' };

/** What speaks against binding to a suggestion without asking once more: identifiers that conflict, or a hopeless score. */
export function doubtOf({ score, evidence }: Judged): Doubt | null {
  for (const attribute of ['gtin', 'model'] as const) {
    const found = evidence.find((each) => each.attribute === attribute);
    if (found?.verdict === 'conflicts' && found.weight < 0)
      return { kind: 'identifier', attribute, offer: found.offerValue ?? '', sku: found.skuValue ?? '' };
  }
  return score < plausibleScore ? { kind: 'score' } : null;
}

/**
 * Whether a new SKU of the offer is likely to belong to the suggestion's product: it may be this very SKU, or its title says that
 * it is a sibling, in another colour or size.
 */
export function isKin({ score, evidence }: Judged): boolean {
  if (score >= plausibleScore) return true;
  const verdict = (attribute: string) => evidence.find((each) => each.attribute === attribute)?.verdict;
  return verdict('title') === 'agrees' && verdict('brand') !== 'conflicts';
}
