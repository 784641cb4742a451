import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type ElectronApplication, expect, type Page } from '@playwright/test';
import { end, jsonLine, root, start } from '../scripts/children.ts';
import { launchElectron } from '../scripts/electron-launch.ts';
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

interface ServiceProcess {
  /** Over 1: 0 and less would name whole groups of processes, our own among them. */
  readonly pid: number;
  readonly runtime: string;
}

/** The process that runs the service, as it notes it where it locks its data directory; null before it did. */
function serviceProcess(data: string): ServiceProcess | null {
  try {
    const { pid, runtime } = JSON.parse(readFileSync(join(data, 'lock.json'), 'utf8')) as Record<string, unknown>;
    return typeof pid === 'number' && pid > 1 ? { pid, runtime: String(runtime) } : null;
  } catch {
    return null; // it is being written
  }
}

let printed = '';
/** Says once what the service ran in. */
function printRuntime(data: string): void {
  const runtime = serviceProcess(data)?.runtime ?? printed;
  if (runtime !== printed) console.log(`The service ran in: ${runtime}`);
  printed = runtime;
}

/** Nothing is drawn twice for the eye's sake, and nothing by a graphics card that is not there. */
const drawing = ['--disable-gpu', '--force-prefers-reduced-motion'];

export async function openElectron(sandbox: Sandbox, data: string): Promise<Host> {
  const found = findTestElectron();
  if ('missing' in found) throw new Error(found.missing);
  const { app } = await launchElectron(
    {
      executablePath: found.path,
      args: [...(isRoot() ? ['--no-sandbox'] : []), ...drawing, `--password-store=${keyStore ?? 'basic'}`, root],
      env: {
        ...environment(sandbox),
        BINDERY_DATA_DIR: data,
        BINDERY_BACKEND_URL: sandbox.url,
        BINDERY_NODE: process.execPath,
      },
    },
    () => rmSync(data, { recursive: true, force: true, maxRetries: 5 }),
  );
  const child = app.process();
  const page = await app.firstWindow();
  return {
    page,
    electron: app,
    async killService() {
      const killed = serviceProcess(data);
      if (!killed) throw new Error('No process has noted that it holds the data directory.');
      process.kill(killed.pid, 'SIGKILL');
      const isAnother = () => ![undefined, killed.pid].includes(serviceProcess(data)?.pid);
      await expect.poll(isAnother, 'a service that was started again').toBe(true);
    },
    async close() {
      printRuntime(data);
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
