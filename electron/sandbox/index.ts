/** The sandbox as a program part: tests, benchmarks and the first start of the desktop app call `startSandbox`. */
import { csvWorld } from './csv.ts';
import { generatedWorld } from './generator.ts';
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
  const fresh = (url: string): State => new State(world, { url, seed, clock: options.clock ?? Date.now });
  const app = buildServer({
    state: current,
    reset: () => {
      state = fresh(current().url);
    },
  });
  const url = (await app.listen({ host: '127.0.0.1', port: options.port ?? 0 })).replace(/\/$/, '');
  state = fresh(url);
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
