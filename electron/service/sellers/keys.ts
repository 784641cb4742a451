import type { SecretStore } from '../secrets.ts';

/** What a seller gave the marketplace to call it with (protocol, section 2). */
export interface SellerKeys {
  readonly appKey: string;
  readonly appToken: string;
}

const nameOf = (sellerId: string) => `orders.seller.${sellerId}`;

/** @param secrets the open profile's own @returns undefined: the seller is called without */
export async function readSellerKeys(secrets: SecretStore, sellerId: string): Promise<SellerKeys | undefined> {
  const text = await secrets.get(nameOf(sellerId));
  // written below only
  return text === null ? undefined : (JSON.parse(text) as SellerKeys);
}

/** @param keys null: they are forgotten */
export async function writeSellerKeys(secrets: SecretStore, sellerId: string, keys: SellerKeys | null): Promise<void> {
  await secrets.set(nameOf(sellerId), keys && JSON.stringify({ appKey: keys.appKey, appToken: keys.appToken }));
}
