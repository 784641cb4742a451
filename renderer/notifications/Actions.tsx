import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '../../shared/contract/core.ts';
import type { SellerTraffic } from '../../shared/contract/notifications.ts';
import { useCommands } from '../app/commands.ts';
import { download } from '../commissions/state.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { notify, useRun } from '../components/notify.tsx';
import { Ask } from '../components/pane/Section.tsx';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';

interface ActionsProps {
  /** What replay and certificate are about: the rows that are selected, else the one that is picked. */
  readonly chosen: Selection | null;
  /** Whom pause and search for drift are about. */
  readonly seller: SellerTraffic | null;
  readonly isOverview: boolean;
  /** From the overview to the notification that was picked before. */
  readonly canGoBack: boolean;
  onOverview(): void;
  onDone(): void;
}

/** What can be done with notifications and their seller, each with its key; what cannot be taken back asks first. */
export function Actions({ chosen, seller, isOverview, canGoBack, onOverview, onDone }: ActionsProps) {
  const { t } = useTranslation('notifications');
  const client = useClient();
  const run = useRun();
  const may = useMay('integration');
  const [asking, setAsking] = useState<'replay' | 'pause' | null>(null);
  const [reason, setReason] = useState('');
  const key = JSON.stringify(chosen);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice is another matter
  useEffect(() => setAsking(null), [key, seller?.sellerId]);

  const replay = () => {
    if (chosen === null) return;
    setAsking(null);
    void run(async () => {
      const { entries } = await client.call('notifications.replay', { selection: chosen });
      notify({ message: t('done.replayed', { count: entries }) });
      onDone();
    });
  };
  const certify = () => {
    if (chosen === null) return;
    void run(async () => {
      const { name, text, digest } = await client.call('notifications.certificate', { selection: chosen });
      download(name, text);
      notify({ message: t('done.certified', { digest }), time: 12_000 });
    });
  };
  const isPaused = seller?.pausedAt !== undefined && seller.pausedAt !== null;
  const pause = () => {
    if (seller === null || reason.trim() === '') return;
    setAsking(null);
    void run(async () => {
      await client.call('notifications.pause', { sellerId: seller.sellerId, reason });
      notify({ message: t('done.paused', { seller: seller.name }) });
      setReason('');
      onDone();
    });
  };
  const resume = () => {
    if (seller === null) return;
    void run(async () => {
      await client.call('notifications.resume', { sellerId: seller.sellerId });
      notify({ message: t('done.resumed', { seller: seller.name }) });
      onDone();
    });
  };
  const reconcile = () =>
    void run(async () => {
      const { asked } = await client.call(
        'notifications.reconcile',
        seller === null ? {} : { sellerId: seller.sellerId },
      );
      notify({ message: t('done.searching', { count: asked }) });
      onDone();
    });
  const mayAct = may && chosen !== null;
  const mayPause = may && seller !== null;
  const why = (isReady: boolean, otherwise: string) => (!may ? t('why.role') : isReady ? undefined : otherwise);
  const pauseOrResume = () => (isPaused ? resume() : setAsking('pause'));
  const pauseTitle = t(isPaused ? 'actions.resume' : 'actions.pause');
  const group = t('group');
  const overviewTitle = t(isOverview ? 'actions.back' : 'actions.overview');
  const canSwitch = !isOverview || canGoBack;
  useCommands([
    {
      id: 'notifications.overview',
      title: overviewTitle,
      group,
      keys: ['O'],
      enabled: canSwitch,
      run: onOverview,
    },
    {
      id: 'notifications.replay',
      title: t('actions.replay'),
      group,
      keys: ['Y'],
      enabled: mayAct,
      run: () => setAsking('replay'),
    },
    {
      id: 'notifications.certificate',
      title: t('actions.certificate'),
      group,
      keys: ['C'],
      enabled: mayAct,
      run: certify,
    },
    { id: 'notifications.pause', title: pauseTitle, group, keys: ['P'], enabled: mayPause, run: pauseOrResume },
    { id: 'notifications.reconcile', title: t('actions.reconcile'), group, keys: ['D'], enabled: may, run: reconcile },
    {
      id: 'notifications.back',
      title: t('actions.keep'),
      group,
      keys: ['Escape'],
      inFields: true,
      keysOnly: true,
      enabled: asking !== null,
      run: () => setAsking(null),
    },
  ]);
  return (
    <>
      {asking === 'replay' && chosen !== null && (
        <ReplayAsk chosen={chosen} onReplay={replay} onKeep={() => setAsking(null)} />
      )}
      {asking === 'pause' && seller !== null && (
        <Ask text={t('ask.pause', { seller: seller.name })}>
          <TextInput
            size="xs"
            w={240}
            aria-label={t('actions.reason')}
            placeholder={t('actions.reason')}
            value={reason}
            autoFocus
            maxLength={200}
            onChange={(event) => setReason(event.currentTarget.value)}
            onKeyDown={(event) => event.key === 'Enter' && pause()}
            data-testid="pause-reason"
          />
          <ActionButton danger keys="Enter" disabled={reason.trim() === ''} onClick={pause} data-testid="pause-confirm">
            {t('actions.pauseNow')}
          </ActionButton>
          <ActionButton keys="Escape" onClick={() => setAsking(null)}>
            {t('actions.keep')}
          </ActionButton>
        </Ask>
      )}
      <section className="pane-actions" aria-label={t('actions.label')}>
        {canSwitch && (
          <ActionButton keys="O" onClick={onOverview} data-testid="notifications-overview-open">
            {overviewTitle}
          </ActionButton>
        )}
        <ActionButton
          keys="Y"
          disabled={!mayAct}
          title={why(chosen !== null, t('why.pick'))}
          onClick={() => setAsking('replay')}
          data-testid="notification-replay"
        >
          {t('actions.replay')}
        </ActionButton>
        <ActionButton
          keys="C"
          disabled={!mayAct}
          title={why(chosen !== null, t('why.pick'))}
          onClick={certify}
          data-testid="notification-certificate"
        >
          {t('actions.certificate')}
        </ActionButton>
        <ActionButton
          keys="P"
          disabled={!mayPause}
          title={why(seller !== null, t('why.seller'))}
          onClick={pauseOrResume}
          data-testid="notifications-pause"
        >
          {pauseTitle}
        </ActionButton>
        <ActionButton
          keys="D"
          disabled={!may}
          title={why(true, '')}
          onClick={reconcile}
          data-testid="notifications-reconcile"
        >
          {t('actions.reconcile')}
        </ActionButton>
      </section>
    </>
  );
}

