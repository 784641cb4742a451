import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type MethodName, methods } from '../contract/index.ts';
import type { SellerId } from '../domain/brand.ts';
import { BinderyError } from '../domain/errors.ts';
import { type Client, createClient } from './client.ts';
import { type MessagePortLike, type Port, portOfMessagePort, portOfWebSocket } from './port.ts';
import { type Connection, type Handlers, serve } from './server.ts';

interface Pair {
  readonly client: Client;
  readonly connection: Connection;
  /** The raw ends, for what no client or server would send. */
  readonly ends: { readonly client: Port; readonly server: Port };
  readonly cancelled: Set<string>;
  readonly errors: string[];
}

/** Only the methods that the tests call have a handler that does something. */
function handlersOf(cancelled: Set<string>): Handlers<{ allowed: boolean }> {
  const absent = () => {
    throw new Error('not part of this test');
  };
  const all = Object.fromEntries(Object.keys(methods).map((name) => [name, absent]));
  const own: Partial<Handlers<{ allowed: boolean }>> = {
    'preferences.get': async ({ key }, { signal }) => {
      const [what, ticks] = key.split(':');
      signal.addEventListener('abort', () => cancelled.add(key));
      for (let tick = 0; tick < Number(ticks); tick++) {
        if (signal.aborted) throw new BinderyError('cancelled', 'Cancelled.');
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (what === 'broken') throw new Error('a secret of the inside');
      if (what === 'refused') throw new BinderyError('busy', 'Later.', { field: 'key', details: { wait: 5 } });
      return { value: key };
    },
  };
  // every name of the contract is there, by the line above
  return { ...all, ...own } as Handlers<{ allowed: boolean }>;
}

function pairOf(server: Port, client: Port): Pair {
  const cancelled = new Set<string>();
  const errors: string[] = [];
  const connection = serve(server, {
    handlers: handlersOf(cancelled),
    session: { allowed: false },
    authorise(method: MethodName, session) {
      if (methods[method].needs !== 'query' && !session.allowed)
        throw new BinderyError('not-allowed', 'Your role may not do this.');
    },
    onInternalError: (method, error) => errors.push(`${method} ${String(error)}`),
  });
  return { client: createClient(client), connection, ends: { client, server }, cancelled, errors };
}

let sockets: WebSocketServer;
beforeAll(async () => {
  sockets = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(sockets, 'listening');
});
afterAll(() => {
  for (const socket of sockets.clients) socket.terminate();
  sockets.close();
});

async function overSockets(): Promise<Pair> {
  // the server's address is no pipe
  const { port } = sockets.address() as AddressInfo;
  const accepted = once(sockets, 'connection');
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  const [server] = (await accepted) as [WebSocket];
  await once(socket, 'open');
  return pairOf(portOfWebSocket(server), portOfWebSocket(socket));
}
async function overPorts(): Promise<Pair> {
  const { port1, port2 } = new MessageChannel();
  // Node types the listener's event as any; what arrives is what MessagePortLike says
  return pairOf(portOfMessagePort(port1 as MessagePortLike), portOfMessagePort(port2 as MessagePortLike));
}

const transports = [
  ['MessagePort', overPorts, 60],
  ['WebSocket', overSockets, 40],
] as const;
const call = fc.record({
  what: fc.constantFrom('fine', 'fine', 'refused', 'broken', 'invalid', 'unauthorised', 'unknown'),
  ticks: fc.nat(12),
  /** After how many ticks it is cancelled; null: not at all. */
  cancelAfter: fc.option(fc.nat(8), { nil: null }),
});

const expected: Readonly<Record<string, string>> = {
  refused: 'busy',
  broken: 'internal',
  invalid: 'invalid-request',
  unauthorised: 'not-allowed',
  unknown: 'unknown-method',
};

describe.each(transports)('over a %s', (_name, connect, runs) => {
  it('settles every call exactly once, whatever is cancelled and whenever it closes', async () => {
    const seed = Number(process.env.BINDERY_SEED ?? 20_261_125);
    let calls = 0;
    const closings = fc.option(fc.record({ after: fc.nat(10), by: fc.constantFrom('client', 'server') }), {
      nil: null,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 25 }), closings, async (wanted, closing) => {
        const { client, connection } = await connect();
        const settled = wanted.map(() => 0);
        const outcomes = wanted.map(async ({ what, ticks, cancelAfter }, index) => {
          const controller = new AbortController();
          const cancel = async () => {
            for (let tick = 0; tick < (cancelAfter ?? 0); tick++) await new Promise((resolve) => setImmediate(resolve));
            controller.abort();
          };
          if (cancelAfter !== null) void cancel();
          const { signal } = controller;
          const made =
            what === 'invalid'
              ? client.call('preferences.get', { key: 5 as never }, { signal })
              : what === 'unauthorised'
                ? client.call('sync.pause', {}, { signal })
                : what === 'unknown'
                  ? client.call('no.such' as never, {} as never, { signal })
                  : client.call('preferences.get', { key: `${what}:${ticks}:${index}` }, { signal });
          return made.then(
            (value) => {
              settled[index] = (settled[index] ?? 0) + 1;
              expect(what).toBe('fine');
              expect(value).toEqual({ value: `fine:${ticks}:${index}` });
              return 'fine';
            },
            (error: unknown) => {
              settled[index] = (settled[index] ?? 0) + 1;
              expect(error).toBeInstanceOf(BinderyError);
              const { code } = error as BinderyError;
              const allowed = [
                expected[what] ?? '',
                cancelAfter === null ? '' : 'cancelled',
                closing ? 'disconnected' : '',
              ];
              expect(allowed).toContain(code);
              return code;
            },
          );
        });
        if (closing) {
          for (let tick = 0; tick < closing.after; tick++) await new Promise((resolve) => setImmediate(resolve));
          (closing.by === 'client' ? client : connection).close();
        }
        await Promise.all(outcomes);
        expect(settled.every((count) => count === 1)).toBe(true);
        calls += wanted.length;
        if (!closing) client.close();
        await new Promise<void>((resolve) => (client.closed ? resolve() : client.onClose(resolve)));
        await expect(client.call('preferences.get', { key: 'fine:0' })).rejects.toMatchObject({ code: 'disconnected' });
      }),
      { numRuns: runs, seed },
    );
    console.log(`rpc: seed ${seed}, ${runs} runs, ${calls} calls`);
  });

  it('rejects what is pending when the other side goes, and cancels what it had asked for', async () => {
    const { client, connection, cancelled } = await connect();
    const pending = [1, 2, 3].map((index) => client.call('preferences.get', { key: `fine:100000:${index}` }));
    await client.call('preferences.get', { key: 'fine:1' });
    connection.close();
    for (const outcome of await Promise.allSettled(pending))
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'disconnected' } });
    expect(client.closed).toBe(true);
    await expect.poll(() => [...cancelled].filter((key) => key.startsWith('fine:100000')).length).toBe(3);
  });

  it('cancels a call at the service', async () => {
    const { client, cancelled } = await connect();
    const controller = new AbortController();
    const pending = client.call('preferences.get', { key: 'fine:100000' }, { signal: controller.signal });
    await client.call('preferences.get', { key: 'fine:1' });
    controller.abort();
    await expect(pending).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => cancelled.has('fine:100000')).toBe(true);
    client.close();
  });

  it('ignores what is no message, on either side, and serves on', async () => {
    const { client, ends, connection } = await connect();
    const rubbish: unknown[] = [
      null,
      5,
      'text',
      [],
      {},
      { t: 'q' },
      { t: 'q', m: 'call', a: 7, i: 'x' },
      { t: 's', i: 'nobody', r: 1 },
      { t: 'q', m: '__proto__', a: [] },
      { t: 'q', m: 'constructor', a: [[]], i: 'y' },
      { t: 'q', m: 'call', a: [{}, 1, {}], i: 'z' },
    ];
    for (const message of rubbish) {
      ends.client.post(message);
      ends.server.post(message);
    }
    expect(await client.call('preferences.get', { key: 'fine:1' })).toEqual({ value: 'fine:1' });
    const heard: unknown[] = [];
    client.on('list.changed', (payload) => heard.push(payload));
    connection.send('list.changed', { list: 'offers' });
    await expect.poll(() => heard).toEqual([{ list: 'offers' }]);
    client.close();
  });

  it('names the field of an invalid request, and keeps the inside of an error to the log', async () => {
    const { client, errors } = await connect();
    await expect(
      client.call('offers.open', {
        filter: { sellerIds: ['' as SellerId] },
        sort: { column: 'price', direction: 'ascending' },
      }),
    ).rejects.toMatchObject({ code: 'invalid-request', field: 'filter.sellerIds.0' });
    await expect(client.call('preferences.get', { key: 'refused:0' })).rejects.toMatchObject({
      code: 'busy',
      field: 'key',
      details: { wait: 5 },
    });
    await expect(client.call('preferences.get', { key: 'broken:0' })).rejects.toMatchObject({
      code: 'internal',
      message: expect.not.stringContaining('secret'),
    });
    expect(errors.join()).toContain('secret');
    client.close();
  });

  it('refuses who may not, before it looks at the request', async () => {
    const { client } = await connect();
    await expect(client.call('decisions.bind', {} as never)).rejects.toMatchObject({ code: 'not-allowed' });
    for (const name of ['toString', '__proto__', 'no.such'])
      await expect(client.call(name as never, {} as never)).rejects.toMatchObject({ code: 'unknown-method' });
    client.close();
  });

  it('rejects a call of a client that was made on a closed port', async () => {
    const { client, ends } = await connect();
    client.close();
    await new Promise<void>((resolve) => (client.closed ? resolve() : client.onClose(resolve)));
    const late = createClient(ends.client);
    await expect(late.call('preferences.get', { key: 'fine:0' })).rejects.toMatchObject({ code: 'disconnected' });
  });
});
