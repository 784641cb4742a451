import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = {
  database: 'database/worker.ts',
  matching: 'matching/worker.ts',
} as const;

/**
 * Where a worker's script is: the bundle beside this one when it was built (the desktop app, `serve`), the TypeScript
 * source when the service itself runs from source (a test by hand, a benchmark). BINDERY_WORKERS names a folder of bundles
 * for a service from source: `npm test` starts some hundred of them, and each of their threads would read the sources anew.
 */
export function workerEntry(name: keyof typeof sources): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const named = process.env.BINDERY_WORKERS;
  for (const folder of [...(named === undefined ? [] : [named]), here, dirname(here)]) {
    const bundle = join(folder, `${name}-worker.cjs`);
    if (existsSync(bundle)) return bundle;
  }
  return join(here, sources[name]);
}
