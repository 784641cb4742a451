import { join } from 'node:path';
import { BrowserWindow, type IpcMainEvent, ipcMain, nativeTheme, type WebContents, type WebFrameMain } from 'electron';
import type { Log } from './log.ts';
import { isOwnAddress, origin } from './origin.ts';
import type { ServiceHost } from './service-host.ts';

const windows = new Set<BrowserWindow>();

export function allWindows(): BrowserWindow[] {
  return [...windows].filter((window) => !window.isDestroyed());
}

/** A window on the screens: sandboxed, isolated, no Node, shown once it has something to show. @param route of a link; '' for the first screen */
export function openWindow(log: Log, route = ''): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Bindery',
    // the older runtime does not know the name and the persistence; it opens at this size
    name: 'main',
    windowStatePersistence: true,
    width: 1440,
    height: 900,
    minWidth: 900,
    minHeight: 600,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1a1b1e' : '#ffffff',
    webPreferences: {
      preload: join(__dirname, '../preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  });
  windows.add(window);
  window.once('ready-to-show', () => window.show());
  window.once('closed', () => windows.delete(window));
  window.webContents.on('render-process-gone', (_event, details) => {
    log.write(`window: its page ended (${details.reason})`);
    if (details.reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
  });
  window.on('unresponsive', () => log.write('window: its page does not answer'));
  void window.loadURL(`${origin}/${route}`).catch((error: unknown) => log.write(`window: ${String(error)}`));
  return window;
}

/** Brings a window to the front, or opens one; with a route, on that. */
export function focusWindow(log: Log, route: string | null = null): void {
  const [window] = allWindows();
  if (!window) {
    openWindow(log, route ?? '');
    return;
  }
  // another fragment of the same page: nothing is loaded anew
  if (route !== null)
    void window.loadURL(`${origin}/${route}`).catch((error: unknown) => log.write(`window: ${String(error)}`));
  if (window.isMinimized()) window.restore();
  window.focus();
}

/** Only the main frame of one of our windows, on our origin, is listened to. */
function isTrusted(sender: WebContents, frame: WebFrameMain | null): frame is WebFrameMain {
  if (!frame || frame !== sender.mainFrame || !isOwnAddress(frame.url)) return false;
  return allWindows().some((window) => window.webContents === sender);
}

/** Whether a message comes from the main frame of one of our windows. */
export function isFromOurPage({ sender, senderFrame }: IpcMainEvent): boolean {
  return isTrusted(sender, senderFrame);
}

/** Gives each page that asks a port to the service, under the nonce it asked with. Of requests that wait, the last counts. */
export function brokerPorts(host: ServiceHost, log: Log): void {
  const latest = new WeakMap<WebContents, string>();
  ipcMain.on('bindery:request-port', (event, nonce: unknown) => {
    const { sender, senderFrame } = event;
    if (!isTrusted(sender, senderFrame) || typeof nonce !== 'string' || nonce === '' || nonce.length > 100) {
      log.write('ports: a request of an unknown sender was refused');
      return;
    }
    latest.set(sender, nonce);
    void host.connect().then((port) => {
      if (sender.isDestroyed() || latest.get(sender) !== nonce || !isTrusted(sender, sender.mainFrame)) {
        port.close();
        return;
      }
      sender.mainFrame.postMessage('bindery:port', nonce, [port]);
    });
  });
}

/** Tells every page that the service behind its port is gone; each asks for a new port. */
export function announceGone(): void {
  for (const window of allWindows()) window.webContents.send('bindery:gone');
}
