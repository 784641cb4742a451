/** What is published, and what is asked between the processes of a workspace. */
import { z } from 'zod';
import type { IncomingNotification } from '../endpoints/types.ts';
import type { Delivered, StreamMessage } from '../stream/types.ts';
import { inboxEntriesOf } from '../sync/inbox-entries.ts';
import type { InboxEntry } from '../sync/inbox-writes.ts';
import type { WorkspaceKey } from './records.ts';

export const keyOf = (sellerId: string, sellerSkuId: string): string => JSON.stringify([sellerId, sellerSkuId]);

/**
 * Sellers' calls as messages. A signed call has its signature for an id: sent to two gateways, it is in the stream once.
 * @param uuid for the others: a gateway that could not be sure publishes again under the same one
 */
export function messagesOf(
  arrived: readonly IncomingNotification[],
  key: WorkspaceKey,
  uuid: () => string,
): StreamMessage[] {
  return arrived.map((each) => ({
    id: each.signature === undefined ? uuid() : `signed-${each.signature.digest}`,
    key: keyOf(each.sellerId, each.sellerSkuId),
    subject: 'inbox' as const,
    body: JSON.stringify(inboxEntriesOf(each, key.seal)),
  }));
}

/** The same messages with sellers' bodies sealed for this desk's own file. */
export function resealed(
  messages: readonly Delivered[],
  key: WorkspaceKey,
  seal: (text: string) => string,
): readonly Delivered[] {
  return messages.map((message) => {
    if (message.subject !== 'inbox' || !message.body.includes('"sealed":"')) return message;
    // written by messagesOf
    const entries = (JSON.parse(message.body) as InboxEntry[]).map((entry) => {
      const body = entry.origin?.sealed ? key.unseal(entry.origin.sealed) : null;
      return entry.origin === undefined
        ? entry
        : { ...entry, origin: { ...entry.origin, sealed: body === null ? null : seal(body) } };
    });
    // what one message brings shares one body: entries of one origin are told by its identity
    const [first] = entries;
    const shared = first?.origin;
    const body = JSON.stringify(entries.map((entry) => (shared ? { ...entry, origin: shared } : entry)));
    return { ...message, body };
  });
}

/** What a gateway asks, which keeps nothing itself. */
export const question = z.discriminatedUnion('about', [
  z.object({ about: z.literal('bound'), sellerId: z.string(), sellerSkuId: z.string() }),
  z.object({ about: z.literal('sku'), sellerId: z.string(), skuId: z.number() }),
  z.object({ about: z.literal('simulation'), sellerId: z.string(), sellerSkuId: z.string() }),
]);
export type Question = z.infer<typeof question>;

export const answers = {
  bound: z.boolean(),
  sku: z.string().nullable(),
  simulation: z.object({ passed: z.boolean(), message: z.string() }),
};
