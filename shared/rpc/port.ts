/** What the RPC needs of a connection: a MessagePort in the window, a WebSocket in a browser, an IPC channel in a relay. */
export interface Port {
  /** Sends one message. Never throws: on a closed port the message is dropped, and `onClose` has been or will be called. */
  post(message: unknown): void;
  /** @returns stops listening */
  onMessage(listener: (message: unknown) => void): () => void;
  /** Called once, when the other side is gone or the port was closed here; soon, when that was before. @returns stops listening */
  onClose(listener: () => void): () => void;
  close(): void;
}

/** The part of the DOM's and Node's MessagePort that {@link portOfMessagePort} uses. */
export interface MessagePortLike {
  postMessage(message: unknown): void;
  addEventListener(name: 'message' | 'close', listener: (event: { data?: unknown }) => void): void;
  removeEventListener(name: 'message' | 'close', listener: (event: { data?: unknown }) => void): void;
  start?(): void;
  close(): void;
}

const farewell = '__bindery_close';

/**
 * A {@link Port} over a MessagePort. Browsers before Chrome 122 never say that the other end is gone, so closing also
 * sends a farewell.
 */
export function portOfMessagePort(messagePort: MessagePortLike): Port {
  const closeListeners = new Set<() => void>();
  let closed = false;
  const finish = () => {
    if (closed) return;
    closed = true;
    for (const listener of closeListeners) listener();
  };
  messagePort.addEventListener('close', finish);
  messagePort.addEventListener('message', (event) => {
    if (event.data === farewell) finish();
  });
  messagePort.start?.();
  return {
    post(message) {
      if (!closed) messagePort.postMessage(message);
    },
    onMessage(listener) {
      const handler = (event: { data?: unknown }) => {
        if (event.data !== farewell) listener(event.data);
      };
      messagePort.addEventListener('message', handler);
      return () => messagePort.removeEventListener('message', handler);
    },
    onClose(listener) {
      if (closed) queueMicrotask(listener);
      else closeListeners.add(listener);
      return () => closeListeners.delete(listener);
    },
    close() {
      if (!closed) messagePort.postMessage(farewell);
      finish();
      messagePort.close();
    },
  };
}

/** The part of the DOM's and of the `ws` package's WebSocket that {@link portOfWebSocket} uses. */
export interface WebSocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(): void;
  addEventListener(name: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(name: 'close', listener: () => void): void;
  removeEventListener(name: 'message', listener: (event: { data: unknown }) => void): void;
}

/** A {@link Port} over an open WebSocket; messages are JSON text, and one that is not JSON is dropped. */
export function portOfWebSocket(socket: WebSocketLike): Port {
  const closeListeners = new Set<() => void>();
  socket.addEventListener('close', () => {
    for (const listener of closeListeners) listener();
    closeListeners.clear();
  });
  return {
    post(message) {
      if (socket.readyState === 1) socket.send(JSON.stringify(message));
    },
    onMessage(listener) {
      const handler = (event: { data: unknown }) => {
        let message: unknown;
        try {
          message = JSON.parse(String(event.data));
        } catch {
          return;
        }
        listener(message);
      };
      socket.addEventListener('message', handler);
      return () => socket.removeEventListener('message', handler);
    },
    onClose(listener) {
      // 3: closed already, and its event has passed
      if (socket.readyState === 3) queueMicrotask(listener);
      else closeListeners.add(listener);
      return () => closeListeners.delete(listener);
    },
    close: () => socket.close(),
  };
}
