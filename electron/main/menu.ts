import { type BrowserWindow, Menu, type MenuItemConstructorOptions, shell } from 'electron';

/** The ids of the commands that the menu shares with the screens' registry. */
export type MenuCommand =
  | 'palette'
  | 'shortcuts'
  | 'go.offers'
  | 'go.bindings'
  | 'go.catalogue'
  | 'go.sellers'
  | 'go.mapping'
  | 'go.settings';

const isMac = process.platform === 'darwin';

/** The key that runs a command in the screens, as an accelerator. */
const keys: Readonly<Record<MenuCommand, string>> = {
  palette: 'CommandOrControl+K',
  shortcuts: '?',
  'go.offers': 'Alt+1',
  'go.bindings': 'Alt+2',
  'go.catalogue': 'Alt+3',
  'go.mapping': 'Alt+4',
  'go.sellers': 'Alt+5',
  'go.settings': 'Alt+6',
};

/** Presses a command's own key in the page: the screens have one registry of commands, and the menu needs no channel to it. */
function press(window: BrowserWindow, command: MenuCommand): void {
  const parts = keys[command].split('+');
  const keyCode = parts.pop() ?? '';
  const modifiers = parts.map((part) =>
    part === 'Alt' ? ('alt' as const) : isMac ? ('meta' as const) : ('control' as const),
  );
  window.webContents.focus();
  for (const type of ['rawKeyDown', 'keyUp'] as const) window.webContents.sendInputEvent({ type, keyCode, modifiers });
}

function item(command: MenuCommand, label: string): MenuItemConstructorOptions {
  return {
    id: command,
    label,
    accelerator: keys[command],
    // shown here, handled by the page
    registerAccelerator: false,
    click: (_item, window) => {
      if (window && 'webContents' in window) press(window as BrowserWindow, command);
    },
  };
}

export interface MenuActions {
  readonly logFolder: string;
  newWindow(): void;
  restartService(): void;
}

export function buildMenu(actions: MenuActions): Menu {
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: '&File',
      submenu: [
        { id: 'window.new', label: 'New Window', accelerator: 'CommandOrControl+Shift+N', click: actions.newWindow },
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&Go',
      submenu: [
        item('palette', 'Command Palette…'),
        { type: 'separator' },
        item('go.offers', 'Offers'),
        item('go.bindings', 'Bindings'),
        item('go.catalogue', 'Catalogue'),
        item('go.mapping', 'Mapping'),
        item('go.sellers', 'Sellers'),
        item('go.settings', 'Settings'),
      ],
    },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        { role: 'toggleDevTools' },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        item('shortcuts', 'Keyboard Shortcuts'),
        { id: 'logs', label: 'Show Logs', click: () => void shell.openPath(actions.logFolder) },
        { id: 'service.restart', label: 'Restart the Service', click: actions.restartService },
      ],
    },
  ];
  return Menu.buildFromTemplate(template);
}
