/**
 * A desk of a workspace that several processes run: it follows the stream into its own file, hands what it has to ask itself
 * over to the stream, and, when it holds the lease, does the asking and telling for all.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { instantOf } from '../../../shared/domain/brand.ts';
import type { Ambient, Log } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { Applied, ResultMessage } from '../stream/statements.ts';
import type { Delivered, Lease, StreamMessage } from '../stream/types.ts';
import type { Outcome } from '../sync/outbox-writes.ts';
import type { SharedWork } from '../sync/shared-work.ts';
import type { Broker } from './broker.ts';
import type { Link } from './link.ts';
import { keyOf, resealed } from './messages.ts';
import { keyRecord, recordOf, type SharedRecord, type WorkspaceKey } from './records.ts';

export interface DeskOptions {
  readonly link: Link;
  readonly key: WorkspaceKey;
  readonly database: ServiceDatabase;
  /** Seals for this desk's own file. */
  readonly seal: (text: string) => string;
  readonly ambient: Ambient;
  readonly log: Log;
  /** Messages were applied here. */
  readonly onApplied: (applied: Applied) => void;
  /** It leads from now on, or no longer. */
  readonly onLead: (isLeading: boolean) => void;
  readonly onRecord: (record: NonNullable<SharedRecord>) => Promise<void>;
  /** All records were told: what only this desk knows of can be shared now. */
  readonly onJoined: () => Promise<void>;
  /** @throws when it cannot be told here yet */
  readonly answer: (question: string) => Promise<string>;
}

export interface Desk extends SharedWork {
  readonly isLeading: boolean;
  /** There may be entries of the inbox that are to be handed over. */
  wake(): void;
  stop(): Promise<void>;
}

/** Milliseconds between two tries to lead, and after a failure; entries handed over together. */
const tryToLead = 1_000;
const afterFailure = 500;
const ownAtOnce = 500;
/** Between two looks for entries of its own that nobody spoke of. */
const lookForOwn = 1_000;

