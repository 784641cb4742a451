import { BinderyError } from '../../shared/domain/errors.ts';
import { type Port, portOfMessagePort, portOfWebSocket } from '../../shared/rpc/port.ts';

/** What the preload gives the page: a way to ask for a port, and nothing else. */
export interface BinderyBridge {
  requestPort(nonce: string): void;
}

declare global {
  interface Window {
    readonly bindery?: BinderyBridge;
  }
}

const patience = 10_000;

/** The message by which the preload hands over the port that was asked for under this nonce. */
function isPortMessage(data: unknown, nonce: string): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    'type' in data &&
    data.type === 'bindery:port' &&
    'nonce' in data &&
    data.nonce === nonce
  );
}

/** The message by which the preload says that the service behind the port has ended. */
function isGoneMessage(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'bindery:gone';
}

function openMessagePort(bridge: BinderyBridge): Promise<Port> {
  const nonce = crypto.randomUUID();
  return new Promise((resolve, reject) => {
    const finish = () => {
      clearTimeout(timer);
      window.removeEventListener('message', receive);
    };
    const receive = (event: MessageEvent) => {
      if (event.source !== window || !isPortMessage(event.data, nonce)) return;
      const port = event.ports[0];
      if (!port) return;
      finish();
      const opened = portOfMessagePort(port);
      // before Chrome 122 a port does not tell that its other end is gone; the shell does
      const heed = (told: MessageEvent) => {
        if (told.source === window && isGoneMessage(told.data)) opened.close();
      };
      window.addEventListener('message', heed);
      opened.onClose(() => window.removeEventListener('message', heed));
      resolve(opened);
    };
    const timer = setTimeout(() => {
      finish();
      reject(new BinderyError('timed-out', 'The window was given no connection to the service.'));
    }, patience);
    window.addEventListener('message', receive);
    bridge.requestPort(nonce);
  });
}

function openWebSocket(): Promise<Port> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/rpc`);
    const timer = setTimeout(() => socket.close(), patience);
    socket.addEventListener('open', () => {
      clearTimeout(timer);
      resolve(portOfWebSocket(socket));
    });
    socket.addEventListener('close', () => {
      clearTimeout(timer);
      reject(new BinderyError('disconnected', 'The service does not answer.'));
    });
  });
}

/** A new connection to the service: a MessagePort in the Electron window, a WebSocket in a browser. */
export function openPort(): Promise<Port> {
  return window.bindery ? openMessagePort(window.bindery) : openWebSocket();
}
