import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SkuRow } from '../../shared/contract/catalog.ts';
import type { ReplyOf } from '../../shared/contract/index.ts';
import type { SellerQuote } from '../../shared/contract/order-changes.ts';
import { useCommands } from '../app/commands.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { Age } from '../components/Age.tsx';
import { useFormat } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { useClient } from '../connection/hooks.ts';

type Answer = ReplyOf<'exposure.simulate'>;

/** All sellers of the picked SKU side by side, asked now: what each offers, who stands in the buy box, and why. */
export function Compare({ sku }: { sku: Pick<SkuRow, 'id' | 'name'> | null }) {
  const { t } = useTranslation('exposure');
  const client = useClient();
  const run = useRun();
  const [postalCode, setPostalCode] = useState('');
  const [country, setCountry] = useState('BRA');
  const [quantity, setQuantity] = useState('1');
  const [salesChannel, setSalesChannel] = useState('1');
  const [answer, setAnswer] = useState<{ readonly skuId: number; readonly value: Answer } | null>(null);
  const [busy, setBusy] = useState(false);
  const isValid = /^[1-9]\d{0,4}$/.test(quantity.trim()) && /^[A-Z]{3}$/.test(country) && salesChannel.trim() !== '';

  const ask = (maximumAge: number) => {
    if (sku === null || !isValid) return;
    setBusy(true);
    void run(async () => {
      const value = await client.call('exposure.simulate', {
        items: [{ skuId: sku.id, quantity: Number(quantity) }],
        postalCode: postalCode.trim() === '' ? null : postalCode.trim(),
        country,
        salesChannel: salesChannel.trim(),
        maximumAge,
      });
      setAnswer({ skuId: sku.id, value });
    }).finally(() => setBusy(false));
  };
  // another SKU is asked for at once; what was asked in the last minute is not asked again
  // biome-ignore lint/correctness/useExhaustiveDependencies: the fields are sent by the button
  useEffect(() => {
    ask(60);
  }, [sku?.id]);
  useCommands([
    {
      id: 'exposure.ask',
      title: t('compare.ask'),
      group: t('title'),
      keys: ['A'],
      enabled: sku !== null && isValid,
      run: () => ask(0),
    },
  ]);
  if (sku === null) return <div className="pane-body">{t('compare.pick')}</div>;
  const line = answer !== null && answer.skuId === sku.id ? answer.value.lines[0] : undefined;
  const field = (label: string, value: string, set: (value: string) => void, width: number, testid: string) => (
    <TextInput
      size="xs"
      w={width}
      label={label}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Enter' && ask(0)}
      data-testid={testid}
    />
  );
  return (
    <div className="pane-body" data-testid="compare" aria-busy={busy}>
      <h2>{sku.name}</h2>
      <div className="compare-fields">
        {field(t('compare.postalCode'), postalCode, setPostalCode, 120, 'compare-postal')}
        {field(t('compare.country'), country, (value) => setCountry(value.toUpperCase()), 64, 'compare-country')}
        {field(t('compare.quantity'), quantity, setQuantity, 70, 'compare-quantity')}
        {field(t('compare.channel'), salesChannel, setSalesChannel, 70, 'compare-channel')}
        <ActionButton
          small
          primary
          keys="A"
          disabled={!isValid || busy}
          onClick={() => ask(0)}
          data-testid="compare-ask"
        >
          {t('compare.ask')}
        </ActionButton>
      </div>
      {line !== undefined && answer !== null && (
        <>
          <p className="quiet" data-testid="compare-verdict">
            {line.winner === null
              ? t('compare.nobody')
              : t('compare.winner', {
                  seller: line.quotes.find(({ sellerId }) => sellerId === line.winner)?.sellerName ?? line.winner,
                  why: line.because === null ? t('compare.alone') : t(`because.${line.because}`),
                })}{' '}
            {line.ruleOf === null
              ? t('compare.ruleBuiltIn')
              : line.ruleOf === ''
                ? t('compare.ruleAll')
                : t('compare.ruleCategory')}
            {!answer.value.sellable && ` ${t('compare.unsellable')}`}
          </p>
          <Table line={line} />
        </>
      )}
    </div>
  );
}

function Table({ line }: { line: Answer['lines'][number] }) {
  const { t } = useTranslation('exposure');
  const format = useFormat();
  if (line.quotes.length === 0) return <p className="tone-dim">{t('compare.none')}</p>;
  const item = (quote: SellerQuote) => quote.items[0];
  const rows: readonly (readonly [string, (quote: SellerQuote) => React.ReactNode])[] = [
    [
      t('rows.state'),
      (quote) =>
        quote.sellerId === line.winner ? (
          <Pill tone="ok">{t('rows.buyBox')}</Pill>
        ) : quote.exclusion !== null ? (
          <span className="tone-bad" title={quote.problem ?? undefined}>
            {quote.state === 'answered' ? t(`exclusions.${quote.exclusion}`) : t(`states.${quote.state}`)}
          </span>
        ) : (
          t('rows.able')
        ),
    ],
    [t('rows.points'), (quote) => (quote.points === null ? '–' : format.number(Math.round(quote.points / 100)))],
    [t('rows.price'), (quote) => format.money(item(quote)?.price ?? null)],
    [t('rows.listPrice'), (quote) => format.money(item(quote)?.listPrice ?? null)],
    [t('rows.stock'), (quote) => format.number(item(quote)?.stock ?? 0)],
    [t('rows.freight'), (quote) => format.money(quote.freight)],
    [t('rows.total'), (quote) => <b>{format.money(quote.total)}</b>],
    [t('rows.estimate'), (quote) => quote.estimate ?? '–'],
    [
      t('rows.windows'),
      (quote) => {
        const windows = item(quote)?.deliveries.flatMap((each) => each.windows) ?? [];
        const [first] = windows;
        return first === undefined
          ? '–'
          : t('rows.windowsOf', { count: windows.length, from: format.dateTime(first.from) });
      },
    ],
    [
      t('rows.pickup'),
      (quote) =>
        item(quote)
          ?.deliveries.flatMap(({ pickupPoint }) => (pickupPoint === null ? [] : [pickupPoint]))
          .join(', ') || '–',
    ],
    [t('rows.payment'), (quote) => (item(quote)?.merchant == null ? t('rows.marketplace') : t('rows.seller'))],
    [t('rows.score'), (quote) => format.number(quote.score)],
    [
      t('rows.answered'),
      (quote) =>
        quote.answeredAt === null ? (
          '–'
        ) : (
          <>
            <Age instant={quote.answeredAt} short />
            {quote.took !== null && ` · ${format.number(quote.took)} ms`}
          </>
        ),
    ],
  ];
  return (
    <div className="compare-scroll">
      <table className="small-table compare-table" data-testid="compare-table">
        <thead>
          <tr>
            <td />
            {line.quotes.map((quote) => (
              <th key={quote.sellerId} scope="col" className={quote.sellerId === line.winner ? 'wins' : ''}>
                {quote.sellerName}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([title, cell]) => (
            <tr key={title}>
              <th scope="row">{title}</th>
              {line.quotes.map((quote) => (
                <td key={quote.sellerId} className={quote.sellerId === line.winner ? 'wins' : ''}>
                  {cell(quote)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
