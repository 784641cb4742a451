import type { MessagePort } from 'node:worker_threads';
import { receiveMessageOnPort } from 'node:worker_threads';
import { indexOver } from './catalog-index.ts';
import type { LearnedModel } from './learned-model.ts';
import type { Lock } from './lock.ts';
import { type Handles, Memory } from './memory.ts';
import type { OfferText, Verdicted } from './types.ts';

/** Reads the index that another thread keeps, in the same memory. */
export class Follower {
  readonly #lock: Lock;
  readonly #port: MessagePort;
  #memory: Memory | null = null;
  #index = indexOver(new Memory());
  #model: LearnedModel | null = null;
  #revision = -1;

  /** `port` is where the thread that changes the index says, before it lets others read again, where its memory has moved. */
  constructor(lock: Lock, port: MessagePort) {
    this.#lock = lock;
    this.#port = port;
  }

  suggest(offer: OfferText, limit?: number): Verdicted {
    return this.#lock.read(() => {
      this.#catchUp();
      return this.#index.suggest(offer, limit);
    });
  }

  learn(model: LearnedModel | null): void {
    this.#model = model;
    this.#index.learn(model);
  }

  #catchUp(): void {
    const { revision } = this.#lock;
    if (revision === this.#revision) return;
    let handles: Handles | null = null;
    for (let said = receiveMessageOnPort(this.#port); said !== undefined; said = receiveMessageOnPort(this.#port))
      handles = said.message as Handles; // what `Sharing` sends
    if (handles !== null) {
      this.#memory = new Memory(handles);
      this.#index = indexOver(this.#memory);
      this.#index.learn(this.#model);
    } else {
      this.#memory?.refresh();
      this.#index.changed();
    }
    this.#revision = revision;
  }
}

/** Lets other threads read the index of this one. */
export class Sharing {
  readonly #lock: Lock;
  readonly #memoryNow: () => Memory;
  readonly #ports = new Set<MessagePort>();
  #told: Handles | null = null;

  /** `memoryNow`: the memory of the index as it is after a change. */
  constructor(lock: Lock, memoryNow: () => Memory) {
    this.#lock = lock;
    this.#memoryNow = memoryNow;
  }

  /** Someone who reads from now on. */
  add(port: MessagePort): void {
    this.#lock.change(() => {
      this.#ports.add(port);
      port.on('close', () => this.#ports.delete(port));
      port.unref();
      port.postMessage(this.#memoryNow().handles());
    });
  }

  /** Runs a change of the index while nobody reads, and tells the others where it is now. */
  change<Result>(work: () => Result): Result {
    if (this.#ports.size === 0) return work();
    return this.#lock.change(() => {
      const result = work();
      const handles = this.#memoryNow().handles();
      if (this.#told === null || !isSame(this.#told, handles))
        for (const port of this.#ports) port.postMessage(handles);
      this.#told = handles;
      return result;
    });
  }
}

function isSame(a: Handles, b: Handles): boolean {
  return a.header === b.header && a.regions.every((region, at) => region === b.regions[at]);
}
