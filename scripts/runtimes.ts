import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './children.ts';

/** A program that was found, or the sentence that says why not. */
export type Found = { readonly path: string } | { readonly missing: string };

function program(folder: string): string | null {
  const names = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' } as Record<string, string>;
  const path = join(folder, names[process.platform] ?? 'electron');
  return existsSync(path) ? path : null;
}

/** Electron's binary: the override, else what the electron package has downloaded, else it is asked to download it now. */
export function findElectron(options: { download: boolean }): Found {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const path = program(override);
    return path ? { path } : { missing: `ELECTRON_OVERRIDE_DIST_PATH (${override}) holds no Electron.` };
  }
  const own = () => {
    const pathFile = join(root, 'node_modules/electron/path.txt');
    const path = existsSync(pathFile)
      ? join(root, 'node_modules/electron/dist', readFileSync(pathFile, 'utf8').trim())
      : null;
    return path && existsSync(path) ? path : null;
  };
  const path = own();
  if (path) return { path };
  if (options.download) {
    console.error('Downloading Electron…');
    spawnSync(process.execPath, [join(root, 'node_modules/electron/install.js')], {
      stdio: 'ignore',
      timeout: 180_000,
    });
    const downloaded = own();
    if (downloaded) return { path: downloaded };
  }
  return { missing: 'The Electron binary is not installed and could not be downloaded.' };
}

/** Electron for tests: as {@link findElectron}, else the test runtime that a script beside the repository lays out. */
export function findTestElectron(): Found {
  const found = findElectron({ download: false });
  if ('path' in found || process.env.ELECTRON_OVERRIDE_DIST_PATH) return found;
  const layout = join(root, '../shared/tools/electron-runtime');
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync(layout)) return found;
  const ran = spawnSync('bash', [layout], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const folder = ran.stdout.trim().split('\n').at(-1) ?? '';
  const path = ran.status === 0 ? program(folder) : null;
  return path ? { path } : { missing: 'No Electron: it is not installed, and the test runtime could not be laid out.' };
}

export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

export function onPath(name: string): string | null {
  const ran = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  return ran.status === 0 ? ran.stdout.trim() : null;
}

/** A Chromium for tests: CHROMIUM_PATH, the system's, else the one that an npm package carries. */
export async function findChromium(): Promise<Found> {
  if (process.env.CHROMIUM_PATH) return { path: process.env.CHROMIUM_PATH };
  const places = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
  for (const path of places) if (existsSync(path)) return { path };
  for (const name of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']) {
    const path = onPath(name);
    if (path) return { path };
  }
  try {
    const { default: carried } = await import('@sparticuz/chromium');
    return { path: await carried.executablePath() };
  } catch (error) {
    return { missing: `No Chromium on this machine: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Whether Chromium and Electron have to run without their sandbox: they refuse to start as root otherwise. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
