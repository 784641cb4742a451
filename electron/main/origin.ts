import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, join, relative } from 'node:path';
import { protocol } from 'electron';
import { contentSecurityPolicy } from '../../shared/host/policy.ts';

/** The one origin that the screens have. */
export const origin = 'app://bindery';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Whether an address is one of ours. URL gives a custom scheme no origin of its own, so its parts are compared. */
export function isOwnAddress(address: string): boolean {
  try {
    const { protocol: scheme, host } = new URL(address);
    return scheme === 'app:' && host === 'bindery';
  } catch {
    return false;
  }
}

/** Call it before the app is ready, once. */
export function registerOrigin(): void {
  const electronMajor = Number(process.versions.electron?.split('.')[0] ?? 0);
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'app',
      privileges: {
        standard: true,
        secure: true,
        supportFetchAPI: true,
        // compiled scripts are kept between starts; older versions do not know the word
        ...(electronMajor >= 28 ? { codeCache: true } : {}),
      },
    },
  ]);
}

/** The file that a path of ours names, or null when it lies outside the folder. */
export function fileOf(folder: string, pathname: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (path.includes('\0')) return null;
  const file = join(folder, path === '/' ? 'index.html' : path);
  const inside = relative(folder, file);
  return inside !== '' && !inside.startsWith('..') && !isAbsolute(inside) ? file : null;
}

/** Serves the built screens under {@link origin}, and nothing else. Call it when the app is ready. */
export function serveOrigin(folder: string): void {
  const headers = {
    'content-security-policy': contentSecurityPolicy(),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  };
  protocol.handle('app', async (request) => {
    const url = new URL(request.url);
    const file = url.host === 'bindery' && request.method === 'GET' ? fileOf(folder, url.pathname) : null;
    if (file === null) return new Response('Not found', { status: 404, headers });
    try {
      const type = types[extname(file)] ?? 'application/octet-stream';
      return new Response(new Uint8Array(await readFile(file)), { headers: { ...headers, 'content-type': type } });
    } catch {
      return new Response('Not found', { status: 404, headers });
    }
  });
}
