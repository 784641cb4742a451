import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, Menu, session, shell } from 'electron';
import { startDemonstration } from './demonstration.ts';
import { guardAllContents, guardSession } from './guards.ts';
import { routeAmong, routeOfLink, scheme } from './links.ts';
import { openLog } from './log.ts';
import { type ShellMenu, showMenu } from './menu.ts';
import { type ShellOptions, takeOptions } from './options.ts';
import { registerOrigin, serveOrigin } from './origin.ts';
import { openSecrets } from './secrets.ts';
import { ServiceHost } from './service-host.ts';
import { texts } from './texts.ts';
import { announceGone, brokerPorts, focusWindow, isFromOurPage, openWindow } from './windows.ts';

const options = takeOptions(process.env);
mkdirSync(options.dataDirectory, { recursive: true, mode: 0o700 });
const log = openLog(join(options.dataDirectory, 'logs'));

// Electron's own files go with the data, so that each data directory is an application of its own
app.setPath('userData', join(options.dataDirectory, 'window'));
app.setName('Bindery');
// an installed app answers for its links; one that is being worked on leaves the system's settings alone
if (app.isPackaged) app.setAsDefaultProtocolClient(scheme);
// as root, in tests, Chromium refuses its sandbox altogether; pages then keep the sandboxed preload of their preferences
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
Menu.setApplicationMenu(null);
registerOrigin();
guardAllContents();

/** Tells the operator what the service said, and lets them try again or leave. */
async function askAfterFailure(host: ServiceHost, { language }: ShellMenu, message: string | null): Promise<void> {
  const t = texts[language];
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message: t.notRunning,
    detail: `${message ?? t.endedAgain}\n${t.logIsIn(log.folder)}`,
    buttons: [t.tryAgain, t.quit],
    defaultId: 0,
    cancelId: 1,
  });
  if (response === 0) host.retry();
  else app.quit();
}

/** Where the service finds its marketplace. Started by nobody who names one, Bindery shows itself on a demonstration. */
async function withMarketplace(): Promise<ShellOptions> {
  if (options.backendUrl !== null || options.profileKind === 'real') return options;
  try {
    const { url, appKey, appToken } = await startDemonstration(options.dataDirectory, log, (stop) =>
      app.once('will-quit', stop),
    );
    return { ...options, backendUrl: url, appKey, appToken };
  } catch (error) {
    log.write(`demonstration: ${error instanceof Error ? error.message : String(error)} Bindery works on offline.`);
    return options;
  }
}

async function run(): Promise<void> {
  await app.whenReady();
  guardSession(session.defaultSession);
  serveOrigin(join(__dirname, '../renderer'));

  const host = new ServiceHost(openSecrets(options.dataDirectory, log, options.plainTextSecrets), log, {
    onGone(final) {
      announceGone();
      if (final) void askAfterFailure(host, menu, null);
    },
    onReady(runtime, endpointsUrl) {
      log.write(`service: ${runtime}; sellers notify ${endpointsUrl ?? 'nothing (no endpoints)'}`);
    },
    onFailed(message) {
      void askAfterFailure(host, menu, message);
    },
  });
  const menu = showMenu(app.getLocale(), isFromOurPage, {
    newWindow: () => void openWindow(log),
    showLogs: () => void shell.openPath(log.folder),
    restartService: () => host.retry(),
  });
  // its code is loaded while the marketplace of the demonstration starts
  host.prepare();
  void withMarketplace().then((found) => host.start(found));
  brokerPorts(host, log);
  openWindow(log, routeAmong(process.argv) ?? '');

  // a link to an order: on the command line of a second start, or as an event of its own on a Mac
  app.on('second-instance', (_event, argv) => focusWindow(log, routeAmong(argv)));
  app.on('open-url', (event, link) => {
    event.preventDefault();
    focusWindow(log, routeOfLink(link));
  });
  app.on('activate', () => focusWindow(log));
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void host.stop().finally(() => {
      closed = true;
      app.quit();
    });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
}

if (app.requestSingleInstanceLock()) {
  run().catch((error: unknown) => {
    log.write(`main: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    app.exit(1);
  });
} else {
  app.quit();
}
