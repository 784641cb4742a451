import { affiliateChanges } from '../endpoints/affiliate-body.ts';
import type { IncomingNotification } from '../endpoints/types.ts';
import type { InboxEntry } from './inbox-writes.ts';

/** What a seller's message is in the inbox: an affiliate's notification is one entry for each thing that it says has changed. */
export function inboxEntriesOf(incoming: IncomingNotification): InboxEntry[] {
  const { kind, sellerId, sellerSkuId, receivedAt, body, signature } = incoming;
  const entry = { sellerId, sellerSkuId, receivedAt, ...(signature ? { signature } : {}) };
  if (kind === 'affiliate') return affiliateChanges(body).map((change) => ({ ...entry, kind: change, body: null }));
  return [{ ...entry, kind, body: kind === 'suggestion' ? JSON.stringify(body) : null }];
}
