import { instantOf } from '../../../shared/domain/brand.ts';
import type { ChannelPair } from '../../../shared/domain/channels.ts';
import { ProtocolError } from '../protocol/failure.ts';
import type { ChannelMapping } from '../protocol/sellers.ts';
import type { PullOptions } from './pull-options.ts';

/** Sellers written in one transaction: a few milliseconds of the writer. */
const atOnce = 200;

/** The backend's mapping of a seller's channels in our words. */
export function channelPairs(mapping: readonly ChannelMapping[]): ChannelPair[] {
  return mapping.map(({ marketplaceSalesChannel, sellerChannel }) => ({
    marketplaceChannel: String(marketplaceSalesChannel),
    sellerChannel,
  }));
}

/** The register of sellers, whole. One that is missing is asked for by its id before it is believed gone. */
export async function pullSellers(options: PullOptions): Promise<void> {
  const { database, backend, ambient, signal } = options;
  const generation = ambient.now();
  const records = await backend.sellers.all({ signal });
  for (let start = 0; start < records.length; start += atOnce) {
    const chunk = { records: records.slice(start, start + atOnce), generation };
    await database.write('pull.sellers', chunk, { priority: 'sync' });
  }
  for (const sellerId of await database.read('sellers.unseen', { generation }, { background: true })) {
    const record = await backend.sellers.get(sellerId, { signal });
    if (record) await database.write('pull.sellers', { records: [record], generation }, { priority: 'sync' });
    else await database.write('pull.sellerGone', { sellerId, at: instantOf(ambient.now()) }, { priority: 'sync' });
  }
  options.progress('sellers', 'done', records.length, records.length);
}

/** What a seller calls our sales channels. A backend that refuses to say leaves what was known. */
export async function pullChannels(options: PullOptions, sellerId: string): Promise<void> {
  const { database, backend, signal } = options;
  try {
    const channels = channelPairs(await backend.sellers.channelMapping(sellerId, { signal }));
    await database.write('pull.channels', { sellerId, channels }, { priority: 'sync' });
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.failure.kind !== 'refused') throw error;
    options.log('warn', 'the channels of a seller could not be read', { seller: sellerId, problem: error.message });
  }
}
