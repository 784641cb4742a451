import { type MouseEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../../app/commands.ts';
import { selectColumn } from './columns.tsx';
import { clearSelection, selectWhole } from './selection.ts';
import type { GridMenuItem } from './types.ts';
import type { GridTools } from './useGridKeys.ts';

interface MenuParts<Row extends { readonly id: number }, Filter, Column extends string>
  extends GridTools<Row, Filter, Column> {
  readonly extra: ((row: Row | null) => readonly GridMenuItem[]) | undefined;
  copy(withHeaders: boolean): Promise<void>;
  paste(): void;
  fill(): void;
  fillRight(): void;
  clear(): void;
  refresh(): void;
  rememberColumns(api: NonNullable<GridTools<Row, Filter, Column>['api']>): void;
  resetColumns(): void;
}

interface ShownMenu {
  readonly x: number;
  readonly y: number;
  readonly groups: readonly (readonly GridMenuItem[])[];
}

/** The grid's own context menu, and its commands for the palette. */
export function useGridMenu<Row extends { readonly id: number }, Filter, Column extends string>(
  parts: MenuParts<Row, Filter, Column>,
) {
  const { t } = useTranslation('grid');
  const [at, setAt] = useState<{ x: number; y: number; column: string | null } | null>(null);
  const { api, selectable, selection, onEdit } = parts;

  useCommands([
    { id: 'grid.refresh', title: t('refreshTitle'), group: t('group'), keys: ['R', 'F5'], run: parts.refresh },
    ...(selectable
      ? [
          {
            id: 'grid.selectAll',
            title: t('selectAll'),
            group: t('group'),
            keys: ['Mod+A'],
            run: () => selectWhole(selection),
          },
          {
            id: 'grid.clearSelection',
            title: t('clearSelection'),
            group: t('group'),
            keys: ['Shift+Escape'],
            run: () => clearSelection(selection),
          },
        ]
      : []),
    { id: 'grid.resetColumns', title: t('resetColumns'), group: t('group'), run: parts.resetColumns },
  ]);

  const open = (event: MouseEvent) => {
    if (!(event.target instanceof Element) || !api) return;
    const cell = event.target.closest('[col-id]');
    if (!cell) return;
    event.preventDefault();
    const box = cell.getBoundingClientRect();
    // the menu key has no position of its own
    const byKey = event.clientX === 0 && event.clientY === 0;
    const column = cell.getAttribute('col-id');
    setAt({ x: byKey ? box.left : event.clientX, y: byKey ? box.bottom : event.clientY, column });
  };

  const close = () => {
    setAt(null);
    const focused = api?.getFocusedCell();
    if (api && focused) api.setFocusedCell(focused.rowIndex, focused.column);
  };

  const groups = (column: string | null): (readonly GridMenuItem[])[] => {
    if (!api) return [];
    const title = parts.columns.find(({ id }) => id === column)?.title;
    const setVisible = (id: string, visible: boolean) => {
      api.setColumnsVisible([id], visible);
      parts.rememberColumns(api);
      setAt((before) => before && { ...before });
    };
    return [
      parts.extra?.(parts.current.row) ?? [],
      [
        { id: 'copy', label: t('copy'), keys: 'Mod+C', run: () => void parts.copy(false) },
        { id: 'copyHeaders', label: t('copyWithHeaders'), run: () => void parts.copy(true) },
        ...(onEdit
          ? [
              { id: 'paste', label: t('paste'), keys: 'Mod+V', run: parts.paste },
              { id: 'fill', label: t('fillDown'), keys: 'Mod+D', run: parts.fill },
              { id: 'fillRight', label: t('fillRight'), keys: 'Mod+R', run: parts.fillRight },
              { id: 'clear', label: t('clearCells'), keys: 'Delete', run: parts.clear },
            ]
          : []),
      ],
      selectable
        ? [
            { id: 'all', label: t('selectAll'), keys: 'Mod+A', run: () => selectWhole(selection) },
            { id: 'none', label: t('clearSelection'), keys: 'Shift+Escape', run: () => clearSelection(selection) },
          ]
        : [],
      [
        ...(title !== undefined && column !== null && column !== selectColumn
          ? [{ id: 'hide', label: t('hideColumn', { column: title }), run: () => setVisible(column, false) }]
          : []),
        { id: 'reset', label: t('resetColumns'), run: parts.resetColumns },
      ],
      parts.columns.map((each) => {
        const visible = api.getColumn(each.id)?.isVisible() ?? false;
        return {
          id: `column.${each.id}`,
          label: each.title,
          checked: visible,
          run: () => setVisible(each.id, !visible),
        };
      }),
    ];
  };

  const shown: ShownMenu | null = at && { x: at.x, y: at.y, groups: groups(at.column) };
  return { open, close, shown };
}
