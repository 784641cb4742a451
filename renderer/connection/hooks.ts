import { useCallback, useEffect, useRef, useState } from 'react';
import type { EventName, EventPayload } from '../../shared/contract/events.ts';
import type { MethodName, ReplyOf, RequestOf } from '../../shared/contract/index.ts';
import { BinderyError } from '../../shared/domain/errors.ts';
import { type Authority, mayRun } from '../../shared/domain/roles.ts';
import { type AppClient, client, useConnection } from './connection.ts';

/** The client; the same object for the life of the page. */
export function useClient(): AppClient {
  return client;
}

/** Calls the listener at each event of the name, across reconnections. */
export function useEvent<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => client.on(name, (payload) => latest.current(payload)), [name]);
}

/** Anything thrown as a {@link BinderyError}. */
export function asBinderyError(thrown: unknown): BinderyError {
  if (thrown instanceof BinderyError) return thrown;
  return new BinderyError('internal', thrown instanceof Error ? thrown.message : String(thrown));
}

export interface QueryState<Reply> {
  readonly data: Reply | undefined;
  readonly error: BinderyError | undefined;
  readonly loading: boolean;
  refresh(): void;
}

interface QueryOptions {
  /** Asks again when one of these events arrives. */
  readonly refreshOn?: readonly EventName[];
  /** Milliseconds between two such askings; 400 unless told. */
  readonly calm?: number;
  readonly enabled?: boolean;
}

/**
 * The answer of a query, asked again when the request changes, after a reconnection, and on the named events. While the
 * next answer is awaited, the last one of the same method stays.
 */
export function useQuery<Name extends MethodName>(
  name: Name,
  request: RequestOf<Name>,
  options: QueryOptions = {},
): QueryState<ReplyOf<Name>> {
  const { enabled = true, calm = 400 } = options;
  const epoch = useConnection((connection) => connection.epoch);
  const key = JSON.stringify(request);
  const [state, setState] = useState<{ data?: ReplyOf<Name>; error?: BinderyError; loading: boolean }>({
    loading: enabled,
  });
  const [round, setRound] = useState(0);
  const latestRequest = useRef(request);
  latestRequest.current = request;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the request; epoch and round ask again
  useEffect(() => {
    if (!enabled || epoch === 0) return;
    const abort = new AbortController();
    setState((before) => ({ ...before, loading: true }));
    client.call(name, latestRequest.current, { signal: abort.signal }).then(
      (data) => {
        if (!abort.signal.aborted) setState({ data, loading: false });
      },
      (thrown: unknown) => {
        if (abort.signal.aborted) return;
        const error = asBinderyError(thrown);
        // a lost connection is shown by the shell; the answer before it stays
        if (error.code === 'disconnected') setState((before) => ({ ...before, loading: false }));
        else setState((before) => ({ ...before, error, loading: false }));
      },
    );
    return () => abort.abort();
  }, [name, key, enabled, epoch, round]);

  const refresh = useCallback(() => setRound((before) => before + 1), []);
  const events = options.refreshOn?.join(' ') ?? '';
  useEffect(() => {
    if (events === '') return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        refresh();
      }, calm);
    };
    const stops = (events.split(' ') as EventName[]).map((event) => client.on(event, later));
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [events, calm, refresh]);

  return { data: state.data, error: state.error, loading: state.loading, refresh };
}

/** Whether the signed-in operator's role may run commands of this authority. */
export function useMay(authority: Authority): boolean {
  return useConnection((connection) => connection.operator !== null && mayRun(connection.operator.role, authority));
}
