/** A sales channel of the marketplace, and what the seller calls the channel that answers for it. */
export interface ChannelPair {
  readonly marketplaceChannel: string;
  readonly sellerChannel: string;
}

/**
 * The backend's mapping of a seller, with what operators here have said of the seller's channels: that goes first, both for the
 * channel of the seller and for the marketplace's.
 */
export function mappedChannels(backend: readonly ChannelPair[], own: readonly ChannelPair[]): ChannelPair[] {
  const sellers = new Set(own.map(({ sellerChannel }) => sellerChannel));
  const ours = new Set(own.map(({ marketplaceChannel }) => marketplaceChannel));
  return [...own, ...backend.filter((pair) => !sellers.has(pair.sellerChannel) && !ours.has(pair.marketplaceChannel))];
}

/**
 * On which channels a seller is asked for prices, in the marketplace's order: where the marketplace sells and the seller is
 * mapped to. A seller without any mapping is asked by the marketplace's own channel numbers, wherever the register has it selected.
 * Empty when the seller sells on none of them.
 * @param selected the marketplace's channels that the register has the seller selected for; null when it does not say
 */
export function channelsToAsk(
  sold: readonly string[],
  selected: readonly string[] | null,
  mapped: readonly ChannelPair[],
): ChannelPair[] {
  if (mapped.length === 0)
    return sold
      .filter((channel) => selected === null || selected.includes(channel))
      .map((channel) => ({ marketplaceChannel: channel, sellerChannel: channel }));
  return sold.flatMap((channel) => mapped.find(({ marketplaceChannel }) => marketplaceChannel === channel) ?? []);
}
