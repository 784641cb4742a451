import { create } from 'zustand';
import type { EventName, EventPayload } from '../../shared/contract/events.ts';
import type { MethodName, ReplyOf, RequestOf } from '../../shared/contract/index.ts';
import { BinderyError } from '../../shared/domain/errors.ts';
import { type Client, createClient } from '../../shared/rpc/client.ts';
import { openPort } from './ports.ts';

export type Hello = ReplyOf<'session.hello'>;
export type Operator = Hello['operators'][number];

/**
 * `connecting` until the first hello; `ready` when calls go through; `reconnecting` when the port closed and the next is
 * being asked for.
 */
export type ConnectionState = 'connecting' | 'ready' | 'reconnecting';

interface Connection {
  readonly state: ConnectionState;
  readonly hello: Hello | null;
  /** Who is signed in; null shows the first-start dialog. */
  readonly operator: Operator | null;
  /** Counts connections made: what the service held for the old one (views, claims) is opened again. */
  readonly epoch: number;
  readonly problem: string | null;
}

export const useConnection = create<Connection>()(() => ({
  state: 'connecting',
  hello: null,
  operator: null,
  epoch: 0,
  problem: null,
}));

/** The client that screens hold: it stays the same while the connection below it comes and goes. */
export interface AppClient {
  call<Name extends MethodName>(
    name: Name,
    request: RequestOf<Name>,
    options?: { signal?: AbortSignal },
  ): Promise<ReplyOf<Name>>;
  on<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void): () => void;
}

type Listeners = { [Name in EventName]: Set<(payload: EventPayload<Name>) => void> };
const listeners: Listeners = {
  'status.changed': new Set(),
  'view.progress': new Set(),
  'rows.changed': new Set(),
  'list.changed': new Set(),
  'operators.changed': new Set(),
  'profile.changed': new Set(),
};
let current: Client | null = null;

export const client: AppClient = {
  async call(name, request, options) {
    if (!current) throw new BinderyError('disconnected', 'There is no connection to the service at the moment.');
    return current.call(name, request, options);
  },
  on(name, listener) {
    listeners[name].add(listener);
    return () => listeners[name].delete(listener);
  },
};

function forward<Name extends EventName>(from: Client, name: Name): void {
  from.on(name, (payload) => {
    for (const listener of [...listeners[name]]) listener(payload);
  });
}

const eventNames: readonly EventName[] = [
  'status.changed',
  'view.progress',
  'rows.changed',
  'list.changed',
  'operators.changed',
  'profile.changed',
];

const isSame = (one: Operator, other: Operator | null): boolean => one.operatorId === other?.operatorId;

const operatorKey = 'bindery.operator';
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function rememberedOperator(from: Client, hello: Hello): Promise<Operator | null> {
  if (hello.byToken) return hello.operator;
  const remembered = localStorage.getItem(operatorKey);
  const known = hello.operators.find((operator) => operator.operatorId === remembered);
  if (!known) return hello.operator;
  const { operator } = await from.call('session.signIn', { operatorId: known.operatorId });
  return operator;
}

async function connect(): Promise<Client> {
  const next = createClient(await openPort());
  for (const name of eventNames) forward(next, name);
  try {
    const hello = await next.call('session.hello', {});
    const operator = await rememberedOperator(next, hello);
    current = next;
    useConnection.setState((before) => ({ state: 'ready', hello, operator, epoch: before.epoch + 1, problem: null }));
  } catch (problem) {
    next.close();
    throw problem;
  }
  return next;
}

let started = false;
/** Connects, and keeps connecting for as long as the page lives: after 250 ms, then twice as long, at most 5 s. */
export function startConnection(): void {
  if (started) return;
  started = true;
  void keepConnected();
  client.on('profile.changed', () => location.reload());
  client.on('operators.changed', ({ operators }) =>
    useConnection.setState((before) => ({
      hello: before.hello && { ...before.hello, operators },
      operator: before.operator && (operators.find((one) => isSame(one, before.operator)) ?? null),
    })),
  );
}

async function keepConnected(): Promise<void> {
  let delay = 250;
  for (;;) {
    try {
      const connected = await connect();
      delay = 250;
      await new Promise<void>((resolve) => (connected.closed ? resolve() : connected.onClose(resolve)));
    } catch (thrown) {
      useConnection.setState({ problem: thrown instanceof Error ? thrown.message : String(thrown) });
    }
    current = null;
    useConnection.setState((before) => ({ state: before.epoch > 0 ? 'reconnecting' : 'connecting' }));
    await wait(delay * (0.8 + Math.random() * 0.4));
    delay = Math.min(delay * 2, 5_000);
  }
}

/** Signs in as somebody the service knows, and remembers it for the next start. */
export async function signIn(operator: Operator): Promise<void> {
  const answer = await client.call('session.signIn', { operatorId: operator.operatorId });
  becomeOperator(answer.operator);
}

/** The first person of a workspace, who sets it up and is signed in. */
export async function createFirstOperator(name: string): Promise<void> {
  becomeOperator((await client.call('session.createOperator', { name, role: 'administrator' })).operator);
}

function becomeOperator(operator: Operator): void {
  localStorage.setItem(operatorKey, operator.operatorId);
  useConnection.setState({ operator });
  know(operator);
}

function know(operator: Operator): void {
  useConnection.setState((before) => ({
    hello: before.hello && {
      ...before.hello,
      operators: [...before.hello.operators.filter((other) => other.operatorId !== operator.operatorId), operator],
    },
  }));
}

/** Lets another person take the seat: the list of operators is shown again. */
export function signOut(): void {
  if (useConnection.getState().hello?.byToken) {
    void fetch('/sign-out', { method: 'POST' }).finally(() => location.assign('/sign-in'));
    return;
  }
  localStorage.removeItem(operatorKey);
  useConnection.setState({ operator: null });
}
