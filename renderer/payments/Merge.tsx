import { Select, Switch } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MergeRow } from '../../shared/contract/payments.ts';
import { mergePolicies } from '../../shared/domain/payments/merge.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { notify, useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { useListChange } from '../components/pane/useLists.ts';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useClient, useQuery } from '../connection/hooks.ts';
import type { Cart } from './cart.tsx';
import { Matrix } from './Matrix.tsx';
import type { PaymentUndo } from './state.ts';

interface MergeProps {
  readonly cart: Cart;
  readonly currency: string;
  readonly may: boolean;
  readonly undo: PaymentUndo;
}

const tones = { same: 'ok', differs: 'warn', drifted: 'bad', unknown: 'dim' } as const;

/** Whose payment methods are offered: a switch and a policy for each seller, and what comes of them for a cart. */
export function Merge({ cart, currency, may, undo }: MergeProps) {
  const { t } = useTranslation('payments');
  const client = useClient();
  const run = useRun();
  const [busy, setBusy] = useState(false);
  const list = useQuery('merge.list', {});
  useListChange(['payments', 'sellers'], list.refresh);
  const set = (row: MergeRow, change: Partial<Pick<MergeRow, 'enabled' | 'policy' | 'hybrid'>>) =>
    run(async () => {
      const { enabled, policy, hybrid, sellerId, version } = { ...row, ...change };
      const { before } = await client.call('merge.set', { sellerId, enabled, policy, hybrid, version });
      list.refresh();
      undo.did(t('done.merge', { seller: row.sellerName }), () =>
        client.call('merge.set', {
          sellerId,
          ...(before ?? { enabled: false, policy: 'marketplace', hybrid: row.backend?.hybrid ?? false }),
          version: null,
        }),
      );
    });
  const push = async () => {
    setBusy(true);
    await run(async () => {
      const { sent, problems } = await client.call('merge.push', {});
      notify({
        id: 'push',
        message:
          problems.length === 0
            ? t('push.verified', { count: sent })
            : t('push.wrong', { count: problems.length, problem: problems[0] ?? '' }),
        tone: problems.length === 0 ? 'ok' : 'bad',
      });
    });
    setBusy(false);
    list.refresh();
  };
  if (list.error) return <ErrorState error={list.error} onRetry={list.refresh} />;
  if (!list.data) return null;
  return (
    <SplitView
      name="merge"
      detailWidth={560}
      list={
        <div className="finance-page" data-testid="merge" data-differences={list.data.differences}>
          <div className="bar">
            <span>{t('merge.differ', { count: list.data.differences })}</span>
            {list.data.drifted > 0 && <Pill tone="bad">{t('push.drifted', { count: list.data.drifted })}</Pill>}
            <span className="end" />
            <ActionButton small keys="Mod+Z" disabled={!undo.canUndo} onClick={() => void undo.undo()}>
              {t('action.undo')}
            </ActionButton>
            <ActionButton primary small disabled={!may || busy} onClick={() => void push()} data-testid="merge-push">
              {t('push.action')}
            </ActionButton>
          </div>
          <div className="finance-scroll">
            {list.data.rows.length === 0 && <EmptyState title={t('merge.empty')} />}
            <table className="small-table">
              <thead>
                <tr>
                  <th>{t('merge.seller')}</th>
                  <th>{t('merge.on')}</th>
                  <th>{t('merge.policy')}</th>
                  <th title={t('merge.hybridHelp')}>{t('merge.hybrid')}</th>
                  <th className="right">{t('merge.methods')}</th>
                  <th>{t('column.standing')}</th>
                </tr>
              </thead>
              <tbody>
                {list.data.rows.map((row) => (
                  <tr key={row.sellerId} data-testid={`merge-${row.sellerId}`} data-standing={row.standing}>
                    <td>
                      <span data-testid="merge-name">{row.sellerName}</span>
                      <div className="quiet">{t(row.isStore ? 'merge.store' : 'merge.external')}</div>
                    </td>
                    <td>
                      <Switch
                        size="xs"
                        aria-label={t('merge.onFor', { seller: row.sellerName })}
                        checked={row.enabled}
                        disabled={!may}
                        onChange={(event) => void set(row, { enabled: event.currentTarget.checked })}
                        data-testid={`merge-on-${row.sellerId}`}
                      />
                    </td>
                    <td>
                      <Select
                        size="xs"
                        w={190}
                        aria-label={t('merge.policyFor', { seller: row.sellerName })}
                        allowDeselect={false}
                        disabled={!may || !row.enabled}
                        data={mergePolicies.map((value) => ({ value, label: t(`policy.${value}`) }))}
                        value={row.policy}
                        onChange={(policy) => policy !== null && void set(row, { policy })}
                        data-testid={`merge-policy-${row.sellerId}`}
                      />
                    </td>
                    <td>
                      <Switch
                        size="xs"
                        aria-label={t('merge.hybridFor', { seller: row.sellerName })}
                        checked={row.hybrid}
                        disabled={!may}
                        onChange={(event) => void set(row, { hybrid: event.currentTarget.checked })}
                        data-testid={`merge-hybrid-${row.sellerId}`}
                      />
                    </td>
                    <td className="right">{row.methods}</td>
                    <td>
                      <Pill tone={tones[row.standing]}>{t(`mergeStanding.${row.standing}`)}</Pill>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            <p className="quiet">{t('merge.explain')}</p>
          </div>
        </div>
      }
      detail={<Matrix cart={cart} currency={currency} />}
    />
  );
}
