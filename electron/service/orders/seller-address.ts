/** How a seller is reached about orders: what was set for it, or what the register says. */
import { BinderyError } from '../../../shared/domain/errors.ts';
import { jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';
import { type SellerAddress, sellerFaces } from '../protocol/seller-orders.ts';

export interface StoredAddress {
  face: string | null;
  base_url: string | null;
  affiliate_id: string | null;
  endpoint: string | null;
  channels: string;
}

const unknown: StoredAddress = { face: null, base_url: null, affiliate_id: null, endpoint: null, channels: '[]' };

export function storedAddress(database: ReadableDatabase, sellerId: string): StoredAddress {
  return (
    statement<[string, string], StoredAddress>(
      database,
      `SELECT f.face, f.base_url, f.affiliate_id, s.endpoint, COALESCE(s.channels, '[]') AS channels
         FROM (SELECT ? AS id) k LEFT JOIN order_seller f ON f.seller_id = k.id LEFT JOIN seller s ON s.id = ?`,
    ).get(sellerId, sellerId) ?? unknown
  );
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
  const channel = jsonOf<{ marketplaceChannel: string; sellerChannel: string }[]>(stored.channels, []).find(
    ({ marketplaceChannel }) => marketplaceChannel === salesChannel,
  );
  return {
    sellerId,
    face: sellerFaces.find((face) => face === stored.face) ?? 'external',
    baseUrl,
    affiliateId: stored.affiliate_id ?? 'MKP',
    salesChannel: channel?.sellerChannel ?? salesChannel,
    keys,
  };
}
