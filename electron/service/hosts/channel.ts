import { EventEmitter } from 'node:events';
import type { FromHost, ToHost } from '../../../shared/host/messages.ts';
import { isToHost } from '../../../shared/host/messages.ts';
import { type MessagePortLike, type Port, portOfMessagePort } from '../../../shared/rpc/port.ts';

/** The part of Electron's MessagePortMain that is used; the service imports nothing of electron. */
export interface ElectronPort {
  postMessage(message: unknown): void;
  on(name: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(name: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/** The part of `process.parentPort` in an Electron utility process that is used. */
export interface ElectronParentPort {
  on(name: 'message', listener: (event: { data: unknown; ports: ElectronPort[] }) => void): unknown;
  postMessage(message: unknown): void;
}

/** What a host has of the shell: messages both ways, and the ports of windows. */
export interface HostChannel {
  send(message: FromHost): void;
  onMessage(listener: (message: ToHost) => void): void;
  onPort(listener: (port: Port) => void): void;
  /** The shell is gone. */
  onGone(listener: () => void): void;
}

/** Electron's emitter port with the listeners of the DOM's, which is what {@link portOfMessagePort} reads. */
function likeMessagePort(port: ElectronPort): MessagePortLike {
  const targets = { message: new Set<(event: { data?: unknown }) => void>(), close: new Set<() => void>() };
  port.on('message', (event) => {
    for (const listener of [...targets.message]) listener(event);
  });
  port.on('close', () => {
    for (const listener of [...targets.close]) listener();
  });
  return {
    postMessage: (message) => port.postMessage(message),
    addEventListener(name, listener) {
      if (name === 'message') targets.message.add(listener);
      else targets.close.add(listener as () => void);
    },
    removeEventListener(name, listener) {
      if (name === 'message') targets.message.delete(listener);
      else targets.close.delete(listener as () => void);
    },
    start: () => port.start(),
    close: () => port.close(),
  };
}

/** A window's port, as Electron hands it to a utility process. */
export function portOfElectron(port: ElectronPort): Port {
  return portOfMessagePort(likeMessagePort(port));
}

/** Listeners that miss nothing: what comes before the first of them waits for it. */
class Deliveries<Value> {
  readonly #listeners: ((value: Value) => void)[] = [];
  readonly #early: Value[] = [];

  listen(listener: (value: Value) => void): void {
    this.#listeners.push(listener);
    for (const value of this.#early.splice(0)) listener(value);
  }

  deliver(value: Value): void {
    if (this.#listeners.length === 0) this.#early.push(value);
    for (const listener of this.#listeners) listener(value);
  }
}

/** The channel of a service that runs in the utility process itself. */
export function channelOfParentPort(parentPort: ElectronParentPort): HostChannel {
  const messages = new Deliveries<ToHost>();
  const ports = new Deliveries<Port>();
  parentPort.on('message', (event) => {
    if (!isToHost(event.data)) return;
    if (event.data.type === 'connect') {
      const port = event.ports[0];
      if (port) ports.deliver(portOfElectron(port));
      return;
    }
    messages.deliver(event.data);
  });
  return {
    send: (message) => parentPort.postMessage(message),
    onMessage: (listener) => messages.listen(listener),
    onPort: (listener) => ports.listen(listener),
    onGone: () => undefined, // Electron ends a utility process with its parent
  };
}

/** Between the utility process and the child on the project's Node: ports have numbers, since IPC carries none. */
export type RelayMessage =
  | { readonly relay: 'open' | 'close'; readonly port: number }
  | { readonly relay: 'message'; readonly port: number; readonly message: unknown };

export function isRelayMessage(message: unknown): message is RelayMessage {
  return typeof message === 'object' && message !== null && 'relay' in message && 'port' in message;
}

/** The channel of a service that runs in a child of the utility process. */
export function channelOfRelay(): HostChannel {
  const messages = new Deliveries<ToHost>();
  const ports = new Deliveries<Port>();
  const open = new Map<number, EventEmitter<{ message: [unknown]; close: [] }>>();
  const send = (message: unknown) => {
    if (process.connected) process.send?.(message);
  };
  const makePort = (id: number): Port => {
    const events = new EventEmitter<{ message: [unknown]; close: [] }>();
    open.set(id, events);
    return {
      post: (message) => {
        if (open.has(id)) send({ relay: 'message', port: id, message } satisfies RelayMessage);
      },
      onMessage: (listener) => {
        events.on('message', listener);
        return () => events.off('message', listener);
      },
      onClose: (listener) => {
        events.once('close', listener);
        return () => events.off('close', listener);
      },
      close: () => {
        if (!open.delete(id)) return;
        send({ relay: 'close', port: id } satisfies RelayMessage);
        events.emit('close');
      },
    };
  };
  process.on('message', (message: unknown) => {
    if (!isRelayMessage(message)) {
      if (isToHost(message)) messages.deliver(message);
    } else if (message.relay === 'open') {
      ports.deliver(makePort(message.port));
    } else if (message.relay === 'message') {
      open.get(message.port)?.emit('message', message.message);
    } else {
      const events = open.get(message.port);
      open.delete(message.port);
      events?.emit('close');
    }
  });
  return {
    send,
    onMessage: (listener) => messages.listen(listener),
    onPort: (listener) => ports.listen(listener),
    onGone: (listener) => process.on('disconnect', listener),
  };
}
