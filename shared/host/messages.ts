/** What the shell (main) and the process that hosts the service say to each other, beside the windows' ports. */

/** How the service is started. Travels as a message, never as an argument or a variable: it holds the backend's token. */
export interface HostOptions {
  readonly dataDirectory: string;
  readonly backendUrl: string | null;
  readonly appKey: string | null;
  readonly appToken: string | null;
  readonly profileKind: 'demo' | 'real';
  readonly endpointsPort: number;
  readonly publicUrl: string | null;
  readonly secretStore: SecretStoreState;
}

/** How keys and tokens are kept here. */
export interface SecretStoreState {
  /** `system`: sealed by the key store; `file`: by a key file that only this user may read; `plain`: readable like any file; `none`: not kept. */
  readonly protection: 'system' | 'file' | 'plain' | 'none';
  /** What is wrong and what to do, for people. */
  readonly problem: string | null;
}

export type SecretOperation =
  | { readonly operation: 'get'; readonly name: string }
  /** null forgets it */
  | { readonly operation: 'set'; readonly name: string; readonly value: string | null };

/** What main tells the host. A `connect` carries one port. */
export type ToHost =
  | { readonly type: 'start'; readonly options: HostOptions }
  | { readonly type: 'connect' }
  | { readonly type: 'secret'; readonly id: number; readonly ok: true; readonly value: string | null }
  | { readonly type: 'secret'; readonly id: number; readonly ok: false; readonly message: string }
  | { readonly type: 'close' };

/** What the host tells main. */
export type FromHost =
  | { readonly type: 'ready'; readonly runtime: string; readonly endpointsUrl: string | null }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'secret'; readonly id: number; readonly request: SecretOperation };

function typeOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'type' in message ? message.type : undefined;
}

/** Whether a message from the parent is one of {@link ToHost}. The parent is our own shell; its kind is checked, not its fields. */
export function isToHost(message: unknown): message is ToHost {
  const type = typeOf(message);
  return type === 'start' || type === 'connect' || type === 'secret' || type === 'close';
}

/** Whether a message from the host is one of {@link FromHost}. */
export function isFromHost(message: unknown): message is FromHost {
  const type = typeOf(message);
  return type === 'ready' || type === 'failed' || type === 'secret';
}
