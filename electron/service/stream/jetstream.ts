import { setTimeout as wait } from 'node:timers/promises';
import {
  DeliverPolicy,
  JetStreamApiError,
  type JsMsg,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { holdLease } from './lease.ts';
import {
  type Delivered,
  type Follow,
  type MessageStream,
  type StreamMessage,
  type StreamOptions,
  streamDefaults,
  subjects,
} from './types.ts';

const nanoseconds = 1_000_000;

export interface JetStreamOptions extends StreamOptions {
  /** Closed with the stream. */
  readonly connection: NatsConnection;
  /** Of the workspace: letters, digits, - and _. */
  readonly workspace: string;
  /** Copies of each message: 1 for one server, 3 for a cluster. */
  readonly replicas: number;
  /** Milliseconds within which a repeated id is dropped. */
  readonly repeatsMs: number;
}

export const jetStreamDefaults = { ...streamDefaults, replicas: 1, repeatsMs: 10 * 60_000 };

/** How long a call of the broker may take, and how long one message is tried; in milliseconds. */
const patience = 5_000;
const publishPatience = 9_000;

/** The broker's code of an error. */
const noSuchStream = 10_059;

export const streamName = (workspace: string): string => `BINDERY_${workspace}`;

/**
 * The engine for several machines: one stream of files a workspace. A message is acknowledged by the broker once it is in the
 * stream; an id that is published again within the window is dropped. A follower starts after its own cursor, so that the broker
 * remembers nothing of followers, and one that comes back after a week goes on where it was.
 */
export async function openJetStream(options: JetStreamOptions): Promise<MessageStream> {
  const { connection } = options;
  const stream = streamName(options.workspace);
  const manager = await jetstreamManager(connection, { timeout: patience });
  const config = {
    subjects: [`${stream}.>`],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    num_replicas: options.replicas,
    max_age: options.keptMs * nanoseconds,
    duplicate_window: options.repeatsMs * nanoseconds,
  };
  async function opened(): Promise<string> {
    try {
      const { created } = await manager.streams.info(stream);
      await manager.streams.update(stream, config);
      return created;
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === noSuchStream)) throw error;
      return (await manager.streams.add({ name: stream, ...config })).created;
    }
  }
  const incarnation = await opened();
  const client = jetstream(connection, { timeout: patience });
  const leases = await new Kvm(connection).create(`${stream}_LEASES`, { ttl: options.leaseMs, history: 1 });
  const closing = new AbortController();

  /**
   * Hands on what comes, in batches, until the iterator ends or leaves one out: places follow one another, unless the stream has let
   * go of some meanwhile. `place` moves with what was handed on.
   */
  async function take(
    messages: AsyncIterable<JsMsg>,
    place: { cursor: number },
    onMessages: Follow['onMessages'],
  ): Promise<void> {
    let batch: Delivered[] = [];
    let missed = false;
    for await (const message of messages) {
      const last = batch.at(-1)?.sequence ?? place.cursor;
      if (message.seq <= last) continue;
      if (message.seq !== last + 1) {
        const { state } = await manager.streams.info(stream);
        if (state.first_seq < message.seq) return; // left out: asked for again from the cursor
        missed = place.cursor > 0;
      }
      const subject = subjects.find((each) => message.subject === `${stream}.${each}`);
      if (subject === undefined) throw new Error(`${message.subject} is no subject of a stream`);
      batch.push({
        sequence: message.seq,
        id: message.headers?.get('Nats-Msg-Id') ?? '',
        subject,
        body: message.string(),
      });
      if (batch.length < options.mostTogether && message.info.pending > 0) continue;
      await onMessages(batch, missed).catch((cause: unknown) => {
        throw new FollowerError('the follower could not apply what came', { cause });
      });
      place.cursor = message.seq;
      batch = [];
      missed = false;
    }
  }

  /** Tries again under the same id until the broker says that it is in the stream, or for so long. */
  async function publishOne({ id, subject, body }: StreamMessage): Promise<void> {
    const deadline = performance.now() + publishPatience;
    for (;;) {
      try {
        await client.publish(`${stream}.${subject}`, body, { msgID: id, timeout: patience, retries: 0 });
        return;
      } catch (error) {
        if (closing.signal.aborted || connection.isClosed() || performance.now() > deadline) throw error;
        await wait(200, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }

  return {
    incarnation,
    async publish(messages) {
      // one that has to be tried again must not fall behind a later one of its key: that one waits for it, others do not
      const keys = new Map<string, StreamMessage[]>();
      for (const message of messages) {
        const queue = keys.get(message.key);
        if (queue) queue.push(message);
        else keys.set(message.key, [message]);
      }
      const all = await Promise.allSettled(
        Array.from(keys.values(), async (queue) => {
          for (const message of queue) await publishOne(message);
        }),
      );
      const failed = all.find((each) => each.status === 'rejected');
      if (failed) throw failed.reason;
    },
    async last() {
      return (await manager.streams.info(stream)).state.last_seq;
    },
    async follow({ after, onMessages, signal }) {
      const ended = AbortSignal.any([signal, closing.signal]);
      const place = { cursor: after };
      while (!ended.aborted) {
        try {
          const consumer = await client.consumers.get(stream, {
            deliver_policy: DeliverPolicy.StartSequence,
            opt_start_seq: place.cursor + 1,
          });
          const messages = await consumer.consume({ max_messages: options.mostTogether });
          const stop = () => messages.stop();
          ended.addEventListener('abort', stop, { once: true });
          try {
            await take(messages, place, onMessages);
          } finally {
            ended.removeEventListener('abort', stop);
            messages.stop();
          }
        } catch (error) {
          if (ended.aborted) return;
          // what the follower throws is its own; what the broker says passes with the broker
          if (error instanceof FollowerError) throw error.cause;
          await wait(250, undefined, { signal: ended }).catch(() => undefined);
        }
      }
    },
    async acquire(name, holder) {
      let revision: number;
      try {
        revision = await leases.create(name, holder);
      } catch {
        return null;
      }
      const fence = revision;
      return holdLease({
        fence,
        leaseMs: options.leaseMs,
        closed: closing.signal,
        renew: async () => {
          try {
            revision = await leases.update(name, holder, revision);
            return true;
          } catch (error) {
            // another value than ours is there: lost; no answer: not known yet
            if (error instanceof Error && /wrong last sequence/.test(error.message)) return false;
            throw error;
          }
        },
        release: async () => {
          await leases.delete(name, { previousSeq: revision });
        },
      });
    },
    async close() {
      closing.abort();
      await connection.close();
    },
  };
}

class FollowerError extends Error {}
