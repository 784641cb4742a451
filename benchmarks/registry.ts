import type { BenchCache } from './cache.ts';
import type { Row } from './measure.ts';

export interface BenchContext {
  readonly size: number;
  /** Whether the row of this name was asked for. */
  wanted(name: string): boolean;
  say(line: string): void;
  /** The filled database, built on the first call. */
  cache(): BenchCache;
}

export interface Bench {
  readonly name: string;
  run(context: BenchContext): Promise<Row[]>;
}

/** Each is loaded when it runs: a benchmark does not pay for what another imports. */
export const benches: readonly Bench[] = [
  { name: 'views', run: async ({ cache, wanted }) => (await import('./views.ts')).viewRows(cache(), wanted) },
  { name: 'sync/ingest', run: async ({ size }) => [await (await import('./ingest.ts')).ingestRow(size)] },
  {
    name: 'window/interactive',
    run: async ({ cache, say }) => [await (await import('./window.ts')).windowRow(cache(), say)],
  },
  { name: 'service/memory', run: async ({ cache }) => [await (await import('./memory.ts')).memoryRow(cache())] },
  { name: 'matching/suggest', run: async ({ size }) => (await import('./matching.ts')).matchingRows(size) },
  {
    name: 'matching/index',
    run: async ({ size, wanted }) => (await import('./matching-index.ts')).matchingIndexRows(size, wanted),
  },
  {
    name: 'matching/near',
    run: async ({ size, say }) => (await import('./matching-near.ts')).matchingNearRows(size, say),
  },
  {
    name: 'matching/quality',
    run: async ({ say }) => (await import('./matching-quality.ts')).matchingQualityRows(say),
  },
  {
    name: 'commissions',
    run: async ({ size, wanted }) => (await import('./commissions.ts')).commissionRows(size, wanted),
  },
  { name: 'orders', run: async ({ size, wanted }) => (await import('./orders.ts')).orderRows(size, wanted) },
  { name: 'matching/promise', run: async () => (await import('./matching-promise.ts')).matchingPromiseRows() },
  { name: 'endpoints', run: async () => (await import('./endpoints.ts')).endpointRows() },
  { name: 'mixed', run: async ({ cache, say }) => (await import('./mixed.ts')).mixedRows(cache(), say) },
  { name: 'notifications', run: async ({ size }) => (await import('./notifications.ts')).notificationRows(size) },
];

/** Those whose name begins with `only`, or that hold rows whose name does. */
export function selectBenches(only: string | undefined): readonly Bench[] {
  if (only === undefined) return benches;
  return benches.filter(({ name }) => name.startsWith(only) || only.startsWith(`${name}/`));
}