export function openDesk(options: DeskOptions): Desk {
  const { link, key, database, ambient, log } = options;
  const closing = new AbortController();
  /** Told by this desk and not yet come back by the stream: by the message's id. */
  const underWay = new Map<string, () => void>();
  const works = new Set<Promise<void>>();
  let joined = new AbortController();
  let lease: Lease | null = null;
  let isLeading = false;
  let fence = 0;
  let records: Promise<void> = Promise.resolve();
  let leadingFrom = Promise.withResolvers<void>();
  let handingOver: Promise<void> | null = null;
  let wokenAgain = false;
  let deskId: Promise<string> | null = null;

  const pause = (milliseconds: number, signal: AbortSignal) =>
    wait(milliseconds, undefined, { signal }).catch(() => undefined);
  const run = (work: () => Promise<void>): void => {
    const running: Promise<void> = work()
      .catch((error: unknown) => {
        if (!closing.signal.aborted) log('error', 'the workspace’s stream failed', { problem: String(error) });
      })
      .finally(() => works.delete(running));
    works.add(running);
  };

  /** Its own name among the desks, for as long as its file lives. */
  async function nameOfOurs(): Promise<string> {
    const known = (await database.read('sync.state', {})).deskId;
    if (typeof known === 'string') return known;
    const chosen = ambient.uuid();
    await database.write('pull.state', { name: 'deskId', value: chosen });
    return chosen;
  }

  async function onMessages(messages: readonly Delivered[], missed: boolean, name: string): Promise<void> {
    if (missed) {
      const [first] = messages;
      const count = await database.write('stream.missed', { before: first?.sequence ?? 0 });
      log('error', 'this desk was away for longer than the stream keeps messages; prices follow within a day', {
        askedAgain: count,
      });
      wake();
    }
    const applied = await database.write(
      'stream.apply',
      { name, messages: resealed(messages, key, options.seal) },
      { priority: 'sync' },
    );
    fence = applied.fence;
    if (lease !== null && fence >= lease.fence) leadingFrom.resolve();
    for (const { id } of messages) {
      underWay.get(id)?.();
      underWay.delete(id);
    }
    options.onApplied(applied);
  }

  async function follow(broker: Broker, name: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const after = await database.write('stream.enter', { name });
        await broker.stream.follow({
          after,
          signal,
          onMessages: (messages, missed) => onMessages(messages, missed, name),
        });
      } catch (error) {
        if (signal.aborted) return;
        log('error', 'messages of the workspace could not be applied; they are tried again', {
          problem: error instanceof Error ? error.message : String(error),
        });
        await pause(afterFailure, signal);
      }
    }
  }

  /**
   * Takes the lease whenever it is free. It leads only once its own "I lead" has come back by the stream: by then it has applied
   * what every leader before it had told, and nothing that one tells later counts.
   */
  async function lead(broker: Broker, signal: AbortSignal): Promise<void> {
    deskId ??= nameOfOurs();
    const holder = await deskId;
    while (!signal.aborted) {
      const held = await broker.stream.acquire('leader', holder).catch(() => null);
      if (held === null) {
        await pause(tryToLead, signal);
        continue;
      }
      const over = AbortSignal.any([held.lost, signal]);
      const ended = new Promise<void>((resolve) => {
        if (over.aborted) resolve();
        else over.addEventListener('abort', () => resolve(), { once: true });
      });
      lease = held;
      leadingFrom = Promise.withResolvers();
      const message: StreamMessage = {
        id: ambient.uuid(),
        key: 'lead',
        subject: 'lead',
        body: JSON.stringify({ fence: held.fence }),
      };
      if (await publishUntil(message, over)) {
        await Promise.race([leadingFrom.promise, ended]);
        if (!over.aborted) {
          isLeading = true;
          log('info', 'this desk leads', { fence: held.fence });
          await database.write('inbox.release', { now: instantOf(ambient.now()) });
          await database.write('stream.rescan', {});
          wake();
          options.onLead(true);
          await ended;
          isLeading = false;
          log('info', 'this desk leads no longer', { fence: held.fence });
          options.onLead(false);
        }
      }
      lease = null;
      // answers that are still outstanding are nobody's any more
      for (const resolve of underWay.values()) resolve();
      underWay.clear();
      if (signal.aborted) await held.release().catch(() => undefined);
    }
  }

  /** @returns whether it is known to be in the stream */
  async function publishUntil(message: StreamMessage, over: AbortSignal): Promise<boolean> {
    while (!over.aborted) {
      try {
        await link.publish([message]);
        return true;
      } catch {
        await pause(afterFailure, over);
      }
    }
    return false;
  }

  /** Publishes as the leader, and waits until it is applied here. @returns false when it leads no longer */
  async function tell(message: StreamMessage): Promise<boolean> {
    const held = lease;
    if (held === null || !isLeading) return false;
    const over = AbortSignal.any([held.lost, joined.signal]);
    const back = new Promise<void>((resolve) => underWay.set(message.id, resolve));
    if (!(await publishUntil(message, over))) return false;
    const lost = new Promise<void>((resolve) => over.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([back, lost]);
    return !over.aborted;
  }

  async function handOver(): Promise<void> {
    deskId ??= nameOfOurs();
    const name = await deskId;
    while (!closing.signal.aborted && link.problem() === null && link.broker !== null) {
      const own = await database.write('stream.own', { limit: ownAtOnce }, { priority: 'background' });
      if (own.length === 0) return;
      await link.publish(
        own.map(({ id, entry }) => ({
          id: `${name} ${id} ${entry.receivedAt}`,
          key: keyOf(entry.sellerId, entry.sellerSkuId),
          subject: 'inbox',
          body: JSON.stringify([withKeyOfAll(entry)]),
        })),
      );
      await database.write('stream.handedOver', { ids: own.map(({ id }) => id) }, { priority: 'background' });
    }
  }
  /** What waited in this desk's own file before there was a stream was sealed for that file; its body stays there. */
  const withKeyOfAll = <Entry extends { readonly origin?: { readonly sealed: string | null } }>(entry: Entry): Entry =>
    entry.origin === undefined ? entry : { ...entry, origin: { ...entry.origin, sealed: null } };

  function wake(): void {
    wokenAgain = true;
    handingOver ??= (async () => {
      while (wokenAgain && !closing.signal.aborted) {
        wokenAgain = false;
        await handOver();
      }
    })()
      .catch((error: unknown) => {
        if (!closing.signal.aborted)
          log('warn', 'entries of this desk wait for the broker', { problem: String(error) });
      })
      .finally(() => {
        handingOver = null;
      });
  }
  const looking = setInterval(wake, lookForOwn);
  looking.unref();

  link.onOpen(async (broker) => {
    joined.abort();
    joined = new AbortController();
    const signal = AbortSignal.any([closing.signal, joined.signal]);
    let check: string | null = null;
    await broker.watch((name, value) => {
      const record = recordOf(name, value);
      if (record?.kind === 'key') check = record.check;
      else if (record !== null)
        records = records
          .then(() => (closing.signal.aborted ? undefined : options.onRecord(record)))
          .catch((error: unknown) => log('error', 'a shared record was not kept', { problem: String(error) }));
    });
    if (check === null) await broker.put(keyRecord, key.check);
    else if (check !== key.check)
      throw new Error('this workspace has another key: copy the file that --workspace-key names from one of its desks');
    await records;
    await options.onJoined();
    const name = `workspace ${broker.stream.incarnation}`;
    run(() => follow(broker, name, signal));
    run(() => lead(broker, signal));
    broker.answer(options.answer);
    wake();
  });

  return {
    get isLeading() {
      return isLeading;
    },
    wake,
    async answered(result) {
      const message: ResultMessage = { ...result, fence: lease?.fence ?? 0 };
      return tell({
        id: ambient.uuid(),
        key: keyOf(result.sellerId, result.sellerSkuId),
        subject: 'result',
        body: JSON.stringify(message),
      });
    },
    async settled(entry: string, outcome: Outcome) {
      const body = JSON.stringify({ key: entry, outcome, at: instantOf(ambient.now()) });
      return tell({ id: ambient.uuid(), key: entry, subject: 'settled', body });
    },
    async stop() {
      clearInterval(looking);
      closing.abort();
      joined.abort();
      for (const resolve of underWay.values()) resolve();
      await Promise.allSettled([...works, handingOver ?? undefined, records]);
    },
  };
}
