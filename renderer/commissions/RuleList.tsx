import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedRule, RuleProblemRow } from '../../shared/contract/commissions.ts';
import type { Instant } from '../../shared/domain/brand.ts';
import { isPlain } from '../../shared/domain/commission/charge.ts';
import { useCommands } from '../app/commands.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import type { ViewColumn } from '../components/grid/types.ts';
import { ViewGrid, type ViewGridHandle } from '../components/grid/ViewGrid.tsx';
import { notify } from '../components/notify.tsx';
import { Pill, type Tone } from '../components/Pill.tsx';
import { loadedSource, type Numbered } from '../components/pane/loadedSource.ts';
import { SplitView } from '../components/SplitView.tsx';
import { EmptyState } from '../components/State.tsx';
import { client } from '../connection/connection.ts';
import { plainRate, RuleForm } from './RuleForm.tsx';
import { type DraftChanges, grouped, useCommissionChange, useRate } from './state.ts';

type Row = ListedRule & { readonly problems: readonly RuleProblemRow[] };
type Column = 'about' | 'start';

const source = loadedSource<Row, { readonly draftId: string | null; readonly at: Instant | null }, Column>({
  list: null,
  async load({ draftId, at }) {
    const { rules, problems } = await client.call('commissions.rules', {
      ...(draftId !== null && { draftId }),
      ...(draftId === null && at !== null && { at }),
    });
    const byRule = grouped(problems, ({ ruleId }) => ruleId);
    return rules.map((rule) => ({ ...rule, problems: byRule.get(rule.rule.id) ?? [] }));
  },
  keyOf: ({ rule }) => rule.id,
  compare: (one, other, column) =>
    column === 'start'
      ? (one.rule.validFrom ?? '').localeCompare(other.rule.validFrom ?? '')
      : other.problems.length - one.problems.length ||
        Number(other.change !== 'none') - Number(one.change !== 'none') ||
        (one.sellerName ?? '').localeCompare(other.sellerName ?? '') ||
        (one.categoryPath ?? '').localeCompare(other.categoryPath ?? ''),
});
const tones: Readonly<Record<ListedRule['change'], Tone>> = {
  none: 'dim',
  added: 'accent',
  changed: 'warn',
  removed: 'bad',
};

interface RuleListProps {
  readonly draftId: string | null;
  /** Without a draft: the rules in force at this moment; null: now. */
  readonly at: Instant | null;
  readonly currency: string;
  readonly timeZone: string;
  readonly changes: DraftChanges;
  readonly mayEdit: boolean;
}

