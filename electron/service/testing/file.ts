import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWritable, prepareDatabase, type WritableDatabase } from '../database/open.ts';

/** A database of its own on disk, at the newest version. */
export interface TestFile {
  readonly file: string;
  /** To be replaced by who closes it and opens it again. */
  database: WritableDatabase;
  remove(): void;
}

/** Makes a fresh, migrated database file and opens its writer. */
export function makeTestFile(): TestFile {
  const directory = mkdtempSync(join(tmpdir(), 'bindery-file-'));
  const file = join(directory, 'bindery.sqlite');
  prepareDatabase(file, '2026-11-25T09:00:00.000Z');
  return {
    file,
    database: openWritable(file),
    remove() {
      if (this.database.open) this.database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
