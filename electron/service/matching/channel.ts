import type { Transferable, Worker } from 'node:worker_threads';
import type { Reply, Request, Result, Results } from './messages.ts';

/** Why a call to the matching worker was not answered. */
export class MatchingError extends Error {
  /** 'closed': by `close()`; 'died': the worker ended by itself; 'failed': this call threw in the worker. */
  readonly code: 'closed' | 'died' | 'failed';

  constructor(code: MatchingError['code'], message: string) {
    super(message);
    this.name = 'MatchingError';
    this.code = code;
  }
}

interface Pending {
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

type Answered = Extract<Request, { readonly kind: keyof Results }>;
// Each member without its id, which the channel gives.
type Call<R> = R extends { readonly id: number } ? Omit<R, 'id'> : never;

/** Calls to one worker, each answered once, by id. */
export class Channel {
  readonly #worker: Worker;
  readonly #onDeath: (error: MatchingError) => void;
  readonly #pending = new Map<number, Pending>();
  #next = 1;
  #ended: MatchingError | null = null;

  constructor(worker: Worker, onDeath: (error: MatchingError) => void) {
    this.#worker = worker;
    this.#onDeath = onDeath;
    worker.on('message', (reply: Reply) => {
      const call = this.#pending.get(reply.id);
      if (call === undefined) return;
      this.#pending.delete(reply.id);
      if (reply.ok) call.resolve(reply.result);
      else call.reject(new MatchingError('failed', reply.message));
    });
    worker.on('error', (error) => this.end(new MatchingError('died', `The matching worker failed: ${String(error)}`)));
    worker.on('exit', (code) => this.end(new MatchingError('died', `The matching worker ended with code ${code}`)));
  }

  /** Sends what is not answered. */
  tell(request: Exclude<Request, Answered>, transfer: readonly Transferable[] = []): void {
    this.#worker.postMessage(request, transfer);
  }

  call<Kind extends keyof Results>(
    request: Call<Extract<Request, { kind: Kind }>>,
    signal?: AbortSignal,
  ): Promise<Results[Kind]> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) return reject(this.#ended);
      if (signal?.aborted) return reject(signal.reason);
      const id = this.#next++;
      const abort = (): void => {
        if (!this.#pending.delete(id)) return;
        this.tell({ kind: 'cancel', id });
        reject(signal?.reason);
      };
      const settled =
        <T>(then: (value: T) => void) =>
        (value: T): void => {
          signal?.removeEventListener('abort', abort);
          then(value);
        };
      signal?.addEventListener('abort', abort, { once: true });
      // the worker answers each kind of request with its own kind of result
      this.#pending.set(id, {
        resolve: settled((result) => resolve(result as Results[Kind])),
        reject: settled(reject),
      });
      // the request of this kind, with the id that it lacked
      this.#worker.postMessage({ ...request, id } as unknown as Request);
    });
  }

  /** Rejects what is pending and whatever is asked from now on. */
  end(error: MatchingError): void {
    if (this.#ended !== null) return;
    this.#ended = error;
    for (const call of this.#pending.values()) call.reject(error);
    this.#pending.clear();
    if (error.code === 'died') this.#onDeath(error);
  }

  /** Ends the worker; what is pending is rejected. May be called again. */
  async close(): Promise<void> {
    this.end(new MatchingError('closed', 'Matching was closed'));
    await this.#worker.terminate();
  }
}
