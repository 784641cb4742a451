/** How a seller is reached about orders: what was set for it, or what the register says. */
import type { ChannelPair } from '../../../shared/domain/channels.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { sellerFaces } from '../protocol/seller-faces.ts';
import type { SellerAddress } from '../protocol/seller-orders.ts';
import { channelPairsOf } from '../sellers/channels.ts';

export interface StoredAddress {
  face: string | null;
  base_url: string | null;
  affiliate_id: string | null;
  endpoint: string | null;
  channels: readonly ChannelPair[];
}

const unknown: StoredAddress = { face: null, base_url: null, affiliate_id: null, endpoint: null, channels: [] };

export function storedAddress(database: ReadableDatabase, sellerId: string): StoredAddress {
  const stored = statement<[string, string], Omit<StoredAddress, 'channels'>>(
    database,
    `SELECT f.face, f.base_url, f.affiliate_id, s.endpoint
       FROM (SELECT ? AS id) k LEFT JOIN order_seller f ON f.seller_id = k.id LEFT JOIN seller s ON s.id = ?`,
  ).get(sellerId, sellerId);
  return { ...unknown, ...stored, channels: channelPairsOf(database, sellerId) };
}

/** @throws BinderyError `address-refused` when nothing says where the seller is */
export function addressOf(
  sellerId: string,
  stored: StoredAddress,
  salesChannel: string,
  keys: SellerAddress['keys'],
): SellerAddress {
  const baseUrl = stored.base_url ?? stored.endpoint;
  if (baseUrl === null)
    throw new BinderyError('address-refused', 'This seller has no endpoint. Give it one in Sellers.');
  const channel = stored.channels.find(({ marketplaceChannel }) => marketplaceChannel === salesChannel);
  return {
    sellerId,
    face: sellerFaces.find((face) => face === stored.face) ?? 'external',
    baseUrl,
    affiliateId: stored.affiliate_id ?? 'MKP',
    salesChannel: channel?.sellerChannel ?? salesChannel,
    keys,
  };
}
