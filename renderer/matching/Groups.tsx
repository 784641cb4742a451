import { Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ReplyOf, RequestOf } from '../../shared/contract/index.ts';
import { useFormat } from '../components/format.ts';
import { notify, useRun } from '../components/notify.tsx';
import { Pill, type Tone } from '../components/Pill.tsx';
import { client } from '../connection/connection.ts';
import { useMay } from '../connection/hooks.ts';

type Overview = ReplyOf<'matching.overview'>;
type Standing = Overview['sellers'][number];
type Scope = Omit<RequestOf<'matching.setRule'>, 'on'>;

const tones: Readonly<Record<Standing['state'], Tone>> = {
  bound: 'ok',
  'too-few': 'dim',
  'too-often-wrong': 'bad',
  'no-threshold': 'dim',
};

interface Row extends Omit<Standing, 'sellerId'> {
  readonly key: string;
  readonly scope: Scope;
}

/** Sellers and categories: what is known of each, and whether suggestions are bound there without a look. */
export function Groups({ overview }: { overview: Overview }) {
  const { t } = useTranslation('matching');
  const sellers = overview.sellers.map(
    (seller): Row => ({ ...seller, key: seller.sellerId, scope: { sellerId: seller.sellerId, categoryId: null } }),
  );
  const categories = overview.categories.map(
    (category): Row => ({
      ...category,
      key: `category-${category.categoryId}`,
      scope: { sellerId: null, categoryId: category.categoryId },
    }),
  );
  return (
    <section aria-labelledby="matching-where">
      <h2 id="matching-where">{t('where.title')}</h2>
      <p className="lead">{t('where.lead')}</p>
      <div className="matching-two">
        <Table title={t('group.sellers')} rows={sellers} />
        <Table title={t('group.categories')} rows={categories} />
      </div>
    </section>
  );
}

function Table({ title, rows }: { title: string; rows: readonly Row[] }) {
  const { t } = useTranslation('matching');
  const format = useFormat();
  const may = useMay('review');
  const run = useRun();
  const set = (row: Row, on: boolean) =>
    run(async () => {
      await client.call('matching.setRule', { ...row.scope, on });
      notify({ message: t(on ? 'said.on' : 'said.off', { name: row.name }) });
    });
  return (
    <table className="small-table">
      <thead>
        <tr>
          <th>{title}</th>
          <th className="right">{t('where.decisions')}</th>
          <th className="right">{t('where.right')}</th>
          <th>{t('where.state')}</th>
          <th>{t('where.auto')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} data-testid={`matching-row-${row.key}`}>
            <td>{row.name}</td>
            <td className="right">{format.number(row.decisions)}</td>
            <td className="right">
              {row.inBand === 0 ? '' : t('where.rightOf', { right: row.right, count: row.inBand })}
            </td>
            <td>
              <Pill tone={tones[row.state]}>{t(`where.states.${row.state}`, { count: row.needed })}</Pill>
            </td>
            <td>
              <Switch
                size="xs"
                aria-label={t('where.switch', { name: row.name })}
                checked={row.on}
                disabled={!may}
                onChange={(event) => void set(row, event.currentTarget.checked)}
                data-testid={`matching-auto-${row.key}`}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
