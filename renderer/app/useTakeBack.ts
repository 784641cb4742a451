import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { notify, useRun } from '../components/notify.tsx';
import { client } from '../connection/connection.ts';
import { asBinderyError } from '../connection/hooks.ts';
import { type DecidedHere, decidedHere, forgetHere, type UndoRequest } from './decided.ts';

type Undone = ReplyOf<'decisions.undo'>;

/** Whether nothing of it stands any more: it was taken back in another window, or in the list of decisions. */
async function isOver({ decisionId, batchId }: UndoRequest): Promise<boolean> {
  if (decisionId === undefined) return batchId !== undefined;
  const { decisions } = await client.call('decisions.list', { limit: 200 });
  return decisions.some(
    (one) =>
      (one.decisionId === decisionId && one.state === 'cancelled') ||
      (one.compensates === decisionId && one.state !== 'cancelled'),
  );
}

/** Takes back what is named, or the newest decision of this window, and says what becomes of its offer or binding. */
export function useTakeBack(): (what?: UndoRequest) => Promise<Undone | null> {
  const { t } = useTranslation('app');
  const run = useRun();
  return useCallback(
    async (what) => {
      const decided = decidedHere(what);
      const meant = what ?? decided?.what;
      if (!meant) {
        notify({ id: 'undone', message: t('undo.nothingHere') });
        return null;
      }
      let undone: Undone | null = null;
      await run(async () => {
        try {
          undone = await client.call('decisions.undo', meant);
        } catch (thrown) {
          // or the key would stumble over it for ever
          if (asBinderyError(thrown).code === 'not-undoable' && (await isOver(meant))) forgetHere(meant);
          throw thrown;
        }
        forgetHere(meant);
        notify({ id: 'undone', time: undone.compensated > 0 ? 10_000 : 4_000, message: sentence(undone, decided) });
      });
      return undone;

      function sentence({ cancelled, compensated, waiting, titles }: Undone, known: DecidedHere | undefined): string {
        const [title = known?.title ?? ''] = titles;
        const said: string[] = [];
        if (cancelled + compensated > 1) said.push(t('undo.many', { count: cancelled + compensated }));
        else if (compensated > 0) said.push(t('undo.told', { title }));
        else if (cancelled > 0) said.push(t('undo.one', { title }));
        if (compensated > 0) {
          if (known?.kind === 'bind') said.push(t('undo.bind'));
          else if (known?.kind === 'newSku' || known?.kind === 'newProduct') said.push(t('undo.newSku'));
          else if (known?.kind === 'deny') said.push(t('undo.deny'));
        }
        if (waiting > 0) said.push(t('undo.waiting', { count: waiting }));
        return said.join(' ');
      }
    },
    [run, t],
  );
}
