import { Switch } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '../../shared/contract/core.ts';
import type { MappingKind } from '../../shared/contract/mapping.ts';
import { useCommands } from '../app/commands.ts';
import { Chips } from '../components/Chips.tsx';
import type { CellEdit } from '../components/grid/types.ts';
import { ViewGrid, type ViewGridHandle } from '../components/grid/ViewGrid.tsx';
import { ListSearch } from '../components/ListSearch.tsx';
import { notify } from '../components/notify.tsx';
import { SellerSelect } from '../components/SellerSelect.tsx';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState } from '../components/State.tsx';
import { asBinderyError, useClient, useEvent, useMay } from '../connection/hooks.ts';
import { useMappingColumns } from './columns.tsx';
import { MappingPane } from './MappingPane.tsx';
import { type MappingFilter, mappingKinds, mappingSource, type Row, suggestedOf, useUnmapped } from './source.ts';
import { type MappingChange, useApply } from './useApply.ts';
import './mapping.css';

const defaultSort = { column: 'waiting', direction: 'descending' } as const;

/** Mapping: what sellers call it, and what the marketplace calls it. */
export function MappingScreen() {
  const { t } = useTranslation('mapping');
  const client = useClient();
  const may = useMay('review');
  const [kind, setKind] = useState<MappingKind>('category');
  const [sellerId, setSellerId] = useState<string | null>(null);
  const [unmappedOnly, setUnmappedOnly] = useState(true);
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text.trim(), 150);
  const filter = useMemo<MappingFilter>(
    () => ({ kind, sellerId, unmappedOnly, text: settled.slice(0, 100) }),
    [kind, sellerId, unmappedOnly, settled],
  );
  const columns = useMappingColumns();
  const totals = useUnmapped();
  const grid = useRef<ViewGridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [current, setCurrent] = useState<Row | null>(null);
  const [selection, setSelection] = useState<Selection | null>(null);
  const shown = useRef(filter);
  if (shown.current !== filter) {
    shown.current = filter;
    if (current) setCurrent(null);
  }
  const ownChange = useRef(0);
  const { apply, undo, busy, canUndo } = useApply(() => {
    ownChange.current = Date.now();
    grid.current?.refresh();
  });
  useEvent('list.changed', ({ list }) => {
    const typing = document.activeElement instanceof HTMLInputElement;
    if (list === 'mapping' && !typing && Date.now() - ownChange.current > 1_500) grid.current?.refresh();
  });

  const rows = () => mappingSource.rowsOf(grid.current?.viewId() ?? null);
  const selected = useMemo(() => {
    if (selection === null) return [];
    if (selection.kind === 'view') {
      const except = new Set(selection.except);
      return mappingSource.rowsOf(selection.viewId).filter((row) => !except.has(row.id));
    }
    const ids = new Set(selection.ids);
    return mappingSource.rowsOf(grid.current?.viewId() ?? null).filter((row) => ids.has(row.id));
  }, [selection]);
  const suggested = useMemo(() => suggestedOf(selected), [selected]);

  /** Maps the current row and goes on to the next. */
  const mapCurrent = async (targetId: string | null) => {
    if (!current) return;
    const all = rows();
    const next = all[all.findIndex((row) => row.id === current.id) + 1];
    const change: MappingChange = { row: current, targetId };
    if (next && targetId !== null) await grid.current?.show(next.id);
    else grid.current?.focus();
    await apply([change]);
  };
  const accept = () => {
    if (current?.suggestion) void mapCurrent(current.suggestion.targetId);
  };
  const applySelected = async () => {
    const changes = suggested.map((row) => ({ row, targetId: row.suggestion.targetId }));
    // with “unmapped only” these rows go: the keyboard stays at one that does not
    const going = new Set(unmappedOnly ? suggested.map((row) => row.id) : []);
    const all = rows();
    const at = Math.max(
      0,
      all.findIndex((row) => row.id === current?.id),
    );
    const stays = [...all.slice(at), ...all.slice(0, at).reverse()].find((row) => !going.has(row.id));
    if (stays) await grid.current?.show(stays.id);
    if (await apply(changes)) grid.current?.clearSelection();
  };
  const pickTarget = () => field.current?.focus();

  /** Cells of the target column that were typed, pasted or filled: names, looked up exactly. */
  const edit = async (edits: readonly CellEdit<Row>[]) => {
    if (!may) return;
    const names = new Map<string, string | null>([['', null]]);
    const changes: MappingChange[] = [];
    try {
      for (const { row, text: typed } of edits) {
        const name = typed.trim();
        const key = name.toLocaleLowerCase();
        if (!names.has(key)) {
          const { targets } = await client.call('mapping.targets', { kind, text: name.slice(0, 100), limit: 50 });
          const found = targets.find(
            (target) => target.targetName.toLocaleLowerCase() === key || target.targetId === name,
          );
          if (!found) {
            notify({ message: t('bad.target', { name }), tone: 'bad' });
            return;
          }
          names.set(key, found.targetId);
        }
        changes.push({ row, targetId: names.get(key) ?? null });
      }
    } catch (thrown) {
      notify({ message: asBinderyError(thrown).message, tone: 'bad' });
      return;
    }
    await apply(changes);
  };

  const latestEdit = useRef(edit);
  latestEdit.current = edit;
  const onEdit = useCallback((edits: readonly CellEdit<Row>[]) => void latestEdit.current(edits), []);
  const choose = useCallback((_count: number, next: Selection | null) => setSelection(next), []);

  const group = t('title');
  const usable = may && !busy && current !== null;
  useCommands([
    { id: 'mapping.search', title: t('action.search'), group, keys: ['/'], run: () => search.current?.select() },
    { id: 'mapping.pick', title: t('action.map'), group, keys: ['Enter'], enabled: usable, run: pickTarget },
    {
      id: 'mapping.accept',
      title: t('action.accept'),
      group,
      keys: ['Mod+Enter'],
      inFields: true,
      enabled: usable && current.suggestion !== null && current.targetId !== current.suggestion.targetId,
      run: accept,
    },
    {
      id: 'mapping.clear',
      title: t('action.clear'),
      group,
      keys: ['Delete'],
      enabled: usable && current.targetId !== null,
      run: () => void mapCurrent(null),
    },
    {
      id: 'mapping.apply',
      title: t('action.apply'),
      group,
      keys: ['Shift+Enter'],
      inFields: true,
      enabled: may && !busy && suggested.length > 0,
      run: () => void applySelected(),
    },
    {
      id: 'mapping.undo',
      title: t('action.undo'),
      group,
      keys: ['Mod+Z'],
      enabled: may && canUndo && !busy,
      run: undo,
    },
    ...mappingKinds.map((name) => ({
      id: `mapping.kind.${name}`,
      title: `${t('title')}: ${t(`kind.${name}`)}`,
      group,
      run: () => setKind(name),
    })),
  ]);

  const filtered = settled !== '' || sellerId !== null;
  return (
    <SplitView
      name="mapping"
      detailWidth={420}
      list={
        <>
          <h1 className="sr-only">{t('title')}</h1>
          <div className="bar">
            <Chips
              label={t('kind.label')}
              value={kind}
              onChange={setKind}
              chips={mappingKinds.map((name) => ({
                id: name,
                label: t(`kind.${name}`),
                testId: `mapping-kind-${name}`,
              }))}
            />
            <span className="end" data-testid="mapping-count">
              {t('count', { shown: totals.shown, unmapped: totals.unmapped })}
            </span>
          </div>
          <div className="bar">
            <ListSearch
              inputRef={search}
              list={grid}
              label={t('search.label')}
              placeholder={t('search.placeholder')}
              value={text}
              width={190}
              testId="mapping-search"
              onChange={setText}
            />
            <SellerSelect value={sellerId} onChange={setSellerId} />
            <Switch
              size="xs"
              label={t('filter.unmappedOnly')}
              checked={unmappedOnly}
              onChange={(event) => setUnmappedOnly(event.currentTarget.checked)}
              data-testid="mapping-unmapped"
            />
          </div>
          <ViewGrid
            name="mapping"
            label={t('title')}
            source={mappingSource}
            filter={filter}
            columns={columns}
            defaultSort={defaultSort}
            handle={grid}
            selectable
            onCurrent={setCurrent}
            onSelection={choose}
            onOpen={pickTarget}
            {...(may && { onEdit })}
            empty={
              filtered ? (
                <EmptyState title={t('empty.filtered')} hint={t('empty.filteredHelp')} />
              ) : unmappedOnly ? (
                <EmptyState title={t('empty.allMapped')} hint={t('empty.allMappedHelp')} />
              ) : (
                <EmptyState title={t('empty.none')} hint={t('empty.noneHelp')} />
              )
            }
          />
        </>
      }
      detail={
        <MappingPane
          row={current}
          selected={selected}
          suggested={suggested}
          may={may}
          busy={busy}
          canUndo={canUndo}
          field={field}
          onMap={(targetId) => void mapCurrent(targetId)}
          onBack={() => grid.current?.focus()}
          onPickTarget={pickTarget}
          onAccept={accept}
          onUnmap={() => void mapCurrent(null)}
          onApply={() => void applySelected()}
          onUndo={undo}
        />
      }
    />
  );
}
