import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { UndoRequest } from '../app/decided.ts';
import { useTakeBack } from '../app/useTakeBack.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { hideNote, notify, renote } from '../components/notify.tsx';

const noteId = 'decision';

/** Takes the message after a decision away. */
export const hideDecided = () => hideNote(noteId);

/** The offer of the last decision, so that undo can show it again. */
let lastDecided: number | null = null;
export const rememberDecided = (offerId: number | null): void => {
  lastDecided = offerId;
};

export const isLastDecided = (offerId: number): boolean => lastDecided === offerId;

/** Takes decisions back, and shows the offer of a single one again. */
export function useUndo(show: ((offerId: number) => void) | null): (what?: UndoRequest) => void {
  const takeBack = useTakeBack();
  return useCallback(
    (what) => {
      void takeBack(what).then((undone) => {
        if (!undone) return;
        hideNote(noteId);
        if (undone.cancelled + undone.compensated === 1 && lastDecided !== null) show?.(lastDecided);
        rememberDecided(null);
      });
    },
    [takeBack, show],
  );
}

/** The message after a decision, with its undo. */
export function useSayDecided(undo: (what?: UndoRequest) => void) {
  const { t } = useTranslation('offers');
  return useCallback(
    (message: string, what: UndoRequest, more?: { readonly label: string; open(): void }) => {
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
