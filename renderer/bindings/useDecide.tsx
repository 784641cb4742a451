import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { rememberHere, type UndoRequest } from '../app/decided.ts';
import { useTakeBack } from '../app/useTakeBack.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { hideNote, notify, useRun } from '../components/notify.tsx';

const noteId = 'decision';

/** Decides about bindings and takes decisions back; says what came of it, with the way back. */
export function useDecide() {
  const { t } = useTranslation('bindings');
  const run = useRun();
  const [busy, setBusy] = useState(false);

  const takeBack = useTakeBack();
  const undo = useCallback(
    (what?: UndoRequest) => {
      hideNote(noteId);
      void takeBack(what);
    },
    [takeBack],
  );

  const decide = useCallback(
    async (work: () => Promise<ReplyOf<'bindings.activate'>>, message: string): Promise<boolean> => {
      setBusy(true);
      const done = await run(async () => {
        const { decision } = await work();
        rememberHere({ what: { decisionId: decision.decisionId }, kind: decision.kind, title: decision.title });
        notify({
          id: noteId,
          time: 7_000,
          message: (
            <span className="undo-note" data-testid="undo-toast">
              <span>{message}</span>
              <ActionButton small keys="Mod+Z" onClick={() => undo({ decisionId: decision.decisionId })}>
                {t('action.undo')}
              </ActionButton>
            </span>
          ),
        });
      });
      setBusy(false);
      return done;
    },
    [run, t, undo],
  );

  /** Runs something that is no decision (a refresh, a retry) and says that it went well. */
  const doing = useCallback(
    async (work: () => Promise<unknown>, message: string): Promise<void> => {
      setBusy(true);
      if (await run(work)) notify({ message });
      setBusy(false);
    },
    [run],
  );
  return { decide, undo, doing, busy };
}
