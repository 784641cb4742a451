import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import type { OrderDetail } from '../../shared/contract/orders.ts';
import { eventTypes } from '../../shared/domain/orders/flow.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient } from '../connection/hooks.ts';
import { type TimelineEntry, timelineOf } from './timeline.ts';

type Shown = { readonly key: string; readonly value: ReplyOf<'orders.reveal'> };

/** What happened and what was said, each message as it went over the wire one click away: shown to who asks, and noted. */
export function Timeline({ order, mayReveal }: { order: OrderDetail; mayReveal: boolean }) {
  const { t } = useTranslation('orders');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  const [shown, setShown] = useState<Shown | null>(null);
  const sealed = new Set(order.messages.filter(({ isSealed }) => isSealed).map(({ id }) => id));
  const reveal = (key: string, messageId: number) => {
    if (shown?.key === key) {
      setShown(null);
      return;
    }
    void run(async () => {
      const value = await client.call('orders.reveal', { orderId: order.id, messageId });
      setShown({ key, value });
    });
  };
  return (
    <Section title={t('detail.timeline')}>
      <ul className="plain-list" data-testid="timeline">
        {timelineOf(order).map((entry) => {
          const messageId = entry.kind === 'event' ? entry.event.messageId : entry.message.id;
          return (
            <li key={entry.key}>
              <span>
                <Line entry={entry} />
                {shown?.key === entry.key && (
                  <>
                    {shown.value.body !== null && shown.value.body !== '' && (
                      <code className="raw">{shown.value.body}</code>
                    )}
                    {shown.value.answer !== null && <code className="raw">{shown.value.answer}</code>}
                  </>
                )}
              </span>
              <span className="tone-dim stamp">
                {format.dateTime(entry.at)}{' '}
                {messageId !== null && sealed.has(messageId) && (
                  <ActionButton small disabled={!mayReveal} onClick={() => reveal(entry.key, messageId)}>
                    {t('detail.raw')}
                  </ActionButton>
                )}
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function Line({ entry }: { entry: TimelineEntry }) {
  const { t } = useTranslation('orders');
  if (entry.kind === 'message') {
    const { direction, peer, call, status } = entry.message;
    const isWell = status !== null && status >= 200 && status < 300;
    return (
      <>
        {t(`messages.${direction}`, { peer })} <code>{call}</code>{' '}
        <Pill tone={isWell ? 'dim' : 'bad'}>{status === null ? t('messages.noAnswer') : String(status)}</Pill>
      </>
    );
  }
  const { event } = entry;
  const type = eventTypes.find((each) => each === event.type);
  return (
    <>
      {type === undefined ? event.type : t(`events.${type}`)}
      {event.details.number !== undefined && ` ${event.details.number}`}
      {event.author !== null && ` · ${event.author}`}{' '}
      {!event.fits && <Pill tone={event.seen ? 'dim' : 'bad'}>{t('detail.misfit')}</Pill>}
    </>
  );
}
