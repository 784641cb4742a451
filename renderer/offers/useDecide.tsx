import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf, RequestOf } from '../../shared/contract/index.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { hideNote, notify, renote, useRun } from '../components/notify.tsx';
import { client } from '../connection/connection.ts';

const noteId = 'decision';

/** Takes the message after a decision away. */
export const hideDecided = () => hideNote(noteId);

/** The offer of the last decision, so that undo can show it again. */
let lastDecided: number | null = null;
export const rememberDecided = (offerId: number | null): void => {
  lastDecided = offerId;
};

export const isLastDecided = (offerId: number): boolean => lastDecided === offerId;

/** Takes decisions back, and says what came of it. */
export function useUndo(show: ((offerId: number) => void) | null): (what?: RequestOf<'decisions.undo'>) => void {
  const { t } = useTranslation('offers');
  const run = useRun();
  return useCallback(
    (what = {}) => {
      void run(async () => {
        const undone: ReplyOf<'decisions.undo'> = await client.call('decisions.undo', what);
        const [title = ''] = undone.titles;
        const count = undone.cancelled + undone.compensated;
        const message =
          undone.waiting > 0
            ? t('said.undoneWaiting', { count: undone.waiting, undone: count })
            : count > 1
              ? t('said.undoneMany', { count })
              : undone.compensated > 0
                ? t('said.compensating', { title })
                : t('said.undone', { title });
        hideNote(noteId);
        notify({ id: 'undone', message });
        if (count === 1 && lastDecided !== null) show?.(lastDecided);
        rememberDecided(null);
      });
    },
    [run, t, show],
  );
}

/** The message after a decision, with its undo. */
export function useSayDecided(undo: (what?: RequestOf<'decisions.undo'>) => void) {
  const { t } = useTranslation('offers');
  return useCallback(
    (message: string, what: RequestOf<'decisions.undo'>, more?: { readonly label: string; open(): void }) => {
      const said = (
        <span className="undo-note" data-testid="undo-toast">
          <span>{message}</span>
          <ActionButton small keys="Mod+Z" onClick={() => undo(what)}>
            {t('actions.undo')}
          </ActionButton>
          {more && (
            <ActionButton small onClick={more.open} data-testid="similar-offer">
              {more.label}
            </ActionButton>
          )}
        </span>
      );
      if (more) renote(noteId, said);
      else notify({ id: noteId, time: 7_000, message: said });
    },
    [t, undo],
  );
}
