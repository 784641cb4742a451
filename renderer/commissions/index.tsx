import { MultiSelect, Select, TextInput } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { instantOf } from '../../shared/domain/brand.ts';
import { startOfDayIn } from '../../shared/domain/days.ts';
import { useCommands } from '../app/commands.ts';
import { useRoute } from '../app/routes.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { notify, useRun } from '../components/notify.tsx';
import { SplitView } from '../components/SplitView.tsx';
import { ErrorState } from '../components/State.tsx';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';
import { DraftPane } from './DraftPane.tsx';
import { Marketplace } from './Marketplace.tsx';
import { CommissionMatrix } from './matrix.tsx';
import { RuleList } from './RuleList.tsx';
import { useDraftChanges, useOverview } from './state.ts';
import { WhatIf } from './WhatIf.tsx';
import { Why } from './Why.tsx';
import './commissions.css';

/** Columns of the grid at once: what the service answers for in one question, less all sellers’ own. */
const sellersAtOnce = 190;
const tabs = ['grid', 'rules', 'why', 'whatIf', 'marketplace'] as const;
type Tab = (typeof tabs)[number];

/** Commissions: the grid and the rules, a draft of them tried on what was sold, and the marketplace's backend beside them. */
export function CommissionsScreen() {
  const { t } = useTranslation('commissions');
  const client = useClient();
  const run = useRun();
  const may = useMay('finance');
  const overview = useOverview();
  const waiting = useQuery('commissions.differences', {}, { refreshOn: ['list.changed'], calm: 3_000 });
  const sellers = useQuery('sellers.list', {}, { refreshOn: ['list.changed'], calm: 5_000 });
  // a link from a settlement asks why a part of an item was charged as it was
  const asked = useRoute((route) => route.params);
  const [tab, setTab] = useState<Tab>(asked.why === undefined ? 'grid' : 'why');
  useEffect(() => {
    if (asked.why !== undefined) setTab('why');
  }, [asked]);
  const [draftId, setDraftId] = useState<string | null>(null);
  const [part, setPart] = useState<'product' | 'freight'>('product');
  const [from, setFrom] = useState('');
  const [asOf, setAsOf] = useState('');
  const timeZone = overview.data?.timeZone ?? 'UTC';
  const draft = overview.data?.drafts.find((each) => each.draftId === draftId) ?? null;
  const shown = draft?.draftId ?? null;
  const changes = useDraftChanges(shown, overview.refresh);
  const mayEdit = may && draft?.state === 'draft';
  const validFrom = useMemo(() => startOfDayIn(from, timeZone), [from, timeZone]);
  const past = shown === null ? startOfDayIn(asOf, timeZone) : null;
  // a grid of a later day shows that day; of none, whatever is in force when it is read
  const at = past ?? (validFrom !== null && validFrom > instantOf(Date.now()) ? validFrom : null);
  const all = useMemo(
    () => (sellers.data?.sellers ?? []).map(({ sellerId, name }) => ({ sellerId: sellerId as string, name })),
    [sellers.data],
  );
  const [picked, setPicked] = useState<string[]>([]);
  const [categoryId, setCategoryId] = useState<string | null>(null);
  const categories = useQuery('catalog.categories', {});
  const sellerRows = useMemo(() => {
    const chosen = new Set(picked);
    return (picked.length === 0 ? all : all.filter(({ sellerId }) => chosen.has(sellerId))).slice(0, sellersAtOnce);
  }, [all, picked]);
  const hidden = (picked.length === 0 ? all.length : picked.length) - sellerRows.length;
  const takeOver = (rows: readonly { sellerId: string; categoryId: number | null }[]) =>
    run(async () => {
      const entries = rows.map((row) => ({ sellerId: row.sellerId, categoryId: row.categoryId }));
      let into = mayEdit ? shown : null;
      if (into !== null) {
        const open = into;
        await changes.perform(() => client.call('commissions.takeOver', { draftId: open, entries }));
      } else {
        into = (await client.call('commissions.createDraft', { name: t('push.takeOverDraft') })).draftId;
        await client.call('commissions.takeOver', { draftId: into, entries });
      }
      overview.refresh();
      setDraftId(into);
      notify({ id: 'take-over', message: t('push.takenOver', { count: entries.length }) });
    });
  const create = () =>
    run(async () => {
      const made = await client.call('commissions.createDraft', {
        name: t('draft.name', { number: (overview.data?.version?.number ?? 0) + 1 }),
      });
      overview.refresh();
      setDraftId(made.draftId);
    });
  useCommands([
    {
      id: 'commissions.draft',
      title: t('action.newDraft'),
      group: t('title'),
      keys: ['Shift+N'],
      enabled: may,
      run: () => void create(),
    },
    {
      id: 'commissions.undo',
      title: t('action.undo'),
      group: t('title'),
      keys: ['Mod+Z'],
      enabled: changes.canUndo,
      run: () => void changes.undo(),
    },
  ]);
  if (overview.error) return <ErrorState error={overview.error} onRetry={overview.refresh} />;
  if (!overview.data) return null;
  return (
    <>
      <h1 className="sr-only">{t('title')}</h1>
      <div className="bar wraps" role="toolbar" aria-label={t('title')}>
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
            {name === 'marketplace' && overview.data && overview.data.drifted > 0 && (
              <small className="tone-bad">{overview.data.drifted}</small>
            )}
            {name === 'marketplace' && overview.data?.drifted === 0 && (waiting.data?.count ?? 0) > 0 && (
              <small className="tone-warn" title={t('push.waiting')} data-testid="differences">
                {waiting.data?.count}
              </small>
            )}
          </button>
        ))}
        <Select
          size="xs"
          w={210}
          aria-label={t('draft.choose')}
          placeholder={overview.data.version ? t('inForce', { version: overview.data.version.number }) : t('noVersion')}
          data={overview.data.drafts.map((each) => ({ value: each.draftId, label: `${each.name} (${each.changes})` }))}
          value={shown}
          onChange={setDraftId}
          clearable
          clearButtonProps={{ 'aria-label': t('draft.leave') }}
          data-testid="draft-select"
        />
        <ActionButton
          small
          keys="Shift+N"
          disabled={!may}
          title={may ? undefined : t('why.role')}
          onClick={() => void create()}
          data-testid="draft-new"
        >
          {t('action.newDraft')}
        </ActionButton>
        {shown === null && (tab === 'grid' || tab === 'rules') && (
          <span className="labelled" title={t('grid.asOfHelp')}>
            {t('grid.asOf')}
            <TextInput
              type="date"
              size="xs"
              aria-label={t('grid.asOf')}
              value={asOf}
              onChange={(event) => setAsOf(event.currentTarget.value)}
              data-testid="as-of"
            />
          </span>
        )}
        {past !== null && <span className="tone-warn">{t('grid.past')}</span>}
        {tab === 'grid' && (
          <span className="grid-tools">
            <MultiSelect
              size="xs"
              w={220}
              searchable
              clearable
              limit={60}
              maxValues={sellersAtOnce}
              aria-label={t('grid.sellers')}
              placeholder={picked.length === 0 ? t('grid.sellers') : ''}
              data={all.map(({ sellerId, name }) => ({ value: sellerId, label: name }))}
              value={picked}
              onChange={setPicked}
              data-testid="grid-sellers"
            />
            {hidden > 0 && (
              <span className="tone-warn" data-testid="grid-hidden">
                {t('grid.hidden', { count: hidden })}
              </span>
            )}
            <Select
              size="xs"
              w={190}
              searchable
              clearable
              limit={60}
              aria-label={t('bulk.category')}
              placeholder={t('bulk.category')}
              data={(categories.data?.categories ?? []).map((each) => ({
                value: String(each.categoryId),
                label: each.path,
              }))}
              value={categoryId}
              onChange={setCategoryId}
              data-testid="grid-category"
            />
          </span>
        )}
        {tab === 'grid' && (
          <span className="end grid-tools">
            {(['product', 'freight'] as const).map((name) => (
              <button
                key={name}
                type="button"
                className="chip"
                aria-pressed={part === name}
                onClick={() => setPart(name)}
                data-testid={`part-${name}`}
              >
                {t(`column.${name}`)}
              </button>
            ))}
            <span className="labelled" title={t('grid.fromHelp')}>
              {t('grid.from')}
              <TextInput
                type="date"
                size="xs"
                aria-label={t('grid.from')}
                value={from}
                onChange={(event) => setFrom(event.currentTarget.value)}
                data-testid="grid-from"
              />
            </span>
          </span>
        )}
      </div>
      {tab === 'grid' && (
        <SplitView
          name="commissions"
          detailWidth={360}
          list={
            <CommissionMatrix
              draftId={shown}
              part={part}
              at={at}
              validFrom={validFrom}
              timeZone={timeZone}
              sellers={sellerRows}
              categoryId={categoryId === null ? null : Number(categoryId)}
              changes={changes}
              mayEdit={mayEdit}
            />
          }
          detail={
            <DraftPane
              key={shown}
              overview={overview.data}
              draft={draft}
              changes={changes}
              may={may}
              onDraft={setDraftId}
              onSend={() => setTab('marketplace')}
            />
          }
        />
      )}
      {tab === 'rules' && (
        <RuleList
          key={shown}
          draftId={shown}
          at={past}
          currency={overview.data.currency}
          timeZone={timeZone}
          changes={changes}
          mayEdit={mayEdit}
        />
      )}
      {tab === 'why' && (
        <Why
          draftId={shown}
          currency={overview.data.currency}
          timeZone={timeZone}
          asked={asked}
          key={JSON.stringify(asked)}
        />
      )}
      {tab === 'whatIf' && <WhatIf draftId={shown} timeZone={timeZone} />}
      {tab === 'marketplace' && <Marketplace may={may} onTakeOver={(entries) => void takeOver(entries)} />}
    </>
  );
}
