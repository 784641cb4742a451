import { z } from 'zod';
import type { OrderFilter } from '../../shared/contract/orders.ts';
import { type Attention, attentions } from '../../shared/domain/orders/attention.ts';
import { marketplaceStates } from '../../shared/domain/orders/flow.ts';

/** A list: all, all that need a person, those for one reason, the operator's own. */
export const chips = ['all', 'any', 'mine', ...attentions] as const;
export type Chip = (typeof chips)[number];

/** What the list is narrowed to; kept as a view under a name. */
export const shownOrders = z.object({
  chip: z.enum(chips),
  text: z.string().max(100),
  sellerIds: z.array(z.string().max(200)).max(200),
  states: z.array(z.enum(marketplaceStates)).max(20),
});
export type ShownOrders = z.infer<typeof shownOrders>;

export const savedViews = z.array(z.object({ name: z.string().min(1).max(60), shown: shownOrders })).max(30);
export type SavedView = z.infer<typeof savedViews>[number];
/** So many fit beside each other. */
export const mostViews = 20;

export const everything: ShownOrders = { chip: 'all', text: '', sellerIds: [], states: [] };

/** Whether the list is ranked by what is due and what it is worth: where all of it needs a person. */
export function isBoard(chip: Chip): boolean {
  return chip !== 'all' && chip !== 'mine';
}

/** Whether two show the same; in which order sellers and states were chosen is no difference. */
export function showsSame(one: ShownOrders, other: ShownOrders): boolean {
  const key = ({ chip, text, sellerIds, states }: ShownOrders) =>
    JSON.stringify([chip, text.trim(), sellerIds.toSorted(), states.toSorted()]);
  return key(one) === key(other);
}

/** The filter of the contract. @param text what of the search has settled */
export function filterOf({ chip, sellerIds, states }: ShownOrders, text: string): OrderFilter {
  const reason: Attention | 'any' | null = chip === 'all' || chip === 'mine' ? null : chip;
  return {
    ...(chip === 'mine' && { mine: true }),
    ...(reason !== null && { attention: reason }),
    // ids of the register's list, or of a view that was kept from it
    ...(sellerIds.length > 0 && { sellerIds: sellerIds as NonNullable<OrderFilter['sellerIds']> }),
    ...(states.length > 0 && { states }),
    ...(text.trim() !== '' && { text: text.trim() }),
  };
}
