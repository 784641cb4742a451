import { Select, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseBasisPoints } from '../../shared/domain/exact.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient, useQuery } from '../connection/hooks.ts';
import { limitOf } from './filters.ts';
import { type DraftChanges, useCommissionChange, useRate } from './state.ts';

/** Reads `12.5`, `-1,5` or `+2` as signed basis points. */
function signedRate(text: string): number | null {
  const match = /^\s*([+\-−])?\s*(.*)$/.exec(text);
  const size = parseBasisPoints(match?.[2] ?? '');
  return size === null ? null : match?.[1] && match[1] !== '+' ? -size : size;
}

/** One change of every rule that a filter finds, previewed rule by rule, undone as one. */
export function Bulk({ draftId, changes, may }: { draftId: string; changes: DraftChanges; may: boolean }) {
  const { t } = useTranslation('commissions');
  const client = useClient();
  const rateText = useRate();
  const sellers = useQuery('sellers.list', {});
  const categories = useQuery('catalog.categories', {});
  const [sellerId, setSellerId] = useState<string | null>(null);
  const [categoryId, setCategoryId] = useState<string | null>(null);
  const [part, setPart] = useState<'product' | 'freight'>('product');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [kind, setKind] = useState<'set' | 'add' | 'scale'>('add');
  const [text, setText] = useState('');
  const value = kind === 'scale' ? scaleOf(text) : signedRate(text);
  const [sellerGroup, setSellerGroup] = useState('');
  const [brandId, setBrandId] = useState<string | null>(null);
  const [salesChannel, setSalesChannel] = useState('');
  const brands = useQuery('catalog.brands', { limit: 200 });
  const rateFrom = limitOf(from);
  const rateTo = limitOf(to);
  // a limit that cannot be read is none that was meant: nothing is previewed, and nothing changed
  const isReadable =
    value !== null &&
    text.trim() !== '' &&
    (kind !== 'set' || value >= 0) &&
    rateFrom !== 'unreadable' &&
    rateTo !== 'unreadable';
  const request = {
    draftId,
    filter: {
      sellerId,
      sellerGroup: sellerGroup.trim() || null,
      categoryId: categoryId === null ? null : Number(categoryId),
      brandId: brandId === null ? null : Number(brandId),
      salesChannel: salesChannel.trim() || null,
      part,
      rateFrom: rateFrom === 'unreadable' ? null : rateFrom,
      rateTo: rateTo === 'unreadable' ? null : rateTo,
    },
    change: { kind, value: value ?? 0 },
  };
  const preview = useQuery('commissions.bulkPreview', request, { enabled: isReadable });
  useCommissionChange(preview.refresh);
  const apply = async () => {
    if (await changes.perform(() => client.call('commissions.bulk', request))) setText('');
  };
  const categoryData = useMemo(
    () => (categories.data?.categories ?? []).map((each) => ({ value: String(each.categoryId), label: each.path })),
    [categories.data],
  );
  const pick = { size: 'xs' as const, searchable: true, clearable: true, limit: 60, placeholder: t('field.any') };
  return (
    <Section title={t('bulk.title')}>
      <div className="form">
        <Select
          {...pick}
          label={t('field.sellerId')}
          data={(sellers.data?.sellers ?? []).map((seller) => ({
            value: seller.sellerId as string,
            label: seller.name,
          }))}
          value={sellerId}
          onChange={setSellerId}
          data-testid="bulk-seller"
        />
        <Select {...pick} label={t('bulk.category')} data={categoryData} value={categoryId} onChange={setCategoryId} />
        <div className="bulk-row">
          <TextInput
            size="xs"
            label={t('field.sellerGroup')}
            value={sellerGroup}
            onChange={(event) => setSellerGroup(event.currentTarget.value)}
            data-testid="bulk-group"
          />
          <Select
            {...pick}
            label={t('field.brandId')}
            data={(brands.data?.brands ?? []).map((brand) => ({ value: String(brand.brandId), label: brand.name }))}
            value={brandId}
            onChange={setBrandId}
          />
          <TextInput
            size="xs"
            label={t('field.salesChannel')}
            value={salesChannel}
            onChange={(event) => setSalesChannel(event.currentTarget.value)}
            data-testid="bulk-channel"
          />
        </div>
        <div className="bulk-row">
          <Select
            size="xs"
            label={t('bulk.part')}
            allowDeselect={false}
            data={(['product', 'freight'] as const).map((name) => ({ value: name, label: t(`column.${name}`) }))}
            value={part}
            onChange={(next) => next && setPart(next)}
          />
          <TextInput
            size="xs"
            label={t('bulk.from')}
            value={from}
            error={rateFrom === 'unreadable' && t('bad.rate')}
            onChange={(event) => setFrom(event.currentTarget.value)}
            data-testid="bulk-from"
          />
          <TextInput
            size="xs"
            label={t('bulk.to')}
            value={to}
            error={rateTo === 'unreadable' && t('bad.rate')}
            onChange={(event) => setTo(event.currentTarget.value)}
            data-testid="bulk-to"
          />
        </div>
        <div className="bulk-row">
          <Select
            size="xs"
            label={t('bulk.change')}
            allowDeselect={false}
            data={(['set', 'add', 'scale'] as const).map((name) => ({ value: name, label: t(`bulk.kind.${name}`) }))}
            value={kind}
            onChange={(next) => next && setKind(next)}
          />
          <TextInput
            size="xs"
            label={t('bulk.value')}
            rightSection="%"
            value={text}
            error={text.trim() !== '' && (value === null || (kind === 'set' && value < 0))}
            onChange={(event) => setText(event.currentTarget.value)}
            data-testid="bulk-value"
          />
        </div>
      </div>
      {isReadable && preview.data && (
        <div data-testid="bulk-preview" data-count={preview.data.count}>
          <p>{t('bulk.count', { count: preview.data.count })}</p>
          <table className="small-table small">
            <tbody>
              {preview.data.sample.slice(0, 12).map(({ rule, before, after }) => (
                <tr key={rule.rule.id}>
                  <td>
                    {[rule.sellerName, rule.categoryPath, rule.brandName].filter(Boolean).join(' · ') ||
                      t('rule.everything')}
                  </td>
                  <td className="right">
                    {rateText(before)} → {rateText(after)} %
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <ActionButton
            small
            primary
            disabled={!may || changes.busy || preview.data.count === 0}
            onClick={() => void apply()}
            data-testid="bulk-apply"
          >
            {t('bulk.apply')}
          </ActionButton>
        </div>
      )}
    </Section>
  );
}

/** `110` per cent of the rate, as ten-thousandths; up to 1,000 %. */
function scaleOf(text: string): number | null {
  const match = /^\s*(\d{1,4})(?:[.,](\d{1,2}))?\s*$/.exec(text);
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : null;
}
