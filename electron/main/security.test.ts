/** The twenty points of Electron's security guide, one test each. What the test runtime cannot show is asserted of the configuration. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';

type Handler = (...args: never[]) => unknown;
const electron = vi.hoisted(() => {
  const state = {
    windows: [] as { options: Record<string, unknown>; loaded: string[]; webContents: object }[],
    ipc: new Map<string, (...args: never[]) => unknown>(),
    app: new Map<string, (...args: never[]) => unknown>(),
    opened: [] as string[],
    schemes: new Map<string, (request: Request) => Promise<Response>>(),
    exposed: new Map<string, Record<string, unknown>>(),
    sent: [] as unknown[][],
    plainText: [] as boolean[],
    backend: 'basic_text',
  };
  class BrowserWindow {
    webContents: object = {
      on: () => undefined,
      mainFrame: { url: 'app://bindery/', postMessage: () => undefined },
      isDestroyed: () => false,
    };
    loaded: string[] = [];
    options: Record<string, unknown>;
    constructor(options: Record<string, unknown>) {
      this.options = options;
      state.windows.push(this);
    }
    once() {}
    on() {}
    isDestroyed() {
      return false;
    }
    async loadURL(address: string) {
      this.loaded.push(address);
    }
  }
  return { state, BrowserWindow };
});
vi.mock('electron', () => {
  const { state, BrowserWindow } = electron;
  return {
    BrowserWindow,
    app: { on: (name: string, handler: Handler) => state.app.set(name, handler) },
    ipcMain: { on: (name: string, handler: Handler) => state.ipc.set(name, handler) },
    ipcRenderer: { on: () => undefined, send: (...args: unknown[]) => state.sent.push(args) },
    contextBridge: { exposeInMainWorld: (name: string, api: Record<string, unknown>) => state.exposed.set(name, api) },
    nativeTheme: { shouldUseDarkColors: false },
    protocol: {
      registerSchemesAsPrivileged: () => undefined,
      handle: (scheme: string, handler: (request: Request) => Promise<Response>) => state.schemes.set(scheme, handler),
    },
    safeStorage: {
      getSelectedStorageBackend: () => state.backend,
      setUsePlainTextEncryption: (wanted: boolean) => state.plainText.push(wanted),
      isEncryptionAvailable: () => state.backend !== 'basic_text' || state.plainText.includes(true),
      encryptString: (text: string) => {
        if (state.backend === 'basic_text' && !state.plainText.includes(true)) throw new Error('refused');
        return Buffer.from(`sealed ${text}`);
      },
      decryptString: (bytes: Buffer) => bytes.toString().slice(7),
    },
    shell: { openExternal: async (address: string) => state.opened.push(address) },
  };
});

const { guardAllContents, guardSession, openExternal } = await import('./guards.ts');
const { fileOf, isOwnAddress, serveOrigin } = await import('./origin.ts');
const { brokerPorts, openWindow } = await import('./windows.ts');
const { openSecrets } = await import('./secrets.ts');
const { contentSecurityPolicy } = await import('../../shared/host/policy.ts');

const root = join(import.meta.dirname, '../..');
const { state } = electron;
const log = { folder: '', write: () => undefined, hide: () => undefined };
beforeEach(() => {
  state.opened.length = 0;
  state.plainText.length = 0;
});

function sourcesOf(folder: string): { file: string; text: string }[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|tsx|html)$/.test(file) && !/\.test\./.test(file))
    .map((file) => ({ file, text: readFileSync(join(root, folder, file), 'utf8') }));
}
const shell = [...sourcesOf('electron/main'), ...sourcesOf('electron/preload')];
const page = sourcesOf('renderer');

function preferences(): Record<string, unknown> {
  openWindow(log as never);
  return state.windows.at(-1)?.options.webPreferences as Record<string, unknown>; // what openWindow gave
}
/** The guards that every page gets. */
function guarded() {
  guardAllContents();
  const on = new Map<string, (event: { url?: string; preventDefault(): void }, address?: string) => void>();
  let opener: ((details: { url: string }) => { action: string }) | undefined;
  state.app.get('web-contents-created')?.(
    {} as never,
    {
      on: (name: string, handler: never) => on.set(name, handler),
      setWindowOpenHandler: (handler: never) => {
        opener = handler;
      },
    } as never,
  );
  const isPrevented = (name: string, url: string) => {
    let prevented = false;
    on.get(name)?.({ url, preventDefault: () => (prevented = true) }, url);
    return prevented;
  };
  return { isPrevented, open: (url: string) => opener?.({ url }).action };
}

