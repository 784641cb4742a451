import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { notify, useRun } from '../components/notify.tsx';
import { useClient } from '../connection/hooks.ts';
import { entryOf, type MappingEntry, type Row } from './source.ts';

/** What one call may carry. */
const batch = 5_000;

export interface MappingChange {
  readonly row: Row;
  readonly targetId: string | null;
}

/** Applies mappings, and can take the last ones back by applying what was there before. */
export function useApply(onApplied: () => void) {
  const { t } = useTranslation('mapping');
  const client = useClient();
  const run = useRun();
  const [busy, setBusy] = useState(false);
  const [undoable, setUndoable] = useState(0);
  const before = useRef<(readonly MappingEntry[])[]>([]);

  const send = async (entries: readonly MappingEntry[]) => {
    let applied = 0;
    let offers = 0;
    for (let from = 0; from < entries.length; from += batch) {
      const answer = await client.call('mapping.apply', { entries: entries.slice(from, from + batch) });
      applied += answer.applied;
      offers += answer.offersAffected;
    }
    return { applied, offers };
  };

  const apply = async (changes: readonly MappingChange[]): Promise<boolean> => {
    if (changes.length === 0 || busy) return false;
    setBusy(true);
    const done = await run(async () => {
      const result = await send(changes.map(({ row, targetId }) => entryOf(row, targetId)));
      before.current.push(changes.map(({ row }) => entryOf(row, row.targetId)));
      setUndoable(before.current.length);
      notify({ id: 'mapping', message: t('done.applied', result) });
    });
    setBusy(false);
    onApplied();
    return done;
  };

  const undo = async () => {
    const last = before.current.at(-1);
    if (!last || busy) return;
    setBusy(true);
    await run(async () => {
      const result = await send(last);
      before.current.pop();
      setUndoable(before.current.length);
      notify({ id: 'mapping', message: t('done.undone', result) });
    });
    setBusy(false);
    onApplied();
  };

  return { apply, undo: () => void undo(), busy, canUndo: undoable > 0 };
}
