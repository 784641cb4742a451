import { createBirpc } from 'birpc';
import type { EventName, EventPayload } from '../contract/events.ts';
import type { MethodName, ReplyOf, RequestOf } from '../contract/index.ts';
import { BinderyError } from '../domain/errors.ts';
import type { Port } from './port.ts';
import type { ClientFunctions, ServiceFunctions } from './wire.ts';

export interface Client {
  /**
   * Calls a method of the service.
   * @throws BinderyError the service's own error; `disconnected` when the port closed first; `cancelled` by the signal.
   */
  call<Name extends MethodName>(
    name: Name,
    request: RequestOf<Name>,
    options?: { signal?: AbortSignal },
  ): Promise<ReplyOf<Name>>;
  /** @returns stops listening */
  on<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void): () => void;
  /** Called once when the connection is gone; every pending call has been rejected by then. */
  onClose(listener: () => void): () => void;
  readonly closed: boolean;
  close(): void;
}

const disconnected = () =>
  new BinderyError('disconnected', 'The connection to the service was interrupted. Bindery reconnects by itself.');

/** A typed client over any {@link Port}. It does not reconnect: whoever made the port makes the next one. */
export function createClient(port: Port): Client {
  const listeners = new Map<string, Set<(payload: never) => void>>();
  const closeListeners = new Set<() => void>();
  let closed = false;
  let nextCall = 1;

  let stopMessages: (() => void) | undefined;
  const remote = createBirpc<ServiceFunctions, ClientFunctions, false>(
    {
      event(name, payload) {
        // the service is trusted with the types of its own events
        for (const listener of listeners.get(name) ?? []) listener(payload as never);
      },
    },
    {
      post: (message) => port.post(message),
      on: (handler) => {
        // what is no message of the protocol is dropped
        stopMessages = port.onMessage((message) => {
          if (typeof message === 'object' && message !== null) handler(message);
        });
      },
      off: () => stopMessages?.(),
      proxify: false,
      timeout: -1, // a long call has its own limit in the service; a lost connection rejects it
    },
  );
  port.onClose(() => {
    closed = true;
    remote.$close(disconnected());
    for (const listener of closeListeners) listener();
  });

  return {
    async call(name, request, options = {}) {
      const { signal } = options;
      if (closed) throw disconnected();
      if (signal?.aborted) throw new BinderyError('cancelled', 'Cancelled.');
      const callId = nextCall++;
      let abort: (() => void) | undefined;
      const aborted = new Promise<never>((_resolve, reject) => {
        abort = () => {
          if (!closed) void remote.$callEvent('cancel', callId);
          reject(new BinderyError('cancelled', 'Cancelled.'));
        };
        signal?.addEventListener('abort', abort, { once: true });
      });
      try {
        const answer = await Promise.race([
          remote.$call('call', name, request, callId).catch(() => {
            throw disconnected();
          }),
          aborted,
        ]);
        if (!answer.ok) throw BinderyError.from(answer.error);
        // replies are parsed against the contract in tests, not in every window a hundred times a second
        return answer.value as never;
      } finally {
        if (abort) signal?.removeEventListener('abort', abort);
      }
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener as (payload: never) => void);
      return () => set.delete(listener as (payload: never) => void);
    },
    onClose(listener) {
      closeListeners.add(listener);
      return () => closeListeners.delete(listener);
    },
    get closed() {
      return closed;
    },
    close: () => port.close(),
  };
}
