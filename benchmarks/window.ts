/** How long a person waits for the Offers screen to show rows, from the start of the program, beside an empty Electron window. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import { ensureBuilt } from '../scripts/build.ts';
import { end, root, start } from '../scripts/children.ts';
import { launchElectron } from '../scripts/electron-launch.ts';
import { findTestElectron, hasDisplay, isRoot, onPath } from '../scripts/runtimes.ts';
import type { BenchCache } from './cache.ts';
import { alternate, type Row, ratioAtMost, rowOf, unmeasured } from './measure.ts';

const patience = 120_000;
const about = {
  name: 'window/interactive',
  unit: 'ms',
  reference:
    'an Electron application that shows one empty window: from spawn until its page is loaded and the window visible',
  goal: ratioAtMost(1.5),
};

/** The application of the reference. */
const emptyApplication = `
const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1400, height: 900, show: false });
  window.once('ready-to-show', () => window.show());
  window.loadURL('data:text/html,<!doctype html><title>empty</title>');
});
app.on('window-all-closed', () => app.quit());
`;

/** A display for windows nobody sees, where there is none. */
async function openDisplay(): Promise<{ env: Record<string, string>; close(): Promise<void> } | null> {
  if (hasDisplay()) return { env: {}, close: async () => undefined };
  const program = onPath('Xvfb');
  if (program === null) return null;
  const server = start(program, ['-displayfd', '1', '-screen', '0', '1440x960x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const number = await new Promise<string>((resolve, reject) => {
    server.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim()));
    server.once('exit', () => reject(new Error('Xvfb ended before it was ready')));
  });
  return { env: { DISPLAY: `:${number}` }, close: () => end(server) };
}

interface Launch {
  readonly program: string;
  readonly application: string;
  readonly env: Record<string, string>;
}

async function launched<Result>(
  { program, application, env }: Launch,
  work: (page: Page, app: ElectronApplication, startedAt: number) => Promise<Result>,
): Promise<Result> {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { app, startedAt } = await launchElectron({
    executablePath: program,
    args: [...(isRoot() ? ['--no-sandbox'] : []), application],
    cwd: root,
    env: { ...Object.fromEntries(inherited), ...env },
  });
  try {
    return await work(await app.firstWindow({ timeout: patience }), app, startedAt);
  } finally {
    await app.close();
  }
}

const untilRows = (page: Page) =>
  page.waitForFunction(
    () => [...document.querySelectorAll('.ag-row [col-id]')].some((cell) => (cell.textContent ?? '').trim().length > 3),
    undefined,
    { timeout: patience, polling: 'raf' },
  );

async function untilVisible(app: ElectronApplication): Promise<void> {
  for (;;) {
    const visible = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().some((window) => window.isVisible()),
    );
    if (visible) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function windowRow(cache: BenchCache, say: (line: string) => void): Promise<Row> {
  const found = findTestElectron();
  if ('missing' in found) return unmeasured(about, found.missing);
  const display = await openDisplay();
  if (!display) return unmeasured(about, 'There is no display here, and no Xvfb.');
  const folder = mkdtempSync(join(tmpdir(), 'bindery-bench-window-'));
  try {
    if (!(await ensureBuilt())) return unmeasured(about, 'The application could not be built.');
    writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "main": "main.js" }');
    writeFileSync(join(folder, 'main.js'), emptyApplication);
    const bindery: Launch = {
      program: found.path,
      application: root,
      env: {
        ...display.env,
        BINDERY_NODE: process.execPath,
        BINDERY_DATA_DIR: cache.directory,
        BINDERY_PROFILE: 'demo',
        // a marketplace that does not answer: what is shown comes from the cache, and the cache stays what it is
        BINDERY_BACKEND_URL: 'http://127.0.0.1:9',
        BINDERY_APP_KEY: 'bench',
        BINDERY_APP_TOKEN: 'bench',
      },
    };
    const empty: Launch = { program: found.path, application: folder, env: display.env };
    // once before it counts: the operator is chosen, as on every later start, and files are in the system's cache on both sides
    await launched(bindery, async (page) => {
      await page.evaluate(() => localStorage.setItem('bindery.operator', 'bench-operator'));
      await page.reload();
      await untilRows(page);
    });
    await launched(empty, async (page) => page.waitForLoadState('domcontentloaded'));
    const taken = await alternate(
      () =>
        launched(bindery, async (page, _app, startedAt) => {
          await untilRows(page);
          const milliseconds = performance.now() - startedAt;
          say(`  rows after ${Math.round(milliseconds)} ms`);
          return milliseconds;
        }),
      () =>
        launched(empty, async (page, app, startedAt) => {
          await page.waitForLoadState('domcontentloaded');
          await untilVisible(app);
          const milliseconds = performance.now() - startedAt;
          say(`  empty window after ${Math.round(milliseconds)} ms`);
          return milliseconds;
        }),
    );
    return rowOf(
      { ...about, note: 'From spawn until the grid shows rows, with Playwright attached on both sides' },
      taken,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await display.close();
  }
}
