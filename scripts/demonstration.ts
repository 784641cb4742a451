/** The demonstration's marketplace: it is kept below the data directory, and stays as large as it was made. */
import { closeSync, openSync, readSync } from 'node:fs';
import { demonstrationFile } from './directories.ts';
import { UsageError } from './flags.ts';

/** How many waiting offers the kept marketplace was made with; null: none is kept. */
function keptSize(file: string): number | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return null;
  }
  try {
    const start = Buffer.alloc(1_024);
    const [line = ''] = start.toString('utf8', 0, readSync(descriptor, start)).split('\n');
    const head = JSON.parse(line) as { made?: unknown } | null;
    const made = JSON.parse(typeof head?.made === 'string' ? head.made : '{}') as { size?: unknown };
    return typeof made.size === 'number' ? made.size : null;
  } catch {
    return null; // not one that the sandbox would go on with
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The sandbox's arguments.
 * @param size waiting offers as they were asked for; undefined: as many as there were, or 2000
 * @throws UsageError when the kept one is of another size: the workspace beside it knows that one
 */
export function demonstrationArguments(data: string, size: number | undefined): string[] {
  const file = demonstrationFile(data);
  const kept = keptSize(file);
  if (kept !== null && size !== undefined && size !== kept)
    throw new UsageError(
      `--size ${size} is not the size of the demonstration in ${data}, which was made with ${kept} offers. Leave --size out to go on with it, or name another directory with --data.`,
    );
  return ['--size', String(size ?? kept ?? 2_000), '--keep', file];
}
