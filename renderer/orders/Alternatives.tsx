import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import type { SellerQuote } from '../../shared/contract/order-changes.ts';
import type { OrderDetail } from '../../shared/contract/orders.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { notify, useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient } from '../connection/hooks.ts';

/** Sellers that could take the order over, asked now, the best first; one press moves it. */
export function Alternatives({ order, may, onMoved }: { order: OrderDetail; may: boolean; onMoved(id: number): void }) {
  const { t } = useTranslation('orders');
  const { t: said } = useTranslation('exposure');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  const [found, setFound] = useState<ReplyOf<'orders.alternatives'> | null>(null);
  const [busy, setBusy] = useState(false);
  const orderId = order.id;
  const ask = useCallback(() => {
    setBusy(true);
    void run(async () => setFound(await client.call('orders.alternatives', { orderId }))).finally(() => setBusy(false));
  }, [client, orderId, run]);
  // where another seller is what the order waits for, they are asked without being told
  const isWaiting = order.state === 'window-to-change-seller' && may;
  useEffect(() => {
    if (isWaiting) ask();
  }, [isWaiting, ask]);
  const move = (sellerId: SellerQuote['sellerId']) => {
    setBusy(true);
    void run(async () => {
      const { orderId: moved } = await client.call('orders.changeSeller', { orderId, sellerId });
      notify({ message: t('alternatives.moved') });
      onMoved(moved);
    }).finally(() => setBusy(false));
  };
  const why = (quote: SellerQuote) =>
    quote.problem ?? (quote.exclusion === null ? null : said(`exclusions.${quote.exclusion}`));
  return (
    <Section title={t('alternatives.title')}>
      <p className="quiet">
        {t('alternatives.hint', { paid: format.money(order.total) })}{' '}
        <ActionButton small disabled={!may || busy} onClick={ask} data-testid="alternatives-ask">
          {t('alternatives.ask')}
        </ActionButton>
      </p>
      {found !== null &&
        (found.quotes.length === 0 ? (
          <p className="tone-dim">{t('alternatives.none')}</p>
        ) : (
          <ul className="plain-list" data-testid="alternatives">
            {found.quotes.map((quote) => {
              const more = quote.total === null ? null : quote.total.minor - order.total.minor;
              return (
                <li key={quote.sellerId} className={quote.available ? '' : 'tone-dim'}>
                  <span>
                    <b>{quote.sellerName}</b>{' '}
                    {quote.sellerId === found.winner && (
                      <Pill tone="ok">
                        {found.because === null ? t('alternatives.best') : said(`because.${found.because}`)}
                      </Pill>
                    )}
                    <br />
                    <small>
                      {quote.available
                        ? [
                            format.money(quote.total),
                            more === null || more === 0
                              ? t('alternatives.same')
                              : t(more > 0 ? 'alternatives.more' : 'alternatives.less', {
                                  amount: format.minor(Math.abs(more), order.total.currency),
                                }),
                            quote.estimate,
                            t('alternatives.scoreOf', { score: quote.score }),
                          ]
                            .filter((part) => part !== null)
                            .join(' · ')
                        : why(quote)}
                    </small>
                  </span>
                  <ActionButton
                    small
                    primary={quote.sellerId === found.winner}
                    disabled={!may || busy || !quote.available}
                    onClick={() => move(quote.sellerId)}
                    data-testid={`move-to-${quote.sellerId}`}
                  >
                    {t('alternatives.move')}
                  </ActionButton>
                </li>
              );
            })}
          </ul>
        ))}
    </Section>
  );
}
