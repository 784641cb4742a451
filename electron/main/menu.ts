import { BrowserWindow, ipcMain, Menu } from 'electron';
import type { MenuLanguage } from '../../shared/host/screens.ts';
import { type MenuActions, menuTemplate } from './menu-template.ts';
import { languageOf } from './texts.ts';

const isMac = process.platform === 'darwin';

/** Presses a command's own key in the page: the screens have one registry of commands, and the menu needs no channel to it. */
function press(key: string): void {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  if (!window) return;
  const parts = key.split('+');
  const keyCode = parts.pop() ?? '';
  const modifiers = parts.map((part) =>
    part === 'Alt' ? ('alt' as const) : isMac ? ('meta' as const) : ('control' as const),
  );
  window.webContents.focus();
  for (const type of ['rawKeyDown', 'keyUp'] as const) window.webContents.sendInputEvent({ type, keyCode, modifiers });
}

export interface ShellMenu {
  /** The language in which the shell speaks: the page's once it has said it. */
  readonly language: MenuLanguage;
}

/** Shows the menu in the system's language, and in the page's from when that is known. Call it once the app is ready. */
export function showMenu(
  systemLanguage: string,
  isTrusted: (event: Electron.IpcMainEvent) => boolean,
  actions: Omit<MenuActions, 'isMac' | 'language' | 'press'>,
): ShellMenu {
  let language = languageOf(systemLanguage);
  const show = () =>
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ ...actions, isMac, language, press })));
  show();
  ipcMain.on('bindery:language', (event, tag: unknown) => {
    const next = languageOf(tag);
    if (!isTrusted(event) || next === language) return;
    language = next;
    show();
  });
  return {
    get language() {
      return language;
    },
  };
}
