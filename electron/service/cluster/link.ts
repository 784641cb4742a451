/** The way to the broker, for a process that lives longer than any connection: opened when it can be, watched, opened again. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../context.ts';
import type { StreamMessage } from '../stream/types.ts';
import { type Broker, type BrokerOptions, openBroker } from './broker.ts';

export interface Link {
  /** Null until it was reached for the first time. */
  readonly broker: Broker | null;
  /** Why nothing can be published now, for people; null when it can. */
  problem(): string | null;
  /** @throws at once when the broker is known to be away */
  publish(messages: readonly StreamMessage[]): Promise<void>;
  /** Runs with the broker, whenever it was opened anew. What it throws is a problem that lasts. */
  onOpen(use: (broker: Broker) => Promise<void>): void;
  close(): Promise<void>;
}

/** Milliseconds between two looks, how long one may take, and between two tries to reach it. */
const lookEvery = 1_000;
const lookPatience = 2_500;
const tryEvery = 500;

export function openLink(options: BrokerOptions, log: Log): Link {
  const where = options.servers.map((server) => new URL(server).host).join(', ');
  const closing = new AbortController();
  const users: ((broker: Broker) => Promise<void>)[] = [];
  let broker: Broker | null = null;
  let problem: string | null = `the broker at ${where} was not reached yet`;
  let lasting: string | null = null;

  function say(next: string | null): void {
    if (next === problem) return;
    problem = next;
    if (next === null) log('info', 'the broker takes messages', { broker: where });
    else log('warn', 'the broker takes no messages', { problem: next });
  }
  async function use(opened: Broker, each: (broker: Broker) => Promise<void>): Promise<void> {
    try {
      await each(opened);
    } catch (error) {
      if (closing.signal.aborted) return;
      lasting = error instanceof Error ? error.message : String(error);
      log('error', 'the workspace cannot be joined', { problem: lasting });
    }
  }
  const pause = (milliseconds: number) =>
    wait(milliseconds, undefined, { signal: closing.signal }).catch(() => undefined);
  const running = (async () => {
    while (!closing.signal.aborted) {
      if (broker === null) {
        try {
          broker = await openBroker(options);
          const opened = broker;
          opened.closed.finally(() => {
            if (broker === opened) broker = null;
          });
          for (const each of users) void use(opened, each);
          say(null);
        } catch (error) {
          say(`the broker at ${where} cannot be reached (${error instanceof Error ? error.message : String(error)})`);
          await pause(tryEvery);
          continue;
        }
      }
      await pause(lookEvery);
      if (broker === null || closing.signal.aborted) continue;
      const late = wait(lookPatience, 'it does not answer', { ref: false });
      const outcome = await Promise.race([
        broker.probe().then(
          () => null,
          (error: unknown) => (error instanceof Error ? error.message : String(error)),
        ),
        late,
      ]);
      say(outcome === null ? null : `the broker at ${where} is away (${outcome})`);
    }
  })();

  return {
    get broker() {
      return broker;
    },
    problem: () => lasting ?? problem,
    async publish(messages) {
      const away = lasting ?? problem;
      if (broker === null || away !== null) throw new Error(away ?? 'the broker was not reached yet');
      await broker.stream.publish(messages);
    },
    onOpen(each) {
      users.push(each);
      if (broker !== null) void use(broker, each);
    },
    async close() {
      closing.abort();
      await running;
      await broker?.close();
    },
  };
}
