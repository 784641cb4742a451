import type { EventName, EventPayload } from '../../shared/contract/events.ts';

type Listener = <Name extends EventName>(name: Name, payload: EventPayload<Name>) => void;

/** Broadcasts the service's events to every connected window. */
export interface Events {
  emit<Name extends EventName>(name: Name, payload: EventPayload<Name>): void;
  /** @returns stops listening */
  subscribe(listener: Listener): () => void;
}

/** An {@link Events} without listeners. */
export function createEvents(): Events {
  const listeners = new Set<Listener>();
  return {
    emit(name, payload) {
      for (const listener of listeners) listener(name, payload);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
