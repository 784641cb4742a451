import { useTranslation } from 'react-i18next';
import type { Status } from '../../shared/contract/workspace.ts';
import { useFormat, useTick } from '../components/format.ts';
import { useConnection } from '../connection/connection.ts';
import { progressOf } from './SyncProgress.tsx';
import { sync, useLayers } from './shell-commands.ts';
import { useRowPosition, useStatus } from './status.ts';

/** What is true now of synchronisation, decisions and endpoints. */
export function Footer() {
  const { t } = useTranslation('app');
  const status = useStatus((state) => state.status);
  const { row, count } = useRowPosition();
  return (
    <footer className="shell-foot">
      {status ? (
        <>
          <SyncState status={status} />
          <Outbox outbox={status.outbox} />
          <Endpoints endpoints={status.endpoints} />
        </>
      ) : (
        <span>{t('sync.connecting')}</span>
      )}
      <span className="end">{row !== null && count !== null && t('row', { row, count })}</span>
      <button
        type="button"
        className="link"
        onClick={() => useLayers.setState({ shortcuts: true })}
        data-testid="footer-shortcuts"
      >
        {t('shortcuts.hint')}
      </button>
    </footer>
  );
}

function SyncState({ status }: { status: Status }) {
  const { t } = useTranslation('app');
  const format = useFormat();
  const ready = useConnection(({ state }) => state === 'ready');
  useTick(5_000);
  const running = status.stages.find((stage) => stage.state === 'running');
  const failed = status.stages.find((stage) => stage.state === 'failed');
  const say = (): [tone: string, text: string] => {
    if (status.connection === 'refused') return ['tone-bad', status.connectionProblem ?? t('sync.refused')];
    if (status.connection === 'offline') return ['tone-warn', t('sync.offline')];
    if (status.paused) return ['tone-warn', t('sync.paused')];
    if (status.connection === 'connecting') return ['tone-dim', t('sync.connecting')];
    if (failed)
      return ['tone-bad', t('sync.failed', { stage: t(`stages.${failed.name}`), problem: failed.problem ?? '' })];
    if (running) {
      const stage = t(`stages.${running.name}`);
      if (status.initial)
        return ['tone-accent', t('sync.runningOf', { stage, percent: format.percent(progressOf(status)) })];
      // a routine sweep is not news while all is known
      if (!status.lastSyncedAt) return ['tone-accent', t('sync.running', { stage })];
    }
    return [
      'tone-ok',
      status.lastSyncedAt ? t('sync.inStepSince', { age: format.age(status.lastSyncedAt) }) : t('sync.inStep'),
    ];
  };
  const [tone, text] = say();
  return (
    <span className="sync" data-testid="footer-sync" title={status.connectionProblem ?? text}>
      <span className={tone}>
        <span aria-hidden>●</span> {text}
      </span>
      <button
        type="button"
        className="link"
        disabled={!ready}
        onClick={() => (status.paused ? sync.resume() : sync.pause())}
        data-testid="footer-pause"
      >
        {status.paused ? t('sync.resume') : t('sync.pause')}
      </button>
    </span>
  );
}

function Outbox({ outbox }: { outbox: Status['outbox'] }) {
  const { t } = useTranslation('app');
  const onTheirWay = outbox.held + outbox.pending + outbox.sent;
  const needYou = outbox.conflict + outbox.failed;
  return (
    <button
      type="button"
      className="link"
      onClick={() => useLayers.setState({ decisions: true })}
      data-testid="footer-outbox"
      data-on-their-way={onTheirWay}
      data-need-you={needYou}
    >
      {onTheirWay === 0 ? t('outbox.none') : t('outbox.onTheirWay', { count: onTheirWay })}
      {needYou > 0 && <b className="tone-bad"> · {t('outbox.conflicts', { count: needYou })}</b>}
    </button>
  );
}

function Endpoints({ endpoints }: { endpoints: Status['endpoints'] }) {
  const { t } = useTranslation('app');
  const format = useFormat();
  if (endpoints.url === null) return <span>{t('endpoints.off')}</span>;
  const parts = [
    t('endpoints.rate', { rate: format.number(Math.round(endpoints.receivedPerSecond * 10) / 10) }),
    endpoints.waiting === 0 ? t('endpoints.noneWaiting') : t('endpoints.waiting', { count: endpoints.waiting }),
  ];
  return (
    <span data-testid="footer-endpoints" title={endpoints.url}>
      {parts.join(', ')}
      {endpoints.failing > 0 && (
        <span className="tone-bad">, {t('endpoints.failing', { count: endpoints.failing })}</span>
      )}
    </span>
  );
}
