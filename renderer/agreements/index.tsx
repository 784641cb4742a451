import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SellerId } from '../../shared/domain/brand.ts';
import { useCommands } from '../app/commands.ts';
import { useFormat } from '../components/format.ts';
import { Pill } from '../components/Pill.tsx';
import { useListChange } from '../components/pane/useLists.ts';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useMay, useQuery } from '../connection/hooks.ts';
import { AgreementForm } from './AgreementForm.tsx';
import { AgreementPane } from './AgreementPane.tsx';
import { Scorecards } from './Scorecards.tsx';
import { Templates } from './Templates.tsx';
import '../commissions/commissions.css';
import '../payments/payments.css';
import './agreements.css';

const tabs = ['agreements', 'scorecards', 'templates'] as const;

/** What was agreed with each seller, in versions, and how each keeps it. */
export function AgreementsScreen() {
  const { t } = useTranslation('agreements');
  const [tab, setTab] = useState<(typeof tabs)[number]>('agreements');
  return (
    <>
      <h1 className="sr-only">{t('title')}</h1>
      <div className="bar" role="toolbar" aria-label={t('title')}>
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            className="chip"
            aria-pressed={tab === name}
            onClick={() => setTab(name)}
            data-testid={`tab-${name}`}
          >
            {t(`tab.${name}`)}
          </button>
        ))}
      </div>
      {tab === 'agreements' && <Agreements />}
      {tab === 'scorecards' && <Scorecards />}
      {tab === 'templates' && <Templates />}
    </>
  );
}

function Agreements() {
  const { t } = useTranslation('agreements');
  const format = useFormat();
  const may = useMay('finance');
  const list = useQuery('agreements.list', {});
  useListChange(['agreements', 'sellers'], list.refresh);
  const [picked, setPicked] = useState<SellerId | null>(null);
  const [editing, setEditing] = useState(false);
  const seller = list.data?.sellers.find(({ sellerId }) => sellerId === picked) ?? list.data?.sellers[0] ?? null;
  const detail = useQuery('agreements.detail', { sellerId: seller?.sellerId ?? '' }, { enabled: seller !== null });
  useListChange(['agreements'], detail.refresh);
  useCommands([
    {
      id: 'agreement.edit',
      title: t('action.next'),
      group: t('title'),
      keys: ['E'],
      enabled: may && seller !== null,
      run: () => setEditing(true),
    },
    {
      id: 'agreement.cancel',
      title: t('action.cancel'),
      group: t('title'),
      keys: ['Escape'],
      inFields: true,
      keysOnly: true,
      enabled: editing,
      run: () => setEditing(false),
    },
  ]);
  if (list.error) return <ErrorState error={list.error} onRetry={list.refresh} />;
  if (!list.data) return null;
  if (!seller) return <EmptyState title={t('empty.sellers')} hint={t('empty.sellersHelp')} />;
  return (
    <SplitView
      name="agreements"
      detailWidth={520}
      list={
        <div className="finance-scroll" data-testid="agreements">
          <table className="small-table">
            <thead>
              <tr>
                <th>{t('seller')}</th>
                <th>{t('column.version')}</th>
                <th>{t('column.since')}</th>
                <th className="right" title={t('column.breachingHelp')}>
                  {t('column.breaching')}
                </th>
              </tr>
            </thead>
            <tbody>
              {list.data.sellers.map((row) => (
                <tr key={row.sellerId} aria-selected={row.sellerId === seller.sellerId}>
                  <td>
                    <button
                      type="button"
                      className="link"
                      onClick={() => {
                        setPicked(row.sellerId);
                        setEditing(false);
                      }}
                      data-testid={`agreement-${row.sellerId}`}
                    >
                      {row.sellerName}
                    </button>
                  </td>
                  <td>
                    {row.version === null ? (
                      <span className="tone-dim">{t('noAgreement')}</span>
                    ) : (
                      t('version', { number: row.version })
                    )}{' '}
                    {row.future > 0 && <Pill tone="accent">{t('state.future')}</Pill>}
                  </td>
                  <td>{row.validFrom === null ? '' : format.date(row.validFrom)}</td>
                  <td className={`right ${row.breaching > 0 ? 'tone-warn' : ''}`}>
                    {row.version === null ? '' : format.number(row.breaching)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      }
      detail={
        !detail.data ? null : editing ? (
          <AgreementForm
            key={`${seller.sellerId}-${detail.data.versions[0]?.number}`}
            sellerId={seller.sellerId}
            sellerName={seller.sellerName}
            detail={detail.data}
            list={list.data}
            onDone={() => setEditing(false)}
          />
        ) : (
          <AgreementPane
            key={seller.sellerId}
            sellerId={seller.sellerId}
            sellerName={seller.sellerName}
            detail={detail.data}
            may={may}
            onEdit={() => setEditing(true)}
          />
        )
      }
    />
  );
}
