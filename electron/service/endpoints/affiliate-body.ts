/** The notification of a seller that is a store on the platform itself. Seen in several capitalisations: all are taken. */
import { z } from 'zod';

const id = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => text.trim() !== '', 'must not be empty');

const fields = z.looseObject({ an: id, idsku: id });

export interface AffiliateSender {
  /** The seller's account. */
  readonly sellerId: string;
  readonly sellerSkuId: string;
}

/** Who a notification is from and what about, or the field that is missing. */
export function affiliateSenderOf(body: unknown): AffiliateSender | { readonly missing: string } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { missing: 'body' };
  const lower = Object.fromEntries(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value as unknown]));
  const parsed = fields.safeParse(lower);
  if (parsed.success) return { sellerId: parsed.data.an, sellerSkuId: parsed.data.idsku };
  return { missing: parsed.error.issues[0]?.path[0] === 'an' ? 'An' : 'IdSku' };
}

/** What an affiliate's notification says has changed. A SKU that was removed or inactivated is asked for its stock, which is none. */
export function affiliateChanges(body: unknown): readonly ('price' | 'inventory' | 'sku')[] {
  if (typeof body !== 'object' || body === null) return ['price'];
  const lower = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
  const isSet = (name: string) => lower.get(name) === true || lower.get(name) === 'true';
  const changes: ('price' | 'inventory' | 'sku')[] = [];
  if (isSet('pricemodified')) changes.push('price');
  const isGone = lower.get('isactive') === false || isSet('hasstockkeepingunitremovedfromaffiliate');
  if (isSet('stockmodified') || isGone) changes.push('inventory');
  if (isSet('hasstockkeepingunitmodified')) changes.push('sku');
  // a notification without a flag says "look again"
  return changes.length > 0 ? changes : ['price'];
}
