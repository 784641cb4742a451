import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readArguments, UsageError } from './arguments.ts';
import { fields, listOfFields, text } from './input.ts';

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command; `onLine` is called with the first line and may end the process. */
function run(args: readonly string[], onLine?: (line: string, kill: () => void) => void): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const had = out.includes('\n');
      out += chunk.toString();
      if (!had && out.includes('\n')) onLine?.(out.split('\n', 1)[0] ?? '', () => child.kill('SIGTERM'));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

describe('npm run sandbox', () => {
  it('prints one JSON line when ready and ends on SIGTERM', async () => {
    let status = 0;
    const ended = await run(['--size', '60', '--seed', '9'], (line, kill) => {
      const ready = fields(JSON.parse(line));
      const headers = { 'X-VTEX-API-AppKey': text(ready, 'appKey'), 'X-VTEX-API-AppToken': text(ready, 'appToken') };
      expect(Object.keys(ready)).toEqual(['url', 'appKey', 'appToken', 'sellers']);
      expect(Object.keys(fields(listOfFields(ready.sellers)[0]))).toEqual(['id', 'name', 'appKey', 'appToken']);
      void fetch(`${text(ready, 'url')}/suggestions`, { headers }).then((response) => {
        status = response.status;
        kill();
      });
    });
    expect(status).toBe(200);
    expect([ended.code, ended.err, ended.out.trim().split('\n').length]).toEqual([0, '', 1]);
  });

  it('explains itself', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const flag of ['--port', '--size', '--catalog', '--offers', '--seed', '--help']) expect(out).toContain(flag);
  });

  it.each([
    [['--colour', 'red'], 'Unknown flag --colour; see --help.'],
    [['-x'], 'Unknown flag -x; see --help.'],
    [['extra'], 'Unexpected argument "extra"; see --help.'],
    [['--size'], '--size needs a value.'],
    [['--size', 'many'], '--size must be a whole number from 1 to 10000000, not "many".'],
    [['--port=70000'], '--port must be a whole number from 0 to 65535, not "70000".'],
    [['--catalog', 'a.csv'], '--catalog needs --offers: they come together.'],
    [['--offers', 'a.csv'], '--offers needs --catalog: they come together.'],
    [['--size', '5', '--catalog', 'a', '--offers', 'b'], '--size and --catalog exclude each other.'],
  ])('refuses %j', (args, message) => {
    expect(() => readArguments(args)).toThrow(new UsageError(message));
  });

  it('ends with code 2 and the sentence', async () => {
    const { code, out, err } = await run(['--colour']);
    expect([code, out, err.trim()]).toEqual([2, '', 'Unknown flag --colour; see --help.']);
  });

  it('names file, row and column of a bad CSV', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-cli-'));
    const path = join(folder, 'bad.csv');
    writeFileSync(path, 'id,name,price\n1,Lamp,cheap\n');
    const { code, err } = await run(['--catalog', path, '--offers', path]);
    rmSync(folder, { recursive: true });
    expect([code, err.trim()]).toEqual([2, 'bad.csv, row 2, column price: "cheap" is not a price']);
  });
});
