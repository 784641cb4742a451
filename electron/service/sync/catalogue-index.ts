import { rmSync } from 'node:fs';
import type { Log } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { MatchingHost } from '../matching/host.ts';

export interface CatalogueIndexOptions {
  readonly database: ServiceDatabase;
  /** Where the index is saved, beside the database. */
  readonly file: string;
  readonly log: Log;
  readonly uuid: () => string;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

const entriesAtOnce = 2_000;
/** Changes since it was saved that make saving the index worthwhile, at least; and as a share of its SKUs. */
const leastUnsaved = 5_000;
const unsavedShare = 0.02;
/** Saved again before this has passed only when a fifth of it is new, in milliseconds. */
const saveEvery = 600_000;
const largeShare = 0.2;

/**
 * Keeps the matcher's index in step with the cached catalogue. The database's journal of SKU changes is the only guide: the saved index is
 * of a place in it, and what came after is read from there, whether the service was running then or not.
 */
export class CatalogueIndex {
  readonly #options: CatalogueIndexOptions;
  /** Place in the journal up to which the index has everything. */
  #applied = 0;
  #saved = 0;
  #savedAt = Number.NEGATIVE_INFINITY;
  /** Counts the workers that were filled: what was sent to an earlier one says nothing of this one. */
  #life = 0;
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;
  #begin: () => void = () => undefined;
  /** Filling takes a processor for seconds: a start leaves that to later, unless somebody waits for suggestions. */
  readonly #begun = new Promise<void>((resolve) => {
    this.#begin = resolve;
  });

  constructor(options: CatalogueIndexOptions) {
    this.#options = options;
  }

  /** Brings a fresh worker up to date: from the saved index when it fits the database, else from the whole catalogue. */
  async fill(host: MatchingHost, usable: () => void): Promise<void> {
    const { database, file, log } = this.#options;
    await this.#begun;
    this.#life++;
    if (this.#stopped) return usable();
    const state = await database.read('catalog.journal', {});
    const loaded = await host.load(file).catch(() => null);
    const [id, sequence] = loaded?.stamp.split(' ') ?? [];
    const place = Number(sequence);
    if (loaded !== null && id === state.id && place >= state.saved && place <= state.last) {
      this.#applied = place;
      this.#saved = place;
      this.#savedAt = this.#options.now();
      usable();
      await this.#catchUp(host);
      const { skus } = await host.stats();
      const { skus: expected, last } = await database.read('catalog.journal', {});
      if (skus === expected || last > this.#applied) return;
      log('warn', 'the saved matching index does not fit the catalogue; it is built anew', { skus, expected });
    }
    if (loaded !== null) await host.clear();
    usable();
    this.#applied = state.last;
    for (let after = -1; ; ) {
      const entries = await database.read('catalog.entries', { after, limit: entriesAtOnce }, { background: true });
      const last = entries.at(-1);
      if (!last || this.#stopped) break;
      await host.upsert(entries);
      after = last.skuId;
    }
    await this.#catchUp(host);
    await this.#save(host);
  }

  /** Takes in what changed of the catalogue. Resolves when the index has it. */
  catchUp(host: MatchingHost): Promise<void> {
    this.#turn = this.#turn.catch(() => undefined).then(() => this.#catchUp(host));
    return this.#turn;
  }

  /** Saves the index when enough has changed since. */
  async saveIfWorthwhile(host: MatchingHost): Promise<void> {
    const { skus } = await host.stats();
    const unsaved = this.#applied - this.#saved;
    if (unsaved < Math.max(leastUnsaved, unsavedShare * skus)) return;
    if (this.#options.now() - this.#savedAt < saveEvery && unsaved < largeShare * skus) return;
    await this.#save(host);
  }

  /** Filling may start. */
  begin(): void {
    this.#begin();
  }

  /** Ends filling and following at the next step. */
  stop(): void {
    this.#stopped = true;
    this.#begin();
  }

  async #catchUp(host: MatchingHost): Promise<void> {
    const { database } = this.#options;
    const life = this.#life;
    while (!this.#stopped) {
      const changes = await database.read('catalog.changes', { after: this.#applied, limit: entriesAtOnce });
      const last = changes.at(-1);
      if (!last) return;
      const ids = [...new Set(changes.map(({ skuId }) => skuId))];
      const entries = await database.read(
        'catalog.entries',
        { after: -1, limit: entriesAtOnce, ids },
        { background: true },
      );
      await host.upsert(entries);
      const live = new Set(entries.map(({ skuId }) => skuId));
      const gone = ids.filter((id) => !live.has(id));
      if (gone.length > 0) await host.remove(gone);
      if (life !== this.#life) return;
      this.#applied = last.sequence;
    }
  }

  async #save(host: MatchingHost): Promise<void> {
    if (this.#stopped) return;
    const { database, file, log, uuid, now } = this.#options;
    this.#savedAt = now();
    const place = this.#applied;
    try {
      const { id } = await database.read('catalog.journal', {});
      const name = id ?? uuid();
      await host.save(file, `${name} ${place}`);
      this.#saved = place;
      for (let more = true; more; )
        more = await database.write('catalog.journalSaved', { id: name, place }, { priority: 'background' });
    } catch (error) {
      // the index itself is whole; the next start builds it again
      rmSync(`${file}.new`, { force: true });
      log('warn', 'the matching index could not be saved', { problem: String(error) });
    }
  }
}
