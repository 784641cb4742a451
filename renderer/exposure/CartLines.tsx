import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import type { SellerQuote } from '../../shared/contract/order-changes.ts';
import { useFormat } from '../components/format.ts';
import { canSell, deliveryOf, sumOf } from './cart.ts';

type Line = ReplyOf<'exposure.simulate'>['lines'][number];

interface CartLinesProps {
  readonly answer: ReplyOf<'exposure.simulate'>;
  readonly sold: readonly { readonly line: Line; readonly quote: SellerQuote }[];
  onChoose(skuId: number, sellerId: string): void;
}

/** Who sells each line and for how much; another seller of it is one choice away. Who cannot is named with the reason. */
export function CartLines({ answer, sold, onChoose }: CartLinesProps) {
  const { t } = useTranslation('exposure');
  const format = useFormat();
  const currency = sold[0]?.quote.total?.currency;
  const why = (quote: SellerQuote) =>
    quote.state !== 'answered'
      ? t(`states.${quote.state}`)
      : quote.exclusion !== null
        ? t(`exclusions.${quote.exclusion}`)
        : t('cart.noDelivery');
  return (
    <table className="small-table cart-table" data-testid="cart-table">
      <thead>
        <tr>
          <th>{t('cart.item')}</th>
          <th>{t('cart.seller')}</th>
          <th className="right">{t('cart.price')}</th>
          <th className="right">{t('rows.freight')}</th>
          <th className="right">{t('rows.estimate')}</th>
        </tr>
      </thead>
      <tbody>
        {answer.lines.map((line) => {
          const quote = sold.find((each) => each.line.skuId === line.skuId)?.quote ?? null;
          const able = line.quotes.filter(canSell);
          const unable = line.quotes.filter((each) => !canSell(each));
          const delivery = quote === null ? null : deliveryOf(quote);
          return (
            <tr key={line.skuId}>
              <td title={line.name}>
                {format.number(line.quantity)} × {line.name}
                {unable.length > 0 && (
                  <small className="tone-dim cart-unable">
                    {unable.map((each) => `${each.sellerName}: ${why(each)}`).join('; ')}
                  </small>
                )}
              </td>
              <td>
                {quote === null ? (
                  <span className="tone-bad">{line.quotes.length === 0 ? t('compare.none') : t('compare.nobody')}</span>
                ) : (
                  <NativeSelect
                    size="xs"
                    aria-label={t('cart.sellerOf', { name: line.name })}
                    value={quote.sellerId}
                    onChange={(event) => onChoose(line.skuId, event.currentTarget.value)}
                    data={able.map(({ sellerId, sellerName }) => ({
                      value: sellerId,
                      label: sellerId === line.winner ? t('cart.best', { name: sellerName }) : sellerName,
                    }))}
                    data-testid={`cart-seller-${line.skuId}`}
                  />
                )}
              </td>
              <td className="right">{format.money(quote?.items[0]?.price ?? null)}</td>
              <td className="right">{format.money(delivery?.price ?? null)}</td>
              <td className="right">{delivery?.estimate ?? ''}</td>
            </tr>
          );
        })}
        {currency !== undefined && (
          <tr>
            <td colSpan={2}>
              <b>{t('rows.total')}</b>
            </td>
            <td className="right" colSpan={2} data-testid="cart-total">
              <b>{format.minor(sumOf(sold), currency)}</b>
            </td>
            <td />
          </tr>
        )}
      </tbody>
    </table>
  );
}
