import { Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedRule } from '../../shared/contract/commissions.ts';
import { instantOf, type SellerId } from '../../shared/domain/brand.ts';
import { isPlain } from '../../shared/domain/commission/charge.ts';
import { dayIn, momentOfDay } from '../../shared/domain/days.ts';
import { useFormat } from '../components/format.ts';
import { Pill } from '../components/Pill.tsx';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import { plainRate } from './RuleForm.tsx';
import { today, useCommissionChange, useRate } from './state.ts';

interface WhyProps {
  readonly draftId: string | null;
  readonly currency: string;
  /** The marketplace's. */
  readonly timeZone: string;
  /** What a link asks about: seller (`why`), `sku`, `channel`, `at`, `part`. */
  readonly asked: Readonly<Record<string, string>>;
}

/** Why this commission: for any seller, SKU, channel and day, the rule that holds and those that it beat. */
export function Why({ draftId, currency, timeZone, asked }: WhyProps) {
  const { t } = useTranslation('commissions');
  const format = useFormat();
  const rateText = useRate();
  const sellers = useQuery('sellers.list', {});
  const [sellerId, setSellerId] = useState<string | null>(asked.why ?? null);
  const [skuId, setSkuId] = useState<string | null>(asked.sku ?? null);
  const [skuText, setSkuText] = useState(asked.sku ?? '');
  const [settled] = useDebouncedValue(skuText, 150);
  const [channel, setChannel] = useState(asked.channel ?? '1');
  const [part, setPart] = useState<'product' | 'freight'>(asked.part === 'freight' ? 'freight' : 'product');
  // a link names the moment of a sale, which counts as long as its day is not changed
  const moment = asked.at !== undefined && !Number.isNaN(Date.parse(asked.at)) ? instantOf(Date.parse(asked.at)) : null;
  const [day, setDay] = useState(() => (moment ? dayIn(moment, timeZone) : today(timeZone)));
  const found = useQuery('catalog.search', { text: settled.slice(0, 200), limit: 30 });
  const at = momentOfDay(day, moment, timeZone);
  const isAsked = sellerId !== null && skuId !== null && at !== null && channel.trim() !== '';
  const why = useQuery(
    'commissions.why',
    {
      ...(draftId !== null && { draftId }),
      part,
      // chosen from the list of sellers
      sellerId: (sellerId ?? '') as SellerId,
      skuId: Number(skuId ?? 0),
      salesChannel: channel,
      at: at ?? instantOf(0),
    },
    { enabled: isAsked },
  );
  useCommissionChange(why.refresh);
  const aboutOf = ({ rule, sellerName, categoryPath, brandName }: ListedRule): string => {
    const { sellerGroup, sellerSkuId, salesChannel } = rule.scope;
    const parts = [sellerName, sellerGroup, sellerSkuId, categoryPath, brandName, salesChannel];
    return parts.filter((each) => each !== null).join(' · ') || t('rule.everything');
  };
  const chargeOf = ({ rule }: ListedRule): string => {
    const charge = rule[part];
    const rate = plainRate(charge);
    if (charge === null) return '';
    return rate === null
      ? t('rule.bands', { count: charge.bands.length })
      : `${rateText(rate)} %${isPlain(charge) ? '' : ' +'}`;
  };
  const periodOf = ({ rule }: ListedRule): string =>
    [rule.validFrom && format.date(rule.validFrom), rule.validUntil && format.date(rule.validUntil)]
      .map((each) => each ?? '…')
      .join(' – ');
  return (
    <div className="finance-page" data-testid="why">
      <div className="bar">
        <Select
          size="xs"
          w={190}
          searchable
          aria-label={t('field.sellerId')}
          placeholder={t('field.sellerId')}
          data={(sellers.data?.sellers ?? []).map((seller) => ({
            value: seller.sellerId as string,
            label: seller.name,
          }))}
          value={sellerId}
          onChange={setSellerId}
          data-testid="why-seller"
        />
        <Select
          size="xs"
          w={300}
          searchable
          aria-label={t('whyView.sku')}
          placeholder={t('whyView.skuHelp')}
          data={(found.data?.skus ?? []).map((sku) => ({
            value: String(sku.id),
            label: `${sku.id} · ${sku.name}`,
          }))}
          filter={({ options }) => options}
          value={skuId}
          onChange={setSkuId}
          searchValue={skuText}
          onSearchChange={setSkuText}
          data-testid="why-sku"
        />
        <TextInput
          size="xs"
          w={60}
          aria-label={t('field.salesChannel')}
          title={t('field.salesChannel')}
          value={channel}
          onChange={(event) => setChannel(event.currentTarget.value)}
        />
        <TextInput
          type="date"
          size="xs"
          aria-label={t('whyView.day')}
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
          data-testid="why-day"
        />
        {(['product', 'freight'] as const).map((name) => (
          <button key={name} type="button" className="chip" aria-pressed={part === name} onClick={() => setPart(name)}>
            {t(`column.${name}`)}
          </button>
        ))}
      </div>
      {!isAsked ? (
        <EmptyState title={t('whyView.ask')} hint={t('rule.order')} />
      ) : why.error ? (
        <ErrorState error={why.error} onRetry={why.refresh} />
      ) : (
        why.data && (
          <div className="finance-scroll">
            {why.data.rule === null ? (
              <EmptyState title={t('whyView.none')} hint={t('whyView.noneHelp')} />
            ) : (
              <>
                <p data-testid="why-rule">
                  <b>{chargeOf(why.data.rule)}</b> · {aboutOf(why.data.rule)}
                  {why.data.price !== null && why.data.commission !== null && part === 'product' && (
                    <>
                      {' '}
                      ·{' '}
                      {t('whyView.amount', {
                        commission: format.minor(why.data.commission, currency),
                        price: format.minor(why.data.price, currency),
                      })}
                    </>
                  )}
                </p>
                <p className="quiet">{periodOf(why.data.rule)}</p>
              </>
            )}
            {why.data.beaten.length + why.data.notNow.length > 0 && (
              <table className="small-table" data-testid="why-beaten">
                <thead>
                  <tr>
                    <th>{t('column.about')}</th>
                    <th className="right">{t(`column.${part}`)}</th>
                    <th>{t('whyView.period')}</th>
                    <th>{t('whyView.because')}</th>
                  </tr>
                </thead>
                <tbody>
                  {why.data.beaten.map(({ rule, criterion }) => (
                    <tr key={rule.rule.id}>
                      <td>{aboutOf(rule)}</td>
                      <td className="right">{chargeOf(rule)}</td>
                      <td>{periodOf(rule)}</td>
                      <td>{t(`criterion.${criterion}`)}</td>
                    </tr>
                  ))}
                  {why.data.notNow.map(({ rule, why: reason }) => (
                    <tr key={rule.rule.id}>
                      <td>{aboutOf(rule)}</td>
                      <td className="right">{chargeOf(rule)}</td>
                      <td>{periodOf(rule)}</td>
                      <td>
                        <Pill tone="dim">{t(`whyView.${reason}`)}</Pill>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </div>
        )
      )}
    </div>
  );
}
