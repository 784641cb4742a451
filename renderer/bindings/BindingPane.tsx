import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BindingId, SkuId } from '../../shared/domain/brand.ts';
import { isOpen } from '../../shared/domain/decisions.ts';
import { useCommands } from '../app/commands.ts';
import { useDecided } from '../app/decided.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { Ask } from '../components/pane/Section.tsx';
import { useListChange } from '../components/pane/useLists.ts';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';
import { BindingDetail } from './BindingDetail.tsx';
import { RebindPane } from './RebindPane.tsx';
import { useDecide } from './useDecide.tsx';

interface BindingPaneProps {
  readonly bindingId: BindingId | null;
  /** Gives the keyboard back to the list. */
  onBack(): void;
}

/** The binding that is picked, and what can be done with it. */
export function BindingPane({ bindingId, onBack }: BindingPaneProps) {
  const { t } = useTranslation(['bindings', 'app']);
  const newest = useDecided(({ list }) => list.at(-1)?.title);
  const client = useClient();
  const may = useMay('review');
  const detail = useQuery('bindings.detail', { bindingId: bindingId ?? 0 }, { enabled: bindingId !== null });
  useListChange(['bindings'], detail.refresh, bindingId ?? undefined);
  const { decide, undo, doing, busy } = useDecide();
  const [asking, setAsking] = useState<'remove' | 'rebind' | null>(null);
  const binding = bindingId !== null && detail.data?.id === bindingId ? detail.data : null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another binding is another matter
  useEffect(() => setAsking(null), [bindingId]);

  const onItsWay = binding?.decision != null && isOpen(binding.decision.state);
  const why = !may
    ? t('why.role')
    : binding === null
      ? t('why.pick')
      : binding.state === 'removed'
        ? t('why.removed')
        : onItsWay
          ? t('why.busy')
          : undefined;
  const free = why === undefined && !busy && asking === null;
  const canActivate = free && binding?.state === 'inactive';
  const canInactivate = free && binding?.state === 'active';

  // taking back the removal inserts the binding again; one that was removed elsewhere has no decision to take back
  const removal =
    binding?.state === 'removed'
      ? binding.decisions.find(({ kind, state }) => kind === 'removeBinding' && state === 'confirmed')
      : undefined;
  const canPutBack = may && removal !== undefined && !onItsWay && !busy && asking === null;
  const putBack = () => {
    if (removal) undo({ decisionId: removal.decisionId });
  };

  const setActive = (active: boolean) => {
    if (!binding) return;
    const request = { bindingId: binding.id };
    void decide(
      () => client.call(active ? 'bindings.activate' : 'bindings.inactivate', request),
      t(active ? 'done.activate' : 'done.inactivate'),
    );
  };
  const rebind = async (skuId: SkuId) => {
    if (!binding) return;
    const done = await decide(
      () => client.call('bindings.rebind', { bindingId: binding.id, skuId }),
      t('done.rebind', { sku: skuId }),
    );
    if (done) back();
  };
  const remove = () => {
    if (!binding) return;
    void decide(() => client.call('bindings.remove', { bindingId: binding.id }), t('done.remove'));
    back();
  };
  const refresh = () => {
    if (!binding) return;
    void doing(async () => {
      await client.call('bindings.refresh', { bindingId: binding.id });
      detail.refresh();
    }, t('done.refresh'));
  };
  const back = () => {
    setAsking(null);
    onBack();
  };

  const canRefresh = may && binding !== null && !busy && asking === null;
  const group = t('title');
  useCommands([
    {
      id: 'bindings.activate',
      title: t('action.activate'),
      group,
      keys: ['A'],
      enabled: canActivate,
      run: () => setActive(true),
    },
    {
      id: 'bindings.inactivate',
      title: t('action.inactivate'),
      group,
      keys: ['I'],
      enabled: canInactivate,
      run: () => setActive(false),
    },
    {
      id: 'bindings.rebind',
      title: t('action.rebind'),
      group,
      keys: ['R'],
      enabled: free,
      run: () => setAsking('rebind'),
    },
    {
      id: 'bindings.remove',
      title: t('action.remove'),
      group,
      keys: ['X'],
      enabled: free,
      run: () => setAsking('remove'),
    },
    { id: 'bindings.putBack', title: t('action.putBack'), group, keys: ['P'], enabled: canPutBack, run: putBack },
    { id: 'bindings.refresh', title: t('action.refresh'), group, keys: ['F'], enabled: canRefresh, run: refresh },
    { id: 'bindings.undo', title: t('action.undo'), group, keys: ['Mod+Z'], enabled: may, run: () => undo() },
    {
      id: 'bindings.back',
      title: t('rebind.cancel'),
      group,
      keys: ['Escape'],
      keysOnly: true,
      enabled: asking !== null,
      run: back,
    },
  ]);

  if (asking === 'rebind' && binding) {
    return (
      <RebindPane
        key={binding.id}
        binding={binding}
        busy={busy}
        onRebind={(skuId) => void rebind(skuId)}
        onCancel={back}
      />
    );
  }
  return (
    <>
      {binding ? (
        <BindingDetail
          key={binding.id}
          binding={binding}
          may={may && !busy}
          onResolve={(decisionId, action) =>
            void doing(
              () => client.call('decisions.resolve', { decisionId, action }),
              t(action === 'retry' ? 'decisions.retried' : 'decisions.discarded'),
            )
          }
        />
      ) : bindingId !== null && detail.error ? (
        <ErrorState error={detail.error} onRetry={detail.refresh} />
      ) : bindingId !== null ? (
        <div className="pane-body" aria-busy />
      ) : (
        <EmptyState title={t('detail.label')} hint={t('detail.pick')} />
      )}
      {asking === 'remove' && binding && (
        <Ask title={t('remove.title')} text={t('remove.explain', { seller: binding.sellerName, sku: binding.skuId })}>
          <ActionButton danger autoFocus keys="Enter" onClick={remove} data-testid="remove-confirm">
            {t('remove.confirm')}
          </ActionButton>
          <ActionButton keys="Escape" onClick={back}>
            {t('remove.cancel')}
          </ActionButton>
        </Ask>
      )}
      <section className="pane-actions" aria-label={t('action.label')}>
        <ActionButton
          primary={canActivate}
          keys="A"
          disabled={!canActivate}
          title={why ?? (binding?.state === 'active' ? t('why.alreadyActive') : undefined)}
          onClick={() => setActive(true)}
          data-testid="action-activate"
        >
          {t('action.activate')}
        </ActionButton>
        {removal && (
          <ActionButton keys="P" primary disabled={!canPutBack} onClick={putBack} data-testid="action-put-back">
            {t('action.putBack')}
          </ActionButton>
        )}
        <ActionButton
          keys="I"
          disabled={!canInactivate}
          title={why ?? (binding?.state === 'inactive' ? t('why.alreadyInactive') : undefined)}
          onClick={() => setActive(false)}
          data-testid="action-inactivate"
        >
          {t('action.inactivate')}
        </ActionButton>
        <ActionButton
          keys="R"
          disabled={!free}
          title={why}
          onClick={() => setAsking('rebind')}
          data-testid="action-rebind"
        >
          {t('action.rebind')}
        </ActionButton>
        <ActionButton
          keys="X"
          danger={free}
          disabled={!free}
          title={why}
          onClick={() => setAsking('remove')}
          data-testid="action-remove"
        >
          {t('action.remove')}
        </ActionButton>
        <ActionButton keys="F" disabled={!canRefresh} title={why} onClick={refresh} data-testid="action-refresh">
          {t('action.refresh')}
        </ActionButton>
        <ActionButton
          keys="Mod+Z"
          disabled={!may}
          title={newest === undefined ? t('app:undo.nothingHere') : t('app:undo.newest', { title: newest })}
          onClick={() => undo()}
          data-testid="action-undo"
        >
          {t('app:undo.last')}
        </ActionButton>
      </section>
    </>
  );
}
