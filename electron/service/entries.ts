import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = {
  database: 'database/worker.ts',
  matching: 'matching/worker.ts',
} as const;

/**
 * Where a worker's script is: the TypeScript source when the service itself runs from source (`serve`, tests,
 * benchmarks), the bundle beside it when it was built (the desktop app).
 */
export function workerEntry(name: keyof typeof sources): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (const folder of [here, dirname(here)]) {
    const bundle = join(folder, `${name}-worker.cjs`);
    if (existsSync(bundle)) return bundle;
  }
  return join(here, sources[name]);
}
