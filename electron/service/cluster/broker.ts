/** What the processes of one workspace share by the broker: the stream, small records, and questions to whoever knows. */
import { readFileSync } from 'node:fs';
import { Kvm } from '@nats-io/kv';
import { connect, credsAuthenticator, tokenAuthenticator } from '@nats-io/transport-node';
import { jetStreamDefaults, openJetStream, streamName } from '../stream/jetstream.ts';
import type { MessageStream, StreamOptions } from '../stream/types.ts';

export interface BrokerOptions extends Partial<StreamOptions> {
  /** `nats://` or `tls://` addresses of its servers. */
  readonly servers: readonly string[];
  /** Letters, digits, - and _: everything of the broker that is this workspace's has it in its name. */
  readonly workspace: string;
  /** A file of credentials, and one of the authority of its certificate; or a token. */
  readonly credentialsFile?: string | undefined;
  readonly authorityFile?: string | undefined;
  readonly token?: string | undefined;
  /** Copies of each message: 1 for one server, 3 for a cluster. */
  readonly replicas?: number;
}

export interface Broker {
  readonly stream: MessageStream;
  /** Resolves once it is kept. @throws when the broker is away */
  put(name: string, value: string | null): Promise<void>;
  /** Tells every record, then every change. Resolves once those that were there are told. */
  watch(onRecord: (name: string, value: string | null) => void): Promise<void>;
  /** Asks any process that answers. @throws when none does */
  ask(question: string, milliseconds: number): Promise<string>;
  /** Answers questions from now on, together with the other desks. */
  answer(reply: (question: string) => Promise<string>): void;
  /** Resolves when it can be told whether the stream takes messages. @throws with the reason when it does not */
  probe(): Promise<void>;
  /** Resolves when the connection is closed for good. */
  readonly closed: Promise<unknown>;
  close(): Promise<void>;
}

const patience = 5_000;
/** Bytes of a message: an offer of a megabyte, as JSON in JSON, and once more sealed. */
const leastPayload = 6 * 1_024 * 1_024;

/** @throws when it cannot be reached now, or refuses */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { workspace } = options;
  const connection = await connect({
    servers: [...options.servers],
    name: `bindery ${workspace}`,
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    timeout: patience,
    ...(options.credentialsFile === undefined
      ? {}
      : { authenticator: credsAuthenticator(readFileSync(options.credentialsFile)) }),
    ...(options.token === undefined ? {} : { authenticator: tokenAuthenticator(options.token) }),
    ...(options.authorityFile === undefined ? {} : { tls: { caFile: options.authorityFile } }),
  });
  try {
    const most = connection.info?.max_payload ?? 0;
    // one offer that does not fit would fail everything that is published with it
    if (most < leastPayload)
      throw new Error(`it takes messages of ${most} bytes only: set max_payload to 8MB in its configuration`);
    const stream = await openJetStream({
      ...jetStreamDefaults,
      ...options,
      replicas: options.replicas ?? jetStreamDefaults.replicas,
      connection,
    });
    const name = streamName(workspace);
    const records = await new Kvm(connection).create(`${name}_RECORDS`, {
      history: 1,
      replicas: options.replicas ?? jetStreamDefaults.replicas,
    });
    const asked = `${name}_ASK`;
    return {
      stream,
      async put(record, value) {
        if (value === null) await records.delete(record);
        else await records.put(record, value);
      },
      async watch(onRecord) {
        const { values } = await records.status();
        const first = Promise.withResolvers<void>();
        if (values === 0) first.resolve();
        const changes = await records.watch();
        const reading = (async () => {
          for await (const entry of changes) {
            onRecord(entry.key, entry.operation === 'PUT' ? entry.string() : null);
            if (entry.delta === 0) first.resolve();
          }
        })();
        reading.then(first.resolve, first.reject);
        await first.promise;
      },
      async ask(question, milliseconds) {
        return (await connection.request(asked, question, { timeout: milliseconds })).string();
      },
      answer(reply) {
        connection.subscribe(asked, {
          queue: 'desks',
          callback: (error, message) => {
            if (error !== null) return;
            // who cannot answer is silent: the one that asks has a limit of its own
            reply(message.string()).then(
              (answer) => message.respond(answer),
              () => undefined,
            );
          },
        });
      },
      async probe() {
        await connection.rtt();
        await stream.last();
      },
      closed: connection.closed(),
      close: () => stream.close(),
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
