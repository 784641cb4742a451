import type { Attention } from '../../shared/domain/orders/attention.ts';

export type Counts = Readonly<Partial<Record<Attention, number>>>;

/** What an operator is told of unless they choose otherwise: what runs out of time, or stops without a person. */
export const usualNotices: readonly Attention[] = [
  'integration-failed',
  'cancellation-asked',
  'seller-canceled',
  'window-closing',
  'change-waiting',
];

/** The wanted reasons that more orders have than before, and how many more. */
export function risen(
  before: Counts,
  after: Counts,
  wanted: readonly Attention[],
): { readonly reason: Attention; readonly by: number }[] {
  return wanted.flatMap((reason) => {
    const by = (after[reason] ?? 0) - (before[reason] ?? 0);
    return by > 0 ? [{ reason, by }] : [];
  });
}
