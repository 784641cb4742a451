import { z } from 'zod';
import { create } from 'zustand';
import type { offerFilter } from '../../shared/contract/offers.ts';
import type { CategoryId, SellerId } from '../../shared/domain/brand.ts';
import { parseMinor } from '../../shared/domain/money.ts';
import { expiringBefore } from '../../shared/domain/offer-expiry.ts';

export const chips = ['waiting', 'bind', 'look', 'new', 'conflict', 'expiring', 'denied', 'mine'] as const;
export type Chip = (typeof chips)[number];

/** What the filter row says; prices as they were typed. */
export interface FilterState {
  readonly chip: Chip;
  readonly text: string;
  readonly sellerId: string | null;
  readonly categoryId: number | null;
  readonly priceFrom: string;
  readonly priceTo: string;
  readonly inStock: boolean;
}

export const noFilter: FilterState = {
  chip: 'waiting',
  text: '',
  sellerId: null,
  categoryId: null,
  priceFrom: '',
  priceTo: '',
  inStock: false,
};

/** A filter under a name, as the preference `offers.filters` keeps it. */
export const savedFilters = z.array(
  z.object({
    name: z.string(),
    filter: z.object({
      chip: z.enum(chips),
      text: z.string(),
      sellerId: z.string().nullable(),
      categoryId: z.number().nullable(),
      priceFrom: z.string(),
      priceTo: z.string(),
      inStock: z.boolean(),
    }),
  }),
);

/** Outlives the screen: coming back from another one, the same list is there. */
export const useFilter = create<FilterState>()(() => noFilter);

export const setFilter = (change: Partial<FilterState>): void => useFilter.setState(change);

/** Whether anything but the chip narrows the list. */
export function isNarrowed(state: FilterState): boolean {
  return JSON.stringify({ ...state, chip: 'waiting' }) !== JSON.stringify(noFilter);
}

type OfferFilterInput = z.input<typeof offerFilter>;

/** The contract's filter for what the row says. */
export function filterOf(state: FilterState): OfferFilterInput {
  const { chip } = state;
  const from = parseMinor(state.priceFrom);
  const to = parseMinor(state.priceTo);
  return {
    queue: chip === 'denied' ? 'denied' : 'waiting',
    ...(chip === 'bind' || chip === 'look' || chip === 'new' || chip === 'conflict' ? { band: chip } : {}),
    ...(chip === 'mine' && { mine: true }),
    ...(chip === 'expiring' && { expiresBefore: expiringBefore(Date.now()) }),
    ...(state.text.trim() !== '' && { text: state.text.trim() }),
    // ids that the service gave, kept as plain text in a saved filter
    ...(state.sellerId !== null && { sellerIds: [state.sellerId as SellerId] }),
    ...(state.categoryId !== null && { categoryId: state.categoryId as CategoryId }),
    ...(from !== null && { priceFrom: from }),
    ...(to !== null && { priceTo: to }),
    ...(state.inStock && { inStock: true }),
  };
}
