import { setTimeout as wait } from 'node:timers/promises';
import { instantOf } from '../../../shared/domain/brand.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import { holdLease } from './lease.ts';
import { type MessageStream, type StreamOptions, streamDefaults } from './types.ts';

/** Milliseconds between two looks for messages that another process wrote. */
const look = 50;

/** The engine for one machine: a table of a database that every process of the workspace opens. */
export function openSqliteStream(
  database: ServiceDatabase,
  now: () => number = Date.now,
  { leaseMs, mostTogether, keptMs }: StreamOptions = streamDefaults,
): MessageStream {
  const closing = new AbortController();
  let woken = Promise.withResolvers<void>();
  return {
    incarnation: 'file',
    async publish(messages) {
      await database.write('stream.publish', {
        messages,
        at: instantOf(now()),
        forgetBefore: instantOf(now() - keptMs),
      });
      woken.resolve();
      woken = Promise.withResolvers();
    },
    last: () => database.write('stream.last', {}),
    async follow({ after, onMessages, signal }) {
      const ended = AbortSignal.any([signal, closing.signal]);
      for (let cursor = after; !ended.aborted; ) {
        const next = woken.promise;
        const { messages, first } = await database.write(
          'stream.next',
          { after: cursor, limit: mostTogether },
          { priority: 'sync' },
        );
        const last = messages.at(-1);
        if (last) {
          await onMessages(messages, cursor > 0 && first > cursor + 1);
          cursor = last.sequence;
        } else await Promise.race([next, wait(look, undefined, { signal: ended }).catch(() => undefined)]);
      }
    },
    async acquire(name, holder) {
      const take = (fence: number | null) =>
        database.write('stream.lease', { name, holder, now: now(), until: now() + leaseMs, fence });
      const fence = await take(null);
      if (fence === null) return null;
      return holdLease({
        fence,
        leaseMs,
        closed: closing.signal,
        renew: async () => (await take(fence)) !== null,
        release: async () => {
          await database.write('stream.lease', { name, holder, now: now(), until: now() - 1, fence });
        },
      });
    },
    async close() {
      closing.abort();
      woken.resolve();
    },
  };
}
