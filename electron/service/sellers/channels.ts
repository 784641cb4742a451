import { type ChannelPair, channelsToAsk, mappedChannels } from '../../../shared/domain/channels.ts';
import { jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';

interface Stored {
  channels: string;
  sales_channels: string | null;
}

function ofSeller(database: ReadableDatabase, sellerId: string) {
  const stored = statement<[string], Stored>(database, 'SELECT channels, sales_channels FROM seller WHERE id = ?').get(
    sellerId,
  );
  const own = statement<[string], ChannelPair>(
    database,
    `SELECT target_id AS marketplaceChannel, seller_value AS sellerChannel FROM mapping WHERE seller_id = ? AND kind = 'channel'`,
  ).all(sellerId);
  return {
    mapped: mappedChannels(jsonOf<ChannelPair[]>(stored?.channels ?? null, []), own),
    selected: jsonOf<string[] | null>(stored?.sales_channels ?? null, null),
  };
}

/** What answers for which of our channels at a seller: the backend's mapping, and ours before it. */
export function channelPairsOf(database: ReadableDatabase, sellerId: string): ChannelPair[] {
  return ofSeller(database, sellerId).mapped;
}

/** On which channels a seller is asked for prices. Empty when it sells on none of the marketplace's. */
export function channelsAskedOf(database: ReadableDatabase, sellerId: string): ChannelPair[] {
  const { mapped, selected } = ofSeller(database, sellerId);
  const sold = statement<[], { value: string }>(
    database,
    `SELECT value FROM setting WHERE key = 'salesChannels'`,
  ).get();
  return channelsToAsk(jsonOf<string[]>(sold?.value ?? null, ['1']), selected, mapped);
}
