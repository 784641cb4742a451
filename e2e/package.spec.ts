import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { end, root } from '../scripts/children.ts';
import { findTestElectron, isRoot } from '../scripts/runtimes.ts';

/** The port of the DevTools, which Chromium prints on standard error. */
function devToolsOf(child: ReturnType<typeof spawn>): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += String(chunk);
      const found = /DevTools listening on ws:\/\/([^/]+)/.exec(said);
      if (found?.[1]) resolve(found[1]);
    });
    child.once('exit', (code) => reject(new Error(`The packaged app ended with code ${code}: ${said}`)));
  });
}

/** Runs expressions in the packaged app's page. Playwright cannot attach: what it needs of the main process is burnt off. */
async function pageOf(address: string): Promise<{ run(expression: string): Promise<unknown>; close(): void }> {
  let target: { url: string; webSocketDebuggerUrl: string } | undefined;
  await expect
    .poll(async () => {
      // the DevTools' own list
      const targets = (await (await fetch(`http://${address}/json/list`)).json()) as (typeof target & object)[];
      target = targets.find(({ url }) => url.startsWith('app://bindery'));
      return target?.url;
    })
    .toBeDefined();
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  let next = 0;
  return {
    run: (expression) =>
      new Promise((resolve) => {
        const id = ++next;
        const listen = ({ data }: MessageEvent) => {
          const reply = JSON.parse(String(data)) as { id?: number; result?: { result?: { value?: unknown } } };
          if (reply.id !== id) return;
          socket.removeEventListener('message', listen);
          resolve(reply.result?.result?.value);
        };
        socket.addEventListener('message', listen);
        const params = { expression, userGesture: true, returnByValue: true };
        socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
      }),
    close: () => socket.close(),
  };
}

const find = (id: string) => `document.querySelector('[data-testid="${id}"]')`;

test('the packaged app has its fuses burnt, and starts by itself on the demonstration', async () => {
  test.setTimeout(300_000);
  const electron = findTestElectron();
  if ('missing' in electron) throw new Error(electron.missing);
  const folder = mkdtempSync(join(tmpdir(), 'bindery-package-'));
  try {
    const packed = spawnSync(
      process.execPath,
      ['scripts/package.ts', '--dir', '--electron', dirname(electron.path), '--output', join(folder, 'dist')],
      { cwd: root, encoding: 'utf8' },
    );
    expect(packed.status, packed.stdout + packed.stderr).toBe(0);
    const program = packed.stdout.trim().split('\n').at(-1) ?? '';

    const wire = await getCurrentFuseWire(program);
    expect(wire[FuseV1Options.RunAsNode]).toBe(FuseState.DISABLE);
    expect(wire[FuseV1Options.EnableNodeOptionsEnvironmentVariable]).toBe(FuseState.DISABLE);
    expect(wire[FuseV1Options.EnableNodeCliInspectArguments]).toBe(FuseState.DISABLE);
    expect(wire[FuseV1Options.OnlyLoadAppFromAsar]).toBe(FuseState.ENABLE);

    const child = spawn(program, [...(isRoot() ? ['--no-sandbox'] : []), '--remote-debugging-port=0'], {
      env: { ...process.env, BINDERY_DATA_DIR: join(folder, 'data'), BINDERY_NODE: process.execPath },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      const page = await pageOf(await devToolsOf(child));
      await expect.poll(() => page.run(`Boolean(${find('operator-name')})`), { timeout: 60_000 }).toBe(true);
      await page.run(`${find('operator-name')}.focus(); document.execCommand('insertText', false, 'Ana Souza')`);
      await page.run(`${find('operator-submit')}.click()`);
      const waiting = () => page.run(`${find('chip-waiting')}?.textContent.replace(/\\D/g, '')`);
      await expect.poll(waiting, { timeout: 120_000 }).toBe('2000');
      expect(await page.run('typeof require')).toBe('undefined');
      page.close();
    } finally {
      await end(child);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
