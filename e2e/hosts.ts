import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Browser,
  chromium,
  type ElectronApplication,
  _electron as electron,
  errors,
  type Page,
} from '@playwright/test';
import { end, jsonLine, root, start } from '../scripts/children.ts';
import { findChromium, findTestElectron, isRoot } from '../scripts/runtimes.ts';
import type { Sandbox } from './sandbox.ts';

const size = { width: 1440, height: 900 };

/** The key store that the Electron window seals keys in; null where the run has none. */
export const keyStore: string | null = process.env.BINDERY_TEST_KEY_STORE ?? null;

/** Bindery as a person meets it: a page, and a service that can be killed. */
export interface Host {
  readonly page: Page;
  readonly electron: ElectronApplication | null;
  /** `kill -9` of the process that the service runs in, and, where nobody else does it, its restart. */
  killService(): Promise<void>;
  close(): Promise<void>;
}

export function freshDirectory(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'bindery-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

function environment(sandbox: Sandbox): Record<string, string> {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    ...Object.fromEntries(inherited),
    BINDERY_APP_KEY: sandbox.appKey,
    BINDERY_APP_TOKEN: sandbox.appToken,
    BINDERY_PROFILE: 'demo',
  };
}

/** Nothing is drawn twice for the eye's sake, and nothing by a graphics card that is not there. */
const drawing = ['--disable-gpu', '--force-prefers-reduced-motion'];

export async function openElectron(sandbox: Sandbox, data: string): Promise<Host> {
  const found = findTestElectron();
  if ('missing' in found) throw new Error(found.missing);
  const launch = () =>
    electron.launch({
      executablePath: found.path,
      args: [...(isRoot() ? ['--no-sandbox'] : []), ...drawing, `--password-store=${keyStore ?? 'basic'}`, root],
      env: {
        ...environment(sandbox),
        BINDERY_DATA_DIR: data,
        BINDERY_BACKEND_URL: sandbox.url,
        BINDERY_NODE: process.execPath,
      },
      timeout: 60_000,
    });
  // now and then the driver does not get through to a window that is there: said, and begun anew, once
  const app = await launch().catch((error: unknown) => {
    if (!(error instanceof errors.TimeoutError)) throw error;
    console.log('The driver did not reach the Electron window within a minute; it is launched once more.');
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    return launch();
  });
  let servicePid = 0;
  let announced: () => void = () => undefined;
  const child = app.process();
  child.stderr?.on('data', (chunk: Buffer) => {
    const said = /service: utilityProcess.*pid (\d+)/.exec(String(chunk));
    if (!said) return;
    servicePid = Number(said[1]);
    if (process.env.BINDERY_E2E_VERBOSE) console.log(said[0]);
    announced();
  });
  const page = await app.firstWindow();
  return {
    page,
    electron: app,
    async killService() {
      const restarted = new Promise<void>((resolve) => {
        announced = resolve;
      });
      process.kill(servicePid, 'SIGKILL');
      await restarted;
    },
    async close() {
      await app.close().catch(() => undefined);
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    },
  };
}

export async function launchChromium(): Promise<Browser> {
  const found = await findChromium();
  if ('missing' in found) throw new Error(found.missing);
  return chromium.launch({
    executablePath: found.path,
    args: [...(isRoot() ? ['--no-sandbox'] : []), '--disable-dev-shm-usage', ...drawing],
  });
}

/** @param browser one for many tests: a context of its own shares nothing with those before */
export async function openBrowser(sandbox: Sandbox, data: string, browser: Browser): Promise<Host> {
  const serve = async (consolePort: number, endpointsPort: number) => {
    const ports = ['--console-port', String(consolePort), '--endpoints-port', String(endpointsPort)];
    const child: ChildProcess = start(
      process.execPath,
      ['scripts/serve.ts', '--backend', sandbox.url, '--data', data, ...ports],
      { env: environment(sandbox), stdio: ['ignore', 'pipe', process.env.BINDERY_E2E_VERBOSE ? 'inherit' : 'ignore'] },
    );
    const line = await jsonLine(child, 'serve');
    child.stdout?.resume();
    return { child, url: String(line.console), endpoints: String(line.endpoints), token: String(line.token) };
  };
  let served = await serve(0, 0);
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  await page.goto(`${served.url}/?token=${served.token}`);
  return {
    page,
    electron: null,
    async killService() {
      const gone = new Promise((resolve) => served.child.once('exit', resolve));
      served.child.kill('SIGKILL');
      await gone;
      const port = (url: string) => Number(new URL(url).port);
      served = await serve(port(served.url), port(served.endpoints));
      // sessions live in memory: a new start asks for a new link
      await page.goto(`${served.url}/?token=${served.token}`);
    },
    async close() {
      await context.close();
      await end(served.child);
    },
  };
}