/** Every rule, with what a draft changes and what cannot stand, and the editor of one. */
export function RuleList({ draftId, at, currency, timeZone, changes, mayEdit }: RuleListProps) {
  const { t } = useTranslation('commissions');
  const format = useFormat();
  const rateText = useRate();
  const grid = useRef<ViewGridHandle>(null);
  const [current, setCurrent] = useState<Row | null>(null);
  const [mode, setMode] = useState<'show' | 'edit' | 'new'>('show');
  const filter = useMemo(() => ({ draftId, at }), [draftId, at]);
  useCommissionChange(() => grid.current?.refresh());
  const aboutOf = (row: ListedRule): string => {
    const { scope } = row.rule;
    const parts = [
      row.sellerName,
      scope.sellerGroup,
      scope.sellerSkuId,
      row.categoryPath,
      row.brandName,
      scope.salesChannel,
    ];
    return parts.filter((part) => part !== null).join(' · ') || t('rule.everything');
  };
  const chargeText = (charge: Row['rule']['product']): string => {
    const rate = plainRate(charge);
    if (charge === null) return '';
    if (rate === null) return t('rule.bands', { count: charge.bands.length });
    return `${rateText(rate)} %${isPlain(charge) ? '' : ' +'}`;
  };
  const day = (instant: string | null) => (instant === null ? '' : format.date(instant));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the texts follow from language and numbers
  const columns = useMemo(
    (): readonly ViewColumn<Numbered<Row>, Column>[] => [
      { id: 'about', title: t('column.about'), width: 260, flex: 1, minWidth: 160, sort: 'about', text: aboutOf },
      {
        id: 'product',
        title: t('column.product'),
        width: 96,
        align: 'right',
        text: ({ rule }) => chargeText(rule.product),
      },
      {
        id: 'freight',
        title: t('column.freight'),
        width: 96,
        align: 'right',
        text: ({ rule }) => chargeText(rule.freight),
      },
      { id: 'from', title: t('column.from'), width: 110, sort: 'start', text: ({ rule }) => day(rule.validFrom) },
      { id: 'until', title: t('column.until'), width: 110, text: ({ rule }) => day(rule.validUntil) },
      {
        id: 'state',
        title: t('column.state'),
        width: 150,
        text: (row) => row.problems.map(({ code }) => t(`problem.${code}` as 'problem.ties')).join(' '),
        render: (row) =>
          row.problems[0] ? (
            <Pill tone={row.problems.every(({ code }) => code === 'covered') ? 'warn' : 'bad'}>
              {t(`problemShort.${row.problems[0].code}` as 'problemShort.ties')}
            </Pill>
          ) : row.change === 'none' ? null : (
            <Pill tone={tones[row.change]}>{t(`change.${row.change}`)}</Pill>
          ),
      },
    ],
    [t, format, rateText],
  );
  const perform = async (ruleId: string, rule: ListedRule['rule'] | null) => {
    if (draftId === null) return;
    let problems: readonly RuleProblemRow[] = [];
    const done = await changes.perform(async () => {
      const reply = await client.call('commissions.change', { draftId, changes: [{ ruleId, rule }] });
      ({ problems } = reply);
      return reply;
    });
    if (!done) return;
    grid.current?.refresh();
    setMode('show');
    // the list and the form show it too, once the rule is opened again
    const [problem] = problems;
    if (problem && rule !== null)
      notify({ id: 'rule-problem', message: t(`problem.${problem.code}` as 'problem.ties'), tone: 'bad' });
  };
  useCommands([
    {
      id: 'rule.new',
      title: t('action.newRule'),
      group: t('title'),
      keys: ['N'],
      enabled: mayEdit,
      run: () => setMode('new'),
    },
    {
      id: 'rule.edit',
      title: t('action.editRule'),
      group: t('title'),
      keys: ['E'],
      enabled: mayEdit && current !== null,
      run: () => setMode('edit'),
    },
    {
      id: 'rule.cancel',
      title: t('action.cancel'),
      group: t('title'),
      keys: ['Escape'],
      inFields: true,
      keysOnly: true,
      enabled: mode !== 'show',
      run: () => setMode('show'),
    },
  ]);
  return (
    <SplitView
      name="commission-rules"
      list={
        <ViewGrid
          name="commission-rules"
          label={t('tab.rules')}
          source={source}
          filter={filter}
          columns={columns}
          defaultSort={{ column: 'about', direction: 'ascending' }}
          handle={grid}
          onCurrent={(row) => {
            setCurrent(row);
            if (mode !== 'new') setMode('show');
          }}
          onOpen={() => mayEdit && setMode('edit')}
          empty={<EmptyState title={t('empty.rules')} hint={t('empty.rulesHelp')} />}
        />
      }
      detail={
        mode === 'new' || (mode === 'edit' && current) ? (
          <RuleForm
            key={mode === 'new' ? 'new' : current?.rule.id}
            rule={mode === 'new' ? null : (current?.rule ?? null)}
            problems={(mode === 'edit' && current?.problems) || []}
            currency={currency}
            timeZone={timeZone}
            busy={changes.busy}
            onSave={(rule) => void perform(rule.id, rule)}
            onRemove={() => current && void perform(current.rule.id, null)}
            onCancel={() => setMode('show')}
          />
        ) : (
          <>
            <div className="pane-body" data-testid="rule-detail">
              {current ? (
                <>
                  <h2>{aboutOf(current)}</h2>
                  <p className="pane-sub">
                    {chargeText(current.rule.product)} / {chargeText(current.rule.freight)} · {current.rule.timeZone}
                  </p>
                  {current.problems.map((problem) => (
                    <p
                      key={`${problem.code}-${problem.values.part}`}
                      className={problem.code === 'covered' ? 'tone-warn' : 'tone-bad'}
                    >
                      {t(`problem.${problem.code}` as 'problem.ties')}
                    </p>
                  ))}
                  {current.rule.note !== '' && <p>{current.rule.note}</p>}
                </>
              ) : (
                <EmptyState title={t('rule.pick')} hint={t('rule.order')} />
              )}
            </div>
            <div className="pane-actions">
              <ActionButton
                primary
                keys="N"
                disabled={!mayEdit}
                title={mayEdit ? undefined : t('why.noDraft')}
                onClick={() => setMode('new')}
                data-testid="rule-new"
              >
                {t('action.newRule')}
              </ActionButton>
              <ActionButton
                keys="E"
                disabled={!mayEdit || !current}
                onClick={() => setMode('edit')}
                data-testid="rule-edit"
              >
                {t('action.editRule')}
              </ActionButton>
            </div>
          </>
        )
      }
    />
  );
}
