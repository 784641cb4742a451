import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { finished, root, start } from './children.ts';

const sources = ['electron', 'renderer', 'shared', 'electron.vite.config.ts', 'package-lock.json'];
const results = ['out/main/index.cjs', 'out/main/serve.cjs', 'out/preload/index.cjs', 'out/renderer/index.html'];

function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  let latest = 0;
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.includes('.test.')) continue;
    latest = Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return latest;
}

/** Whether out/ is older than what it is built from. */
function isStale(): boolean {
  const files = results.map((file) => join(root, file));
  if (!files.every(existsSync)) return true;
  const built = Math.min(...files.map((file) => statSync(file).mtimeMs));
  return Math.max(...sources.map((path) => newest(join(root, path)))) > built;
}

/** Builds out/ when it is missing or stale. What the build says goes to stderr. @returns whether out/ is up to date */
export async function ensureBuilt(): Promise<boolean> {
  if (!isStale()) return true;
  console.error('Building the screens and the shell…');
  const bundler = join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  const child = start(process.execPath, [bundler, 'build', '--logLevel', 'warn'], { stdio: ['ignore', 2, 2] });
  return (await finished(child)) === 0;
}
