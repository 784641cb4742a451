import { useTranslation } from 'react-i18next';
import type { Status } from '../../shared/contract/workspace.ts';
import { useFormat } from '../components/format.ts';
import { useConnection } from '../connection/connection.ts';
import { sync } from './shell-commands.ts';
import { useStatus } from './status.ts';

/** How far the first synchronisation is, each stage counting the same. */
export function progressOf(status: Status): number {
  const parts = status.stages.map((stage) => {
    if (stage.state === 'done') return 1;
    return stage.total ? Math.min(stage.done / stage.total, 1) : 0;
  });
  return parts.length === 0 ? 0 : parts.reduce((sum, part) => sum + part, 0) / parts.length;
}

/** The bar of the first synchronisation; it goes when all has arrived once. */
export function SyncProgress() {
  const { t } = useTranslation('app');
  const format = useFormat();
  const status = useStatus((state) => state.status);
  const ready = useConnection(({ state }) => state === 'ready');
  if (!status?.initial) return null;
  const progress = progressOf(status);
  const running = status.stages.find((stage) => stage.state === 'running');
  const percent = format.percent(progress);
  return (
    <section className="notice" aria-label={t('sync.firstTitle')} data-testid="sync-progress">
      <b>{t('sync.firstTitle')}</b>
      <progress value={progress} max={1} aria-label={t('sync.progress', { percent })} />
      <span>{percent}</span>
      {running && (
        <span className="tone-dim">
          {t(`stages.${running.name}`)}{' '}
          {running.total === null
            ? t('sync.doneOnly', { done: running.done })
            : t('sync.done', { done: running.done, total: running.total })}
        </span>
      )}
      <span className="grow tone-dim">{t('sync.firstHint')}</span>
      <button
        type="button"
        className="btn small"
        disabled={!ready}
        onClick={() => (status.paused ? sync.resume() : sync.pause())}
        data-testid="sync-toggle"
      >
        {status.paused ? t('sync.resume') : t('sync.pause')}
      </button>
    </section>
  );
}
