import { NumberInput, Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf, RequestOf } from '../../shared/contract/index.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { notify, useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { ErrorState } from '../components/State.tsx';
import { client } from '../connection/connection.ts';
import { useMay, useQuery } from '../connection/hooks.ts';
import { Curve } from './Curve.tsx';

type Overview = ReplyOf<'matching.overview'>;

/** What is promised, what the decisions so far say of it, and what another promise would cost. */
export function PromiseSection({ overview }: { overview: Overview }) {
  const { t } = useTranslation('matching');
  const format = useFormat();
  const [scope, setScope] = useState<string | null>(null);
  const curve = useQuery('matching.curve', requestOf(scope), { refreshOn: ['list.changed'], calm: 2_000 });
  const { threshold, waiting, aboveThreshold } = overview;
  return (
    <section aria-labelledby="matching-promise">
      <h2 id="matching-promise">{t('promise.title')}</h2>
      <p className="lead">{t('promise.lead')}</p>
      <PolicyForm overview={overview} />
      <dl className="figures">
        <div>
          <dt>{t('promise.decisions')}</dt>
          <dd data-testid="matching-decisions">{format.number(overview.decisions)}</dd>
        </div>
        <div>
          <dt>{t('promise.threshold')}</dt>
          <dd data-testid="matching-threshold">
            {threshold === null ? t('promise.noThreshold') : format.score(threshold)}
          </dd>
        </div>
        <div>
          <dt>{t('promise.above')}</dt>
          <dd>{t('promise.ofWaiting', { count: aboveThreshold, all: waiting })}</dd>
        </div>
        <div>
          <dt>{t('promise.byHand')}</dt>
          <dd>{format.number(waiting - aboveThreshold)}</dd>
        </div>
      </dl>
      <div className="matching-two">
        <div>
          <Select
            size="xs"
            w={260}
            mt="sm"
            clearable
            searchable
            aria-label={t('promise.of')}
            placeholder={t('promise.ofAll')}
            value={scope}
            onChange={setScope}
            data={[
              {
                group: t('group.sellers'),
                items: overview.sellers.map(({ sellerId, name }) => ({ value: `s ${sellerId}`, label: name })),
              },
              {
                group: t('group.categories'),
                items: overview.categories.map(({ categoryId, name }) => ({ value: `c ${categoryId}`, label: name })),
              },
            ]}
          />
          {curve.error && <ErrorState error={curve.error} onRetry={curve.refresh} />}
          {curve.data && <Curve points={curve.data.points} asked={overview.policy.precision} />}
        </div>
        <table className="small-table" data-testid="matching-promises">
          <caption>{t('cost.title')}</caption>
          <thead>
            <tr>
              <th>{t('cost.asked')}</th>
              <th className="right">{t('cost.bound')}</th>
              <th className="right">{t('cost.byHand')}</th>
            </tr>
          </thead>
          <tbody>
            {curve.data?.promises.map(({ precision, coverage }) => (
              <tr key={precision} aria-selected={precision === overview.policy.precision}>
                <td>{format.share(precision)}</td>
                <td className="right">
                  {coverage === 0 ? <Pill tone="dim">{t('cost.unsupported')}</Pill> : format.share(coverage)}
                </td>
                <td className="right">{format.share(10_000 - coverage)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function requestOf(scope: string | null): RequestOf<'matching.curve'> {
  if (scope === null) return {};
  const value = scope.slice(2);
  return scope.startsWith('s ') ? { sellerId: value } : { categoryId: Number(value) };
}

function PolicyForm({ overview: { policy, rules } }: { overview: Overview }) {
  const { t } = useTranslation('matching');
  const format = useFormat();
  const may = useMay('review');
  const run = useRun();
  const [precision, setPrecision] = useState<number | string>(policy.precision / 100);
  const [reviewShare, setReviewShare] = useState<number | string>(policy.reviewShare / 100);
  useEffect(() => {
    setPrecision(policy.precision / 100);
    setReviewShare(policy.reviewShare / 100);
  }, [policy.precision, policy.reviewShare]);
  const changed = Number(precision) * 100 !== policy.precision || Number(reviewShare) * 100 !== policy.reviewShare;
  const save = (change: Partial<typeof policy>) =>
    run(async () => {
      await client.call('matching.setPolicy', { ...policy, ...change });
      notify({ message: t('said.saved') });
    });
  return (
    <form
      className="matching-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save({
          precision: Math.round(Number(precision) * 100),
          reviewShare: Math.round(Number(reviewShare) * 100),
        });
      }}
    >
      <NumberInput
        size="xs"
        w={150}
        label={t('promise.precision')}
        min={80}
        max={99.99}
        step={0.1}
        decimalScale={2}
        decimalSeparator={format.decimal}
        allowedDecimalSeparators={['.', ',']}
        suffix=" %"
        disabled={!may}
        value={precision}
        onChange={setPrecision}
        data-testid="matching-precision"
      />
      <NumberInput
        size="xs"
        w={190}
        label={t('promise.reviewShare')}
        min={1}
        max={100}
        decimalScale={1}
        decimalSeparator={format.decimal}
        allowedDecimalSeparators={['.', ',']}
        suffix=" %"
        disabled={!may}
        value={reviewShare}
        onChange={setReviewShare}
        data-testid="matching-review-share"
      />
      <ActionButton primary type="submit" disabled={!may || !changed} data-testid="matching-save">
        {t('promise.save')}
      </ActionButton>
      {(rules.length > 0 || policy.paused) && (
        <ActionButton
          danger={!policy.paused}
          disabled={!may}
          onClick={() => void save({ paused: !policy.paused })}
          data-testid="matching-pause"
        >
          {t(policy.paused ? 'promise.resume' : 'promise.pause')}
        </ActionButton>
      )}
      {policy.paused && (
        <Pill tone="warn" data-testid="matching-paused">
          {t('promise.paused')}
        </Pill>
      )}
    </form>
  );
}
