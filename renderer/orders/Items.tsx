import { useTranslation } from 'react-i18next';
import type { OrderDetail } from '../../shared/contract/orders.ts';
import { differenceOf, divergencesOf, type SoldLine } from '../../shared/domain/orders/divergence.ts';
import { useFormat } from '../components/format.ts';
import { Pill } from '../components/Pill.tsx';
import { Section } from '../components/pane/Section.tsx';

type Item = OrderDetail['items'][number];

const soldOf = (item: Item): SoldLine => ({
  quantity: item.quantity,
  priceMinor: item.price.minor,
  freightMinor: item.freight.minor,
  nowPriceMinor: item.simulatedPrice?.minor ?? null,
  nowFreightMinor: item.simulatedFreight?.minor ?? null,
  nowStock: item.simulatedStock,
});

/** What was sold, line by line, beside what the seller said just before placing; what differs is marked and named. */
export function Items({ order }: { order: OrderDetail }) {
  const { t } = useTranslation('orders');
  const { t: said } = useTranslation('orderBoard');
  const format = useFormat();
  const lines = order.items.map((item) => ({ item, differs: divergencesOf(soldOf(item)) }));
  const isDivergent = lines.some(({ differs }) => differs.length > 0);
  const difference = differenceOf(order.items.map(soldOf));
  const mark = (isMarked: boolean) => `right ${isMarked ? 'tone-bad' : ''}`;
  return (
    <Section title={t('detail.items')}>
      {isDivergent && (
        <p className="problem" data-testid="divergence">
          {difference === null
            ? said('divergence.unknown')
            : difference === 0
              ? said('divergence.same')
              : said(difference > 0 ? 'divergence.more' : 'divergence.less', {
                  amount: format.minor(Math.abs(difference), order.total.currency),
                })}
        </p>
      )}
      <table className="small-table" data-testid="order-items">
        <thead>
          <tr>
            <th>{t('columns.title')}</th>
            <th className="right">{t('detail.quantity')}</th>
            <th className="right">{said('divergence.sold')}</th>
            <th className="right">{t('detail.now')}</th>
          </tr>
        </thead>
        {lines.map(({ item, differs }) => (
          <tbody key={item.sellerSkuId} className="item-line">
            <tr>
              <td title={item.sellerSkuId}>
                {item.name}
                {differs.map((kind) => (
                  <span key={kind}>
                    {' '}
                    <Pill tone="bad" data-testid={`diverges-${kind}`}>
                      {said(`divergence.${kind}`)}
                    </Pill>
                  </span>
                ))}
              </td>
              <td className="right">{format.number(item.quantity)}</td>
              <td className="right">{format.money(item.price)}</td>
              <td className={mark(differs.includes('price'))}>{format.money(item.simulatedPrice)}</td>
            </tr>
            <tr className="quiet">
              <td>{t('detail.freight')}</td>
              <td />
              <td className="right">{format.money(item.freight)}</td>
              <td className={mark(differs.includes('freight') || differs.includes('delivery'))}>
                {item.simulatedFreight !== null
                  ? format.money(item.simulatedFreight)
                  : item.simulatedStock !== null && said('divergence.notOffered')}
              </td>
            </tr>
            {item.simulatedStock !== null && (
              <tr className="quiet">
                <td>{said('divergence.inStock')}</td>
                <td />
                <td />
                <td className={mark(differs.includes('stock') || differs.includes('unavailable'))}>
                  {format.number(item.simulatedStock)}
                </td>
              </tr>
            )}
          </tbody>
        ))}
        <tbody>
          {order.adjustment.minor !== 0 && (
            <tr>
              <td>{t('detail.adjustment')}</td>
              <td />
              <td className="right">{format.money(order.adjustment)}</td>
              <td />
            </tr>
          )}
          <tr>
            <td>
              <b>{t('detail.sum')}</b>
            </td>
            <td />
            <td className="right">
              <b>{format.money(order.total)}</b>
            </td>
            <td />
          </tr>
        </tbody>
      </table>
    </Section>
  );
}
