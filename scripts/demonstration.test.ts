import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSandbox } from '../electron/sandbox/index.ts';
import { demonstrationArguments } from './demonstration.ts';
import { demonstrationFile } from './directories.ts';
import { UsageError } from './flags.ts';

let data = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'bindery-demonstration-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

it('makes a marketplace of the size that is asked for, and goes on with the one that is kept', async () => {
  const file = demonstrationFile(data);
  expect(demonstrationArguments(data, undefined)).toEqual(['--size', '2000', '--keep', file]);
  expect(demonstrationArguments(data, 60)).toEqual(['--size', '60', '--keep', file]);
  const sandbox = await startSandbox({ size: 60, keep: file });
  await sandbox.close();
  expect(demonstrationArguments(data, undefined)).toEqual(['--size', '60', '--keep', file]);
  expect(demonstrationArguments(data, 60)).toEqual(['--size', '60', '--keep', file]);
  expect(() => demonstrationArguments(data, 61)).toThrow(UsageError);
  expect(() => demonstrationArguments(data, 61)).toThrow(/--size 61 .* 60 offers.* --data/);
});

it('takes a file that is no marketplace for none', () => {
  for (const text of ['', 'null\n', '{}\n', '{"made":"[]"}\n', '{"made":5}\n', 'no JSON']) {
    writeFileSync(demonstrationFile(data), text);
    expect(demonstrationArguments(data, 61)[1]).toBe('61');
  }
});
