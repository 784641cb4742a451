/** The sandbox as a program part: tests, benchmarks and the first start of the desktop app call `startSandbox`. */
import { csvWorld } from './csv.ts';
import { generatedWorld } from './generator.ts';
import { openJournal } from './journal.ts';
import { buildServer } from './server.ts';
import { State } from './state.ts';
import type { World } from './world.ts';

const DEFAULT_SIZE = 2000;

export interface SandboxOptions {
  /** 0 (the default) is any free port. Always on 127.0.0.1. */
  readonly port?: number;
  readonly seed?: number;
  /** Offers to generate; ignored when CSV files are given. */
  readonly size?: number;
  /** Paths of CSV files; both or neither. */
  readonly catalog?: string;
  readonly offers?: string;
  /** A file in which what is done to the marketplace is kept, and done again at the next start. */
  readonly keep?: string;
  /** Milliseconds since 1970; the real clock by default. */
  readonly clock?: () => number;
}

interface SandboxSeller {
  readonly id: string;
  readonly name: string;
  readonly appKey: string;
  readonly appToken: string;
}

export interface Sandbox {
  readonly url: string;
  readonly appKey: string;
  readonly appToken: string;
  readonly sellers: readonly SandboxSeller[];
  /** The state as it is now; a reset replaces it. */
  readonly state: State;
  close(): Promise<void>;
}

function worldOf(options: SandboxOptions): World {
  const seed = options.seed ?? 1;
  if (options.catalog !== undefined && options.offers !== undefined)
    return csvWorld(options.catalog, options.offers, seed);
  if (options.catalog !== undefined || options.offers !== undefined)
    throw new Error('catalog and offers come together');
  return generatedWorld(seed, options.size ?? DEFAULT_SIZE);
}

/** Starts the outside world. Throws CsvError for a bad file, and what listening throws (EADDRINUSE) for a bad port. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const world = worldOf(options);
  const seed = options.seed ?? 1;
  let state: State | undefined;
  const current = (): State => {
    if (state === undefined) throw new Error('the sandbox is still starting');
    return state;
  };
  const clock = options.clock ?? Date.now;
  const fresh = (url: string): State => new State(world, { url, seed, clock });
  const app = buildServer({
    state: current,
    reset: () => {
      state = fresh(current().url);
    },
  });
  const { size = DEFAULT_SIZE, catalog = null, offers = null } = options;
  const made = JSON.stringify(catalog === null ? { seed, size } : { seed, catalog, offers });
  const journal = options.keep === undefined ? null : openJournal(options.keep, made, current, clock);
  journal?.install(app);
  const listen = (port: number) => app.listen({ host: '127.0.0.1', port });
  // where it was the last time, so that the addresses that were given out stay good
  const address = await (options.port ? listen(options.port) : listen(journal?.port ?? 0).catch(() => listen(0)));
  const url = address.replace(/\/$/, '');
  state = fresh(url);
  await journal?.replay(app, Number(new URL(url).port));
  return {
    url,
    ...state.admin,
    sellers: world.sellers.map((seller) => ({ ...seller, ...current().sellerKeys(seller.id) })),
    get state() {
      return current();
    },
    close: () => app.close(),
  };
}
