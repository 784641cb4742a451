import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import type { SellerId } from '../../shared/domain/brand.ts';
import { useCommands } from '../app/commands.ts';
import { go } from '../app/routes.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { notify, useRun } from '../components/notify.tsx';
import { Ask } from '../components/pane/Section.tsx';
import { useListChange } from '../components/pane/useLists.ts';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';
import { InviteForm } from './InviteForm.tsx';
import { IssuedToken } from './IssuedToken.tsx';
import { IssueForm } from './IssueForm.tsx';
import { SellerDetail } from './SellerDetail.tsx';
import { SellerForm } from './SellerForm.tsx';
import { healthOf } from './source.ts';

interface SellerPaneProps {
  readonly sellerId: SellerId | null;
  readonly invitations: ReplyOf<'sellers.list'>['invitations'];
  onSearch(): void;
  onStep(delta: number): void;
  onCreated(sellerId: SellerId): void;
}
type Mode = 'view' | 'create' | 'edit' | 'invite';
type Token = ReplyOf<'credentials.issue'>;

/** The seller that is picked, or the form that makes or invites one; and what can be done. */
export function SellerPane({ sellerId, invitations, onSearch, onStep, onCreated }: SellerPaneProps) {
  const { t } = useTranslation('sellers');
  const client = useClient();
  const run = useRun();
  const may = useMay('sellers');
  const mayIssue = useMay('integration');
  const detail = useQuery('sellers.detail', { sellerId: sellerId ?? '' }, { enabled: sellerId !== null });
  useListChange(['sellers'], detail.refresh);
  const [mode, setMode] = useState<Mode>('view');
  const [asking, setAsking] = useState<'pause' | 'token' | null>(null);
  const [token, setToken] = useState<{ sellerId: SellerId; atOnce: boolean; value: Token } | null>(null);
  const [busy, setBusy] = useState(false);
  const seller = sellerId !== null && detail.data?.sellerId === sellerId ? detail.data : null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another seller is another matter
  useEffect(() => {
    setMode('view');
    setAsking(null);
    setToken(null);
  }, [sellerId]);

  const act = async (work: () => Promise<unknown>) => {
    setAsking(null);
    setBusy(true);
    await run(work);
    setBusy(false);
    detail.refresh();
  };
  const setActive = (isActive: boolean) => {
    if (!seller) return;
    void act(async () => {
      await client.call('sellers.setActive', { sellerId: seller.sellerId, isActive });
      notify({ message: t(isActive ? 'done.resumed' : 'done.paused', { seller: seller.name }) });
    });
  };
  const pauseOrResume = () => (seller?.isActive ? setAsking('pause') : setActive(true));
  const check = () => {
    if (!seller) return;
    void act(async () => {
      const checked = await client.call('sellers.checkHealth', { sellerId: seller.sellerId });
      const health = t(`health.${healthOf(checked)}`);
      notify({ message: t('done.checked', { seller: seller.name, health }) });
    });
  };
  const issue = (choice: { overlapHours: number; signs: boolean }) => {
    if (!seller) return;
    const first = !seller.hasToken;
    void act(async () => {
      const value = await client.call('credentials.issue', { sellerId: seller.sellerId, ...choice });
      setToken({ sellerId: seller.sellerId, atOnce: !first && choice.overlapHours === 0, value });
    });
  };

  const ready = mode === 'view' && seller !== null && may && !busy;
  const mayToken = mode === 'view' && seller !== null && mayIssue && !busy;
  const group = t('title');
  const toggleTitle = t(seller && !seller.isActive ? 'action.resume' : 'action.pause');
  useCommands([
    { id: 'sellers.search', title: t('action.search'), group, keys: ['/'], run: onSearch },
    { id: 'sellers.next', title: t('action.next'), group, keys: ['J'], keysOnly: true, run: () => onStep(1) },
    { id: 'sellers.previous', title: t('action.previous'), group, keys: ['K'], keysOnly: true, run: () => onStep(-1) },
    { id: 'sellers.create', title: t('action.create'), group, keys: ['N'], enabled: may, run: () => setMode('create') },
    { id: 'sellers.invite', title: t('action.invite'), group, keys: ['V'], enabled: may, run: () => setMode('invite') },
    { id: 'sellers.edit', title: t('action.edit'), group, keys: ['E'], enabled: ready, run: () => setMode('edit') },
    { id: 'sellers.pause', title: toggleTitle, group, keys: ['P'], enabled: ready, run: pauseOrResume },
    { id: 'sellers.check', title: t('action.check'), group, keys: ['H'], enabled: ready, run: check },
    {
      id: 'sellers.token',
      title: t('action.token'),
      group,
      keys: ['T'],
      enabled: mayToken,
      run: () => setAsking('token'),
    },
    {
      id: 'sellers.bindings',
      title: t('action.bindings'),
      group,
      keys: ['B'],
      enabled: seller !== null,
      run: () => seller && go('bindings', { seller: seller.sellerId }),
    },
    {
      id: 'sellers.back',
      title: t('action.cancel'),
      group,
      keys: ['Escape'],
      inFields: true,
      keysOnly: true,
      enabled: mode !== 'view' || asking !== null,
      run: () => (asking === null ? setMode('view') : setAsking(null)),
    },
  ]);

  const why = may ? (seller ? undefined : t('why.pick')) : t('why.role');
  const back = () => setMode('view');
  if (mode === 'create' || (mode === 'edit' && seller)) {
    return (
      <SellerForm
        seller={mode === 'edit' ? seller : null}
        onCancel={back}
        onSaved={(saved) => {
          back();
          detail.refresh();
          if (mode === 'create') onCreated(saved.sellerId);
        }}
      />
    );
  }
  if (mode === 'invite') return <InviteForm invitations={invitations} onCancel={back} onSent={back} />;
  return (
    <>
      {seller ? (
        <SellerDetail key={seller.sellerId} seller={seller} onChanged={detail.refresh} />
      ) : detail.error && sellerId !== null ? (
        <ErrorState error={detail.error} onRetry={detail.refresh} />
      ) : sellerId !== null ? (
        <div className="pane-body" aria-busy />
      ) : (
        <EmptyState title={t('detail.label')} hint={t('detail.pick')} />
      )}
      {token && token.sellerId === seller?.sellerId && (
        <IssuedToken token={token.value} atOnce={token.atOnce} onTaken={() => setToken(null)} />
      )}
      {asking === 'pause' && seller && (
        <Ask text={t('pause.explain', { seller: seller.name })}>
          <ActionButton
            danger
            autoFocus
            onClick={() => setActive(false)}
            keys="Enter"
            data-testid="seller-pause-confirm"
          >
            {t('pause.confirm')}
          </ActionButton>
          <ActionButton onClick={() => setAsking(null)} keys="Escape">
            {t('pause.cancel')}
          </ActionButton>
        </Ask>
      )}
      {asking === 'token' && seller && (
        <IssueForm replaces={seller.hasToken} onIssue={issue} onCancel={() => setAsking(null)} />
      )}
      <section className="pane-actions" aria-label={t('action.label')}>
        <ActionButton keys="P" disabled={!ready} title={why} onClick={pauseOrResume} data-testid="seller-pause">
          {toggleTitle}
        </ActionButton>
        <ActionButton keys="H" disabled={!ready} title={why} onClick={check} data-testid="seller-check">
          {t('action.check')}
        </ActionButton>
        <ActionButton keys="E" disabled={!ready} title={why} onClick={() => setMode('edit')} data-testid="seller-edit">
          {t('action.edit')}
        </ActionButton>
        <ActionButton
          keys="T"
          disabled={!mayToken}
          title={mayIssue ? undefined : t('token.role')}
          onClick={() => setAsking('token')}
          data-testid="seller-token"
        >
          {t('action.token')}
        </ActionButton>
        <ActionButton
          keys="N"
          disabled={!may}
          title={may ? undefined : t('why.role')}
          onClick={() => setMode('create')}
          data-testid="seller-create"
        >
          {t('action.create')}
        </ActionButton>
        <ActionButton
          keys="V"
          disabled={!may}
          title={may ? undefined : t('why.role')}
          onClick={() => setMode('invite')}
          data-testid="seller-invite"
        >
          {t('action.invite')}
        </ActionButton>
      </section>
    </>
  );
}
