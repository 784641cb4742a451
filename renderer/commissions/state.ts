import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleChange } from '../../shared/contract/commissions.ts';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { instantOf } from '../../shared/domain/brand.ts';
import { dayIn } from '../../shared/domain/days.ts';
import { percentText } from '../../shared/domain/exact.ts';
import { useFormat } from '../components/format.ts';
import { notify, useRun } from '../components/notify.tsx';
import { useClient, useEvent, useQuery } from '../connection/hooks.ts';

export type Overview = ReplyOf<'commissions.overview'>;

/** Calls back when commissions changed; many changes at once are one. */
export function useCommissionChange(changed: () => void): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEvent('list.changed', ({ list }) => {
    if (list !== 'commissions' && list !== 'sellers') return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      changed();
    }, 250);
  });
}

export function useOverview() {
  const overview = useQuery('commissions.overview', {});
  useCommissionChange(overview.refresh);
  return overview;
}

/** Today in a time zone, as the value of a date field. */
export const today = (timeZone: string): string => dayIn(instantOf(Date.now()), timeZone);

/** A decimal text with a point, as the language writes it. */
export function useDecimalText(): (text: string) => string {
  const { locale } = useFormat();
  return useCallback((text) => text.replace('.', new Intl.NumberFormat(locale).format(1.5).charAt(1)), [locale]);
}

/** Basis points as the language writes a percentage, without its sign: `12,5`. */
export function useRate(): (rate: number) => string {
  const decimal = useDecimalText();
  return useCallback((rate) => decimal(percentText(rate)), [decimal]);
}

/** Changes of one draft, each with what takes it back. */
export function useDraftChanges(draftId: string | null, onChanged: () => void) {
  const { t } = useTranslation('commissions');
  const client = useClient();
  const run = useRun();
  const stack = useRef<{ draftId: string; undo: readonly RuleChange[] }[]>([]);
  const [depth, setDepth] = useState(0);
  const [busy, setBusy] = useState(false);
  const perform = async (work: () => Promise<{ undo: readonly RuleChange[] }>): Promise<boolean> => {
    if (draftId === null || busy) return false;
    setBusy(true);
    const done = await run(async () => {
      const { undo } = await work();
      if (undo.length === 0) return;
      stack.current.push({ draftId, undo });
      setDepth(stack.current.length);
      notify({ id: 'commissions', message: t('done.changed', { count: undo.length }) });
    });
    setBusy(false);
    onChanged();
    return done;
  };
  const undo = async () => {
    const last = stack.current.findLast((each) => each.draftId === draftId);
    if (!last || busy) return;
    setBusy(true);
    await run(async () => {
      await client.call('commissions.change', { draftId: last.draftId, changes: [...last.undo] });
      stack.current = stack.current.filter((each) => each !== last);
      setDepth(stack.current.length);
      notify({ id: 'commissions', message: t('done.undone', { count: last.undo.length }) });
    });
    setBusy(false);
    onChanged();
  };
  return { perform, undo, busy, canUndo: depth > 0 };
}
export type DraftChanges = ReturnType<typeof useDraftChanges>;

/** Rows by a key, in order of first appearance (`Map.groupBy` is younger than the oldest page this runs in). */
export function grouped<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}

/** Gives the operator a text, or a whole file, as a file. */
export function download(name: string, content: string | Blob): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: 'text/csv;charset=utf-8' }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