/** What a replay would do, counted before it is done. */
function ReplayAsk(props: { chosen: Selection; onReplay(): void; onKeep(): void }) {
  const { t } = useTranslation('notifications');
  const preview = useQuery('notifications.previewReplay', { selection: props.chosen });
  const counted = preview.data;
  const text =
    preview.error !== undefined
      ? preview.error.message
      : counted === undefined
        ? t('ask.counting')
        : [
            t('ask.replayOf', {
              chosen: counted.chosen,
              entries: t('ask.replay', { count: counted.entries }),
              skus: counted.skus,
              sellers: counted.sellers,
            }),
            counted.unbound > 0 ? t('ask.unbound', { count: counted.unbound }) : '',
            counted.bodiless > 0 ? t('ask.bodiless', { count: counted.bodiless }) : '',
          ]
            .join(' ')
            .trim();
  return (
    <Ask text={text}>
      <ActionButton
        danger
        keys="Enter"
        autoFocus
        disabled={counted === undefined || counted.entries === 0 || preview.error !== undefined}
        onClick={props.onReplay}
        data-testid="replay-confirm"
      >
        {t('actions.replayNow')}
      </ActionButton>
      <ActionButton keys="Escape" onClick={props.onKeep}>
        {t('actions.keep')}
      </ActionButton>
    </Ask>
  );
}
