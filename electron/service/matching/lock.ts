/** Who reads the index, or that it is being changed; whether someone waits to change it; how often it was changed. */
const READERS = 0;
const WANTED = 1;
const REVISION = 2;
const CELLS = 3;

const CHANGING = -1;

/**
 * Many threads read an index, and one changes it, never both at a time. A reader lets one that waits to change go first, so that a changed
 * SKU is findable at once however much is being read. Waiting blocks the thread: for workers only.
 */
export class Lock {
  readonly #cells: Int32Array<SharedArrayBuffer>;

  /** A new lock, or the lock whose cells another thread handed over. */
  constructor(cells: SharedArrayBuffer = new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT)) {
    this.#cells = new Int32Array(cells);
  }

  get cells(): SharedArrayBuffer {
    return this.#cells.buffer;
  }

  /** Rises with every change. */
  get revision(): number {
    return Atomics.load(this.#cells, REVISION);
  }

  /** Runs `work` while nothing is changed. */
  read<Result>(work: () => Result): Result {
    const cells = this.#cells;
    for (;;) {
      if (Atomics.load(cells, WANTED) !== 0) {
        Atomics.wait(cells, WANTED, 1);
        continue;
      }
      const readers = Atomics.load(cells, READERS);
      if (readers === CHANGING) Atomics.wait(cells, READERS, CHANGING);
      else if (Atomics.compareExchange(cells, READERS, readers, readers + 1) === readers) break;
    }
    try {
      return work();
    } finally {
      if (Atomics.sub(cells, READERS, 1) === 1) Atomics.notify(cells, READERS);
    }
  }

  /** Runs `work` while nobody reads. For one thread only. */
  change<Result>(work: () => Result): Result {
    const cells = this.#cells;
    Atomics.store(cells, WANTED, 1);
    for (;;) {
      const readers = Atomics.compareExchange(cells, READERS, 0, CHANGING);
      if (readers === 0) break;
      Atomics.wait(cells, READERS, readers);
    }
    try {
      return work();
    } finally {
      Atomics.add(cells, REVISION, 1);
      Atomics.store(cells, READERS, 0);
      Atomics.store(cells, WANTED, 0);
      Atomics.notify(cells, READERS);
      Atomics.notify(cells, WANTED);
    }
  }
}
