import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { prepareDatabase } from './database/open.ts';
import { startService } from './index.ts';

let directory = '';
const file = () => join(directory, 'demo', 'bindery.sqlite');
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bindery-read-only-'));
  mkdirSync(join(directory, 'demo'));
  prepareDatabase(file(), '2026-11-25T09:00:00.000Z');
  writeFileSync(join(directory, 'profile'), 'demo');
});
afterEach(() => {
  process.seteuid?.(process.getuid?.() ?? 0);
  chmodSync(join(directory, 'demo'), 0o755);
  rmSync(directory, { recursive: true, force: true });
});

it('says that the file cannot be written, and where it is, instead of starting half', async () => {
  chmodSync(directory, 0o777);
  chmodSync(join(directory, 'profile'), 0o666);
  chmodSync(file(), 0o444);
  chmodSync(join(directory, 'demo'), 0o555);
  // the owner of everything may write what is read-only
  if (process.getuid?.() === 0) process.seteuid?.(65_534);
  const started = startService({
    dataDirectory: directory,
    backendUrl: null,
    appKey: null,
    appToken: null,
    profileKind: 'demo',
    runtime: 'test',
    endpointsPort: 0,
    publicUrl: null,
    log: () => undefined,
  });
  await expect(started).rejects.toMatchObject({ code: 'not-allowed', message: expect.stringContaining(file()) });
});
