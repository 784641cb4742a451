import type { MenuItemConstructorOptions } from 'electron';
import { type MenuLanguage, type Screen, screenKeys, screenNames, screens } from '../../shared/host/screens.ts';
import { texts } from './texts.ts';

/** A command that the page runs by its own key. */
export type MenuCommand = 'palette' | 'shortcuts' | `go.${Screen}`;

export interface MenuActions {
  readonly isMac: boolean;
  readonly language: MenuLanguage;
  /** Presses the key of a command in the window that is in front. */
  press(key: string): void;
  newWindow(): void;
  showLogs(): void;
  restartService(): void;
}

/** The menu of every window. What the page does is named and keyed as in the page: both are made from the list of screens. */
export function menuTemplate(actions: MenuActions): MenuItemConstructorOptions[] {
  const { isMac, language } = actions;
  const t = texts[language];
  const item = (id: MenuCommand, label: string, key: string | undefined): MenuItemConstructorOptions => ({
    id,
    label,
    ...(key === undefined
      ? { enabled: false }
      : {
          accelerator: key.replace('Mod', 'CommandOrControl'),
          // shown here, handled by the page
          registerAccelerator: false,
          click: () => actions.press(key),
        }),
  });
  return [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: t.file,
      submenu: [
        {
          id: 'window.new',
          label: t.newWindow,
          accelerator: 'CommandOrControl+Shift+N',
          click: () => actions.newWindow(),
        },
        { type: 'separator' },
        isMac ? { role: 'close', label: t.close } : { role: 'quit', label: t.quit },
      ],
    },
    {
      label: t.edit,
      submenu: [
        { role: 'undo', label: t.undo },
        { role: 'redo', label: t.redo },
        { type: 'separator' },
        { role: 'cut', label: t.cut },
        { role: 'copy', label: t.copy },
        { role: 'paste', label: t.paste },
        { role: 'selectAll', label: t.selectAll },
      ],
    },
    {
      label: t.go,
      submenu: [
        item('palette', t.palette, 'Mod+K'),
        { type: 'separator' },
        ...screens.map((screen) => item(`go.${screen}`, screenNames[language][screen], screenKeys(screen)[0])),
      ],
    },
    {
      label: t.view,
      submenu: [
        { role: 'reload', label: t.reload },
        { role: 'toggleDevTools', label: t.developerTools },
        { type: 'separator' },
        { role: 'resetZoom', label: t.actualSize },
        { role: 'zoomIn', label: t.zoomIn },
        { role: 'zoomOut', label: t.zoomOut },
        { type: 'separator' },
        { role: 'togglefullscreen', label: t.fullScreen },
      ],
    },
    {
      role: 'window',
      label: t.window,
      submenu: [
        { role: 'minimize', label: t.minimise },
        { role: 'close', label: t.close },
      ],
    },
    {
      role: 'help',
      label: t.help,
      submenu: [
        item('shortcuts', t.shortcuts, '?'),
        { id: 'logs', label: t.showLogs, click: () => actions.showLogs() },
        { id: 'service.restart', label: t.restartService, click: () => actions.restartService() },
      ],
    },
  ];
}
