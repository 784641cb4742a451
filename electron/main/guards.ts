import { app, type Session, shell, type WebContents } from 'electron';
import { isOwnAddress } from './origin.ts';

/** Opens an address in the person's own browser, when it is a complete https one; whatever else is ignored. */
export function openExternal(address: string): void {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return;
  }
  if (url.protocol === 'https:' && url.username === '' && url.password === '') void shell.openExternal(url.href);
}

/** The screens need to write to the clipboard, which the grid's copy does, and to tell of orders that need a person; nothing else. */
const granted: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'notifications']);

export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(granted.has(permission) && isOwnAddress(contents.getURL())),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, requestingOrigin) => granted.has(permission) && isOwnAddress(requestingOrigin),
  );
  session.setDevicePermissionHandler(() => false);
}

function guardContents(contents: WebContents): void {
  contents.on('will-navigate', (event, address) => {
    // the address moved from the argument to the event; the older runtime has the argument only
    if (!isOwnAddress(event.url ?? address)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
}

/** Every page there will ever be stays on our origin, opens no window and holds no webview. Call it before ready. */
export function guardAllContents(): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
}
