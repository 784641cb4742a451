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
