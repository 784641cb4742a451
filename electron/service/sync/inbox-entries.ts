import { affiliateChanges } from '../endpoints/affiliate-body.ts';
import type { IncomingNotification } from '../endpoints/types.ts';
import type { InboxEntry } from './inbox-writes.ts';

/**
 * What a seller's message is in the inbox: an affiliate's notification is one entry for each thing that it says has changed.
 * Its body is kept sealed.
 */
export function inboxEntriesOf(incoming: IncomingNotification, seal: (text: string) => string): InboxEntry[] {
  const { kind, sellerId, sellerSkuId, receivedAt, body, signature, raw } = incoming;
  const entry: Omit<InboxEntry, 'kind' | 'body'> = {
    sellerId,
    sellerSkuId,
    receivedAt,
    ...(signature ? { signature } : {}),
    origin: {
      credentialId: incoming.credentialId,
      address: incoming.address,
      target: incoming.target,
      digest: incoming.digest,
      operationId: incoming.headersId ?? null,
      reply: incoming.reply,
      sealed: raw === null ? null : seal(raw),
    },
  };
  if (kind === 'affiliate') return affiliateChanges(body).map((change) => ({ ...entry, kind: change, body: null }));
  return [{ ...entry, kind, body: kind === 'suggestion' ? JSON.stringify(body) : null }];
}