describe('Electron’s security guide', () => {
  it('1: loads its own files only, by a scheme that nobody can alter on the way', () => {
    openWindow(log as never);
    expect(state.windows.at(-1)?.loaded).toEqual(['app://bindery/']);
    for (const { file, text } of shell) expect(text, file).not.toMatch(/load(URL|File)\(\s*['"`]http/);
  });
  it('2: gives pages no Node', () => {
    expect(preferences()).toMatchObject({ nodeIntegration: false, nodeIntegrationInSubFrames: false });
    expect(preferences().nodeIntegrationInWorker).not.toBe(true);
  });
  it('3: keeps the preload’s world apart from the page’s', () => {
    expect(preferences()).toMatchObject({ contextIsolation: true });
  });
  it('4: sandboxes every renderer', () => {
    expect(preferences()).toMatchObject({ sandbox: true });
    const main = readFileSync(join(root, 'electron/main/index.ts'), 'utf8');
    expect(main).toMatch(/app\.enableSandbox\(\)/);
    for (const { file, text } of shell)
      expect(text, file).not.toMatch(/appendSwitch\(\s*['"`](no-sandbox|disable-gpu-sandbox)/);
  });
  it('5: grants the two permissions that it needs, to its own page', () => {
    const granted: string[] = [];
    let check: (contents: null, permission: string, origin: string) => boolean = () => true;
    let device: () => boolean = () => true;
    guardSession({
      setPermissionRequestHandler: (
        handler: (contents: object, permission: string, answer: (ok: boolean) => void) => void,
      ) => {
        for (const from of ['app://bindery/', 'https://elsewhere.example/'])
          for (const permission of [
            'media',
            'geolocation',
            'notifications',
            'clipboard-read',
            'openExternal',
            'hid',
            'clipboard-sanitized-write',
          ])
            handler({ getURL: () => from }, permission, (ok) => ok && granted.push(`${permission} ${from}`));
      },
      setPermissionCheckHandler: (handler: typeof check) => {
        check = handler;
      },
      setDevicePermissionHandler: (handler: typeof device) => {
        device = handler;
      },
    } as never);
    expect(granted).toEqual(['notifications app://bindery/', 'clipboard-sanitized-write app://bindery/']);
    expect(check(null, 'clipboard-sanitized-write', 'https://elsewhere.example')).toBe(false);
    expect(check(null, 'media', 'app://bindery')).toBe(false);
    expect(device()).toBe(false);
  });
  it('6: keeps the same-origin policy', () => {
    expect(preferences()).toMatchObject({ webSecurity: true });
    for (const { file, text } of shell) expect(text, file).not.toMatch(/disable-web-security|bypassCSP/);
  });
  it('7: has a content security policy that lets in its own files and nothing else, on every answer', async () => {
    const policy = new Map(
      contentSecurityPolicy()
        .split('; ')
        .map((part) => [part.split(' ')[0], part.split(' ').slice(1)]),
    );
    expect(policy.get('default-src')).toEqual(["'none'"]);
    expect(policy.get('script-src')).toEqual(["'self'"]);
    expect(policy.get('connect-src')).toEqual(["'self'"]);
    expect([policy.get('base-uri'), policy.get('form-action'), policy.get('frame-ancestors')]).toEqual([
      ["'none'"],
      ["'none'"],
      ["'none'"],
    ]);
    serveOrigin(join(root, 'renderer'));
    for (const path of ['/', '/none.js', '/../package.json']) {
      const answer = await state.schemes.get('app')?.(new Request(`app://bindery${path}`));
      expect(answer?.headers.get('content-security-policy'), path).toBe(contentSecurityPolicy());
    }
  });
  it('8: never mixes in insecure content', () => {
    expect(preferences().allowRunningInsecureContent).not.toBe(true);
    for (const { file, text } of shell)
      expect(text, file).not.toMatch(/allow-running-insecure-content|ignore-certificate-errors|certificate-error/);
  });
  it('9: turns on no experimental features', () => {
    expect(preferences().experimentalFeatures).not.toBe(true);
    for (const { file, text } of shell) expect(text, file).not.toContain('enable-experimental-web-platform-features');
  });
  it('10: turns on no Blink features', () => {
    expect(preferences()).not.toHaveProperty('enableBlinkFeatures');
    for (const { file, text } of shell) expect(text, file).not.toContain('enable-blink-features');
  });
  it('11: has no webview, and none that opens windows', () => {
    for (const { file, text } of page) expect(text, file).not.toMatch(/<webview|allowpopups/i);
  });
  it('12: lets no webview be attached', () => {
    expect(preferences()).toMatchObject({ webviewTag: false });
    expect(guarded().isPrevented('will-attach-webview', 'app://bindery/')).toBe(true);
  });
  it('13: stays on its own origin', () => {
    const { isPrevented } = guarded();
    expect(isPrevented('will-navigate', 'app://bindery/#/orders')).toBe(false);
    for (const url of [
      'https://elsewhere.example/',
      'file:///etc/passwd',
      'app://bindery.elsewhere.example/',
      'javascript:alert(1)',
      'data:text/html,x',
      'app:bindery',
    ])
      expect(isPrevented('will-navigate', url), url).toBe(true);
    expect(isPrevented('will-redirect', 'app://bindery/')).toBe(true);
    fc.assert(
      fc.property(fc.webUrl(), (url) => {
        expect(isOwnAddress(url)).toBe(false);
      }),
      { seed: 20_261_125 },
    );
  });
  it('14: opens no window for a page', () => {
    for (const url of ['app://bindery/', 'https://elsewhere.example/', 'about:blank'])
      expect(guarded().open(url)).toBe('deny');
  });
  it('15: hands complete https addresses to the person’s own browser, and nothing else', () => {
    for (const address of [
      'file:///etc/passwd',
      'http://elsewhere.example',
      'javascript:alert(1)',
      'smb://x/y',
      'https://user:pw@elsewhere.example',
      'ms-settings:',
      '\\\\host\\share',
      '',
    ])
      openExternal(address);
    expect(state.opened).toEqual([]);
    openExternal('https://elsewhere.example/a?b');
    expect(state.opened).toEqual(['https://elsewhere.example/a?b']);
    state.opened.length = 0;
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        openExternal(text);
        expect(state.opened.every((each) => each.startsWith('https://'))).toBe(true);
      }),
      { seed: 20_261_125 },
    );
  });
  it('16: is built with a current Electron', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    // the oldest of the three majors that were supported when this was last looked at (November 2026)
    expect(Number(/\d+/.exec(devDependencies.electron ?? '')?.[0])).toBeGreaterThanOrEqual(43);
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version: string }>;
    };
    expect(Number(lock.packages['node_modules/electron']?.version.split('.')[0])).toBeGreaterThanOrEqual(43);
  });
  it('17: listens to the main frame of its own windows only', async () => {
    let connections = 0;
    const posted: string[] = [];
    const host = {
      connect: async () => {
        connections++;
        return { close: () => undefined };
      },
    };
    brokerPorts(host as never, log as never);
    const window = openWindow(log as never) as unknown as {
      webContents: { mainFrame: object; isDestroyed(): boolean };
    };
    const frame = { url: 'app://bindery/', postMessage: (_name: string, nonce: string) => posted.push(nonce) };
    window.webContents = { mainFrame: frame, isDestroyed: () => false };
    const ask = (sender: object, senderFrame: object | null, nonce: unknown) =>
      state.ipc.get('bindery:request-port')?.({ sender, senderFrame } as never, nonce as never);
    ask(window.webContents, { ...frame }, 'a frame inside');
    ask(window.webContents, null, 'no frame');
    ask({ mainFrame: frame, isDestroyed: () => false }, frame, 'not a window of ours');
    ask(window.webContents, frame, 42);
    ask(window.webContents, frame, 'x'.repeat(101));
    expect(connections).toBe(0);
    Object.assign(frame, { url: 'https://elsewhere.example/' });
    ask(window.webContents, frame, 'a page elsewhere');
    expect(connections).toBe(0);
    Object.assign(frame, { url: 'app://bindery/' });
    ask(window.webContents, frame, 'ours');
    await vi.waitFor(() => expect(posted).toEqual(['ours']));
    // the one channel is the only one
    expect([...state.ipc.keys()]).toEqual(['bindery:request-port']);
    for (const { file, text } of shell) expect(text, file).not.toMatch(/ipcMain\.handle/);
  });
  it('18: serves its files by a scheme of its own, and none outside their folder', () => {
    for (const { file, text } of shell) expect(text, file).not.toMatch(/loadFile|['"`]file:/);
    const folder = '/srv/screens';
    for (const path of [
      '/../secret',
      '/%2e%2e/secret',
      '/..%2fsecret',
      '/a/../../secret',
      '/\0',
      '/%',
      '//etc/passwd/../../..',
    ])
      expect(fileOf(folder, path)?.startsWith(`${folder}/`) ?? true, path).toBe(true);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('..', '.', '%2e', '%2f', '/', 'a', '\\', '%00'), { maxLength: 12 }),
        (parts) => {
          const file = fileOf(folder, `/${parts.join('')}`);
          expect(file === null || file.startsWith(`${folder}/`)).toBe(true);
        },
      ),
      { seed: 20_261_125 },
    );
  });
  it('19: burns the fuses that it never needs, and reads them back from what was packaged', () => {
    const script = readFileSync(join(root, 'scripts/package.ts'), 'utf8');
    const burnt = Object.fromEntries(
      [...(/const fuses = \{([^}]*)\}/.exec(script)?.[1] ?? '').matchAll(/(\w+): (true|false)/g)].map(
        ([, name, on]) => [name, on === 'true'],
      ),
    );
    expect(burnt).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
    expect(script).toMatch(/electronFuses: burnt/);
    expect(script).toMatch(/getCurrentFuseWire\(program\)/);
  });
  it('20: gives the page one function, and nothing of Electron', async () => {
    vi.stubGlobal('window', { postMessage: () => undefined, addEventListener: () => undefined });
    await import('../preload/index.ts');
    expect([...state.exposed.keys()]).toEqual(['bindery']);
    const api = state.exposed.get('bindery') as { requestPort(nonce: unknown): void };
    expect(Object.keys(api)).toEqual(['requestPort']);
    api.requestPort({ toString: () => 'a nonce' });
    expect(state.sent).toEqual([['bindery:request-port', 'a nonce']]);
    vi.unstubAllGlobals();
  });
});

describe('secrets', () => {
  it('are refused on a desktop that would keep them in plain text, unless the person insists', async () => {
    const folder = join(root, 'test-results/unit-secrets');
    const refused = openSecrets(folder, log as never, false);
    await expect(refused.run({ operation: 'set', name: 'x', value: 'y' })).rejects.toThrow(/key store/);
    expect(state.plainText).toEqual([]);
    const insisted = openSecrets(folder, log as never, true);
    await insisted.run({ operation: 'set', name: 'x', value: 'y' });
    expect(state.plainText).toEqual([true]);
    expect(await insisted.run({ operation: 'get', name: 'x' })).toBe('y');
  });
});
