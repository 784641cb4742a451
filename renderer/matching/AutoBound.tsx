import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { instantOf } from '../../shared/domain/brand.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { notify, useRun } from '../components/notify.tsx';
import { SellerSelect } from '../components/SellerSelect.tsx';
import { client } from '../connection/connection.ts';
import { useMay, useQuery } from '../connection/hooks.ts';

type Overview = ReplyOf<'matching.overview'>;

/** What was bound without a look, and the way to take it back: all of it, a seller's, a category's, or since a time. */
export function AutoBound({ overview }: { overview: Overview }) {
  const { t } = useTranslation('matching');
  const format = useFormat();
  const may = useMay('review');
  const run = useRun();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [sellerId, setSellerId] = useState<string | null>(null);
  const [categoryId, setCategoryId] = useState<string | null>(null);
  const [since, setSince] = useState('');
  const at = since === '' ? Number.NaN : new Date(since).getTime();
  const scope = {
    sellerId,
    categoryId: categoryId === null ? null : Number(categoryId),
    since: Number.isFinite(at) ? instantOf(at) : null,
  };
  const preview = useQuery('matching.previewUndo', scope, { enabled: open, refreshOn: ['list.changed'] });
  const shown = (open ? preview.data : undefined) ?? overview.autoBound;
  const undo = async () => {
    setBusy(true);
    const done = await run(async () => {
      const { cancelled, compensated, left } = await client.call('matching.undo', { ...scope, pause: true });
      notify({
        message:
          t('said.undone', { count: cancelled + compensated }) +
          (left > 0 ? ` ${t('said.left', { count: left })}` : ''),
      });
    });
    setBusy(false);
    if (done) setOpen(false);
  };
  return (
    <section aria-labelledby="matching-bound">
      <h2 id="matching-bound">{t('bound.title')}</h2>
      <p className="lead" data-testid="matching-bound-count">
        {t('bound.count', { count: shown.count })}
        {shown.open > 0 && ` ${t('bound.open', { count: shown.open })}`}
      </p>
      {open && (
        <div className="matching-form" data-testid="matching-undo-scope">
          <SellerSelect value={sellerId} onChange={setSellerId} />
          <Select
            size="xs"
            clearable
            aria-label={t('bound.category')}
            placeholder={t('bound.anyCategory')}
            value={categoryId}
            onChange={setCategoryId}
            data={overview.categories.map((one) => ({ value: String(one.categoryId), label: one.name }))}
          />
          <TextInput
            size="xs"
            type="datetime-local"
            label={t('bound.since')}
            value={since}
            onChange={(event) => setSince(event.currentTarget.value)}
          />
          <ActionButton
            danger
            disabled={busy || !preview.data || preview.data.count === 0}
            onClick={() => void undo()}
            data-testid="matching-undo-confirm"
          >
            {t('bound.undo', { count: preview.data?.count ?? 0 })}
          </ActionButton>
          <ActionButton onClick={() => setOpen(false)}>{t('bound.back')}</ActionButton>
          <span className="quiet">{t('bound.pauses')}</span>
        </div>
      )}
      {!open && (
        <ActionButton
          disabled={!may || overview.autoBound.count === 0}
          onClick={() => setOpen(true)}
          data-testid="matching-undo"
        >
          {t('bound.takeBack')}
        </ActionButton>
      )}
      {shown.newest.length > 0 && (
        <table className="small-table" data-testid="matching-bound">
          <thead>
            <tr>
              <th>{t('bound.offer')}</th>
              <th>{t('bound.sku')}</th>
              <th>{t('bound.when')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.newest.map((one) => (
              <tr key={one.decisionId}>
                <td>{one.title}</td>
                <td>
                  {one.skuName} <span className="quiet">{one.skuId}</span>
                </td>
                <td>{format.dateTime(one.decidedAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
