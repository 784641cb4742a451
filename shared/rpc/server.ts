import { createBirpc } from 'birpc';
import type { EventName, EventPayload } from '../contract/events.ts';
import { type HandlerReplyOf, type MethodName, methods, type ParsedRequestOf } from '../contract/index.ts';
import { BinderyError, errorValueOf } from '../domain/errors.ts';
import type { Port } from './port.ts';
import type { Answer, ClientFunctions, ServiceFunctions } from './wire.ts';

/** One handler for every method of the contract; `Session` is what the service knows about the caller. */
export type Handlers<Session> = {
  readonly [Name in MethodName]: (
    request: ParsedRequestOf<Name>,
    context: { readonly session: Session; readonly signal: AbortSignal },
  ) => Promise<HandlerReplyOf<Name>> | HandlerReplyOf<Name>;
};

export interface ServerOptions<Session> {
  readonly handlers: Handlers<Session>;
  readonly session: Session;
  /** Throws a BinderyError when the session may not call the method. Called before the request is parsed. */
  readonly authorise: (method: MethodName, session: Session) => void;
  /** Told of every error that is not a value of the contract, for the log. */
  readonly onInternalError?: (method: string, error: unknown) => void;
}

export interface Connection {
  send<Name extends EventName>(name: Name, payload: EventPayload<Name>): void;
  onClose(listener: () => void): () => void;
  close(): void;
}

function isMethod(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}

/** Serves the contract over one port. Every message is parsed on arrival; a closed port cancels what it asked for. */
export function serve<Session>(port: Port, options: ServerOptions<Session>): Connection {
  const running = new Map<number, AbortController>();

  async function answer(method: unknown, request: unknown, callId: unknown): Promise<Answer> {
    const controller = new AbortController();
    const id = typeof callId === 'number' ? callId : -1;
    try {
      if (typeof method !== 'string' || !isMethod(method)) {
        throw new BinderyError('unknown-method', `There is no method named ${String(method).slice(0, 80)}.`);
      }
      options.authorise(method, options.session);
      const parsed = methods[method].request.safeParse(request);
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        const field = issue?.path.map(String).join('.') ?? '';
        throw new BinderyError(
          'invalid-request',
          issue?.message ?? 'The request is malformed.',
          field ? { field } : {},
        );
      }
      running.set(id, controller);
      // one handler a name, each typed by the contract; the union of their requests cannot be expressed at the call
      const handler = options.handlers[method] as (request: unknown, context: object) => unknown;
      const value = await handler(parsed.data, { session: options.session, signal: controller.signal });
      return { ok: true, value };
    } catch (error) {
      if (!(error instanceof BinderyError) && !controller.signal.aborted) {
        options.onInternalError?.(String(method), error);
      }
      return { ok: false, error: errorValueOf(error) };
    } finally {
      running.delete(id);
    }
  }

  let stopMessages: (() => void) | undefined;
  const remote = createBirpc<ClientFunctions, ServiceFunctions, false>(
    {
      call: answer,
      cancel: (callId) => running.get(callId)?.abort(),
    },
    {
      post: (message) => port.post(message),
      on: (handler) => {
        // what is no message of the protocol is dropped: a port is never trusted to speak it
        stopMessages = port.onMessage((message) => {
          if (typeof message === 'object' && message !== null) handler(message);
        });
      },
      off: () => stopMessages?.(),
      proxify: false,
      timeout: -1,
      onGeneralError: (error) => {
        options.onInternalError?.('port', error);
        return true;
      },
    },
  );
  port.onClose(() => {
    for (const controller of running.values()) controller.abort();
    running.clear();
    remote.$close();
  });

  return {
    send(name, payload) {
      void remote.$callEvent('event', name, payload);
    },
    onClose: (listener) => port.onClose(listener),
    close: () => port.close(),
  };
}
