import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = {
  database: 'database/worker.ts',
  checkpoint: 'database/checkpoint-worker.ts',
  matching: 'matching/worker.ts',
} as const;

/**
 * Where a worker's script is: the bundle beside this one when it was built (the desktop app, `serve`), the TypeScript
 * source when the service itself runs from source (a test by hand, a benchmark). BINDERY_WORKERS names a folder of bundles
 * for a service from source: `npm test` starts some hundred of them, and each of their threads would read the sources anew.
 */
export function workerEntry(name: keyof typeof sources): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const bundleIn = (folder: string) => join(folder, `${name}-worker.cjs`);
  const beside = [here, dirname(here)].map(bundleIn).find((bundle) => existsSync(bundle));
  if (beside !== undefined) return beside;
  const named = process.env.BINDERY_WORKERS;
  if (named === undefined) return join(here, sources[name]);
  if (!existsSync(bundleIn(named))) throw new Error(`BINDERY_WORKERS: there is no ${bundleIn(named)}. Build first.`);
  return bundleIn(named);
}
