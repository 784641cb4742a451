import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockDirectory } from './directory-lock.ts';

let directory = '';
let children: ChildProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bindery-lock-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  rmSync(directory, { recursive: true, force: true });
});

/** Another process that has taken the directory. */
async function holder(): Promise<ChildProcess> {
  const script = join(directory, 'holder.ts');
  const module = fileURLToPath(new URL('./directory-lock.ts', import.meta.url));
  writeFileSync(
    script,
    `import { lockDirectory } from ${JSON.stringify(module)};
     await lockDirectory(${JSON.stringify(directory)}, 'serve, in a test');
     process.send('taken');
     setInterval(() => undefined, 60_000);`,
  );
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.push(child);
  await once(child, 'message');
  return child;
}

it('keeps a second process out, and says who is in', async () => {
  const child = await holder();
  await expect(lockDirectory(directory, 'test', 0)).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringMatching(new RegExp(`process ${child.pid} on .*serve, in a test.*--data`)),
  });
});

it('is free again the moment its holder is killed', async () => {
  const child = await holder();
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  const lock = await lockDirectory(directory, 'test', 0);
  await expect(lockDirectory(directory, 'test', 0)).rejects.toMatchObject({ code: 'busy' });
  lock.release();
});

it('waits for a holder that is about to end', async () => {
  const lock = await lockDirectory(directory, 'test', 0);
  const second = lockDirectory(directory, 'test', 10_000);
  lock.release();
  (await second).release();
});

it('is not taken away by others who look at the directory', async () => {
  const lock = await lockDirectory(directory, 'test', 0);
  for (let look = 0; look < 3; look++)
    await expect(lockDirectory(directory, 'test', 0)).rejects.toMatchObject({ code: 'busy' });
  lock.release();
  const again = await lockDirectory(directory, 'test', 0);
  again.release();
});
