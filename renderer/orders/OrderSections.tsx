import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import type { OrderDetail } from '../../shared/contract/orders.ts';
import { eventTypes } from '../../shared/domain/orders/flow.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat, useTick } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient } from '../connection/hooks.ts';
import { Flow } from './Flow.tsx';
import { Items } from './Items.tsx';
import { Packages, Tasks } from './Packages.tsx';

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
      <Packages order={order} />
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
    </>
  );
}

/** States in which nobody needs the buyer any more. */
const isOver: readonly OrderDetail['state'][] = ['delivered', 'returned', 'canceled', 'replaced'];

type Revealed = ReplyOf<'orders.reveal'>;

/** The timeline, and what is sealed of it: shown to who asks, and noted. */
function Buyer({ order, mayReveal }: { order: OrderDetail; mayReveal: boolean }) {
  const { t } = useTranslation('orders');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  const [shown, setShown] = useState<{ messageId: number | null; value: Revealed } | null>(null);
  const [erasing, setErasing] = useState(false);
  const erase = () => {
    setErasing(false);
    void run(async () => {
      await client.call('orders.erase', { orderId: order.id });
      setShown(null);
    });
  };
  const reveal = (messageId: number | null) =>
    void run(async () => {
      const value = await client.call('orders.reveal', {
        orderId: order.id,
        ...(messageId === null ? {} : { messageId }),
      });
      setShown({ messageId, value });
    });
  return (
    <>
      <Section title={t('detail.buyer')}>
        {shown !== null && shown.messageId === null ? (
          <pre className="raw" data-testid="buyer">
            {shown.value.buyer}
          </pre>
        ) : order.buyerErasedAt !== null ? (
          <p className="quiet" data-testid="buyer-erased">
            {t('detail.erased', { when: format.dateTime(order.buyerErasedAt) })}
          </p>
        ) : (
          <p className="quiet">
            {t('detail.masked')}{' '}
            <ActionButton small disabled={!mayReveal} onClick={() => reveal(null)} data-testid="reveal-buyer">
              {t('detail.reveal')}
            </ActionButton>{' '}
            {isOver.includes(order.state) &&
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
      <Section title={t('detail.timeline')}>
        <ul className="plain-list" data-testid="timeline">
          {order.events.map((event) => {
            const type = eventTypes.find((each) => each === event.type);
            return (
              <li key={event.sequence}>
                <span>
                  {type === undefined ? event.type : t(`events.${type}`)}
                  {event.details.number !== undefined && ` ${event.details.number}`}
                  {event.author !== null && ` · ${event.author}`}{' '}
                  {!event.fits && <Pill tone={event.seen ? 'dim' : 'bad'}>{t('detail.misfit')}</Pill>}
                  {shown !== null && shown.messageId === event.messageId && event.messageId !== null && (
                    <code className="raw">{shown.value.body ?? shown.value.answer}</code>
                  )}
                </span>
                <span className="tone-dim stamp">
                  {format.dateTime(event.at)}{' '}
                  {event.messageId !== null && (
                    <ActionButton small disabled={!mayReveal} onClick={() => reveal(event.messageId)}>
                      {t('detail.raw')}
                    </ActionButton>
                  )}
                </span>
              </li>
            );
          })}
        </ul>
      </Section>
    </>
  );
}
