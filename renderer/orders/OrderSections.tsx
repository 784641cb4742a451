import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderDetail } from '../../shared/contract/orders.ts';
import { isBuyerNeeded } from '../../shared/domain/orders/retention.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat, useTick } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient } from '../connection/hooks.ts';
import { Flow } from './Flow.tsx';
import { Items } from './Items.tsx';
import { Packages, Tasks } from './Packages.tsx';
import { Timeline } from './Timeline.tsx';

/** What is left of a window, in its two largest units. */
function Countdown({ until }: { until: string }) {
  const { t } = useTranslation('orders');
  useTick(1_000);
  const seconds = Math.floor((Date.parse(until) - Date.now()) / 1_000);
  if (seconds <= 0) return <span className="tone-dim">{t('detail.over')}</span>;
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const time =
    days > 0 ? `${days} d ${hours} h` : hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return <span>{t('detail.left', { time })}</span>;
}

export function OrderSections({ order, mayReveal }: { order: OrderDetail; mayReveal: boolean }) {
  const { t } = useTranslation('orders');
  const format = useFormat();
  const windows = [
    ['cancellation', order.cancellationEndsAt],
    ['change', order.changeEndsAt],
    ['changeSeller', order.changeSellerEndsAt],
    ['authoriseBy', order.authoriseBy],
    ['shipBy', order.shipBy],
    ['deliverBy', order.deliverBy],
  ] as const;
  const open = windows.flatMap(([name, until]) => (until === null ? [] : [{ name, until }]));
  return (
    <>
      <Section title={t('detail.flow')}>
        <Flow order={order} />
      </Section>
      {open.length > 0 && (
        <Section title={t('detail.windows')}>
          <ul className="plain-list">
            {open.map(({ name, until }) => (
              <li key={name}>
                <span>
                  {t(`detail.${name}`)} {format.dateTime(until)}
                </span>
                <Countdown until={until} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Items order={order} />
      <Packages order={order} mayVoid={mayReveal} />
      <Tasks order={order} />
      {order.cancellations.length > 0 && (
        <Section title={t('detail.cancellations')}>
          <ul className="plain-list">
            {order.cancellations.map((each) => (
              <li key={each.at}>
                <span>
                  {each.reason} · {each.by} · {each.insideWindow ? t('inside') : t('outside')}
                </span>
                <span>
                  {each.outcome === 'asked' || each.outcome === 'confirmed' || each.outcome === 'refused'
                    ? t(`outcomes.${each.outcome}`)
                    : each.outcome}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Buyer order={order} mayReveal={mayReveal} />
      <Timeline order={order} mayReveal={mayReveal} />
    </>
  );
}

/** Who bought: shown to who asks, and noted. */
function Buyer({ order, mayReveal }: { order: OrderDetail; mayReveal: boolean }) {
  const { t } = useTranslation('orders');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  const [buyer, setBuyer] = useState<string | null>(null);
  const [erasing, setErasing] = useState(false);
  const erase = () => {
    setErasing(false);
    void run(async () => {
      await client.call('orders.erase', { orderId: order.id });
      setBuyer(null);
    });
  };
  const reveal = () =>
    void run(async () => {
      const value = await client.call('orders.reveal', { orderId: order.id });
      setBuyer(value.buyer);
    });
  return (
    <Section title={t('detail.buyer')}>
      {buyer !== null ? (
        <pre className="raw" data-testid="buyer">
          {buyer}
        </pre>
      ) : order.buyerErasedAt !== null ? (
        <p className="quiet" data-testid="buyer-erased">
          {t('detail.erased', { when: format.dateTime(order.buyerErasedAt) })}
        </p>
      ) : (
        <p className="quiet">
          {t('detail.masked')}{' '}
          <ActionButton small disabled={!mayReveal} onClick={reveal} data-testid="reveal-buyer">
            {t('detail.reveal')}
          </ActionButton>{' '}
          {!isBuyerNeeded(order, Date.now()) &&
            (erasing ? (
              <>
                {t('detail.eraseAsk')}{' '}
                <ActionButton small danger onClick={erase} data-testid="erase-confirm">
                  {t('detail.erase')}
                </ActionButton>{' '}
                <ActionButton small onClick={() => setErasing(false)}>
                  {t('actions.keep')}
                </ActionButton>
              </>
            ) : (
              <ActionButton small disabled={!mayReveal} onClick={() => setErasing(true)} data-testid="erase-buyer">
                {t('detail.erase')}
              </ActionButton>
            ))}
        </p>
      )}
    </Section>
  );
}
