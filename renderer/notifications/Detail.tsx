import { useTranslation } from 'react-i18next';
import type { NotificationDetail } from '../../shared/contract/notifications.ts';
import type { ChannelValue } from '../../shared/domain/notifications.ts';
import { hrefOf } from '../app/routes.ts';
import { useFormat } from '../components/format.ts';
import { Pill } from '../components/Pill.tsx';
import { Section } from '../components/pane/Section.tsx';
import { outcomeTones } from './tones.ts';

/** A body as people read it: JSON with its lines, anything else as it is. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** One notification: what became of it, what it changed, and the call as it came. */
export function Detail({ notification, onShow }: { notification: NotificationDetail; onShow(id: number): void }) {
  const { t } = useTranslation('notifications');
  const format = useFormat();
  const { outcome, handledAt, receivedAt } = notification;
  return (
    <div className="pane-body" data-testid="notification-detail">
      <h2>
        {t('detail.head', { kind: t(`kinds.${notification.kind}`), seller: notification.sellerName })}{' '}
        <Pill tone={outcomeTones[outcome]} data-testid="notification-outcome">
          {t(`outcomes.${outcome}`)}
        </Pill>
      </h2>
      <p className="pane-sub">
        {notification.sellerSkuId} · {format.dateTime(receivedAt)}
        {notification.bindingId !== null && (
          <>
            {' · '}
            <a
              className="link"
              href={hrefOf('bindings', { seller: notification.sellerId, text: notification.sellerSkuId })}
            >
              {t('detail.binding')}
            </a>
          </>
        )}
      </p>
      <p>{t(`explain.${outcome}`)}</p>
      {notification.problem !== null && <p className="problem">{notification.problem}</p>}
      <dl className="facts spaced">
        {handledAt !== null && (
          <>
            <dt>{t('detail.took')}</dt>
            <dd className="num">{format.duration(Math.max(0, Date.parse(handledAt) - Date.parse(receivedAt)))}</dd>
          </>
        )}
        {notification.attempts > 0 && (
          <>
            <dt>{t('detail.attempts')}</dt>
            <dd className="num">{format.number(notification.attempts)}</dd>
          </>
        )}
      </dl>
      {notification.replayOf !== null && (
        <p>
          <button type="button" className="link as-link" onClick={() => onShow(notification.replayOf ?? 0)}>
            {t('detail.replayOf', { id: notification.replayOf })}
          </button>
        </p>
      )}
      <Effect notification={notification} />
      <Call notification={notification} />
      {notification.replays.length > 0 && (
        <Section title={t('detail.replays')}>
          <ul className="plain-list">
            {notification.replays.map((replay) => (
              <li key={replay.id}>
                <button type="button" className="link as-link" onClick={() => onShow(replay.id)}>
                  {format.dateTime(replay.receivedAt)}
                </button>
                <Pill tone={outcomeTones[replay.outcome]}>{t(`outcomes.${replay.outcome}`)}</Pill>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}

function Effect({ notification: { effect, served, outcome } }: { notification: NotificationDetail }) {
  const { t } = useTranslation('notifications');
  const format = useFormat();
  if (effect === null)
    return outcome === 'forwarded' || outcome === 'relayed' ? (
      <Section title={t('detail.effect')}>
        <p className="quiet">{t('detail.noEffect')}</p>
      </Section>
    ) : null;
  const value = (of: ChannelValue | null, field: keyof ChannelValue, currency: string) => {
    const amount = of?.[field] ?? null;
    if (of === null || amount === null) return t('detail.unknown');
    return field === 'stock' ? format.number(amount) : format.minor(amount, currency);
  };
  const fields = ['price', 'listPrice', 'stock'] as const;
  return (
    <Section title={t('detail.effect')}>
      <table className="small-table" data-testid="notification-effect">
        <thead>
          <tr>
            <th scope="col">{t('detail.channel')}</th>
            <th scope="col">
              <span className="sr-only">{t('columns.kind')}</span>
            </th>
            <th scope="col" className="right">
              {t('detail.before')}
            </th>
            <th scope="col" className="right">
              {t('detail.after')}
            </th>
          </tr>
        </thead>
        <tbody>
          {effect.flatMap(({ salesChannel, currency, before, after }) =>
            fields.map((field, index) => {
              const isDifferent = before !== null && before[field] !== after[field];
              return (
                <tr key={`${salesChannel} ${field}`}>
                  <td>{index === 0 ? salesChannel : ''}</td>
                  <td>{t(`detail.${field}`)}</td>
                  <td className={`right ${isDifferent ? 'gone' : ''}`}>{value(before, field, currency)}</td>
                  <td className={`right ${isDifferent ? 'came' : ''}`}>{value(after, field, currency)}</td>
                </tr>
              );
            }),
          )}
        </tbody>
      </table>
      {served > 0 && <p className="quiet">{t('detail.served', { count: served })}</p>}
    </Section>
  );
}

function Call({ notification: { request, kind } }: { notification: NotificationDetail }) {
  const { t } = useTranslation('notifications');
  if (request === null)
    return (
      <Section title={t('detail.request')}>
        <p className="quiet">{t('detail.own')}</p>
      </Section>
    );
  const body =
    request.digest === null ? t('detail.noBody') : request.body === null ? t('detail.bodyGone') : pretty(request.body);
  return (
    <Section title={t('detail.request')}>
      <code className="call" data-testid="notification-request">
        {request.method} {request.target}
      </code>
      <code className="call call-body">{body}</code>
      {request.isBodyCut && <p className="quiet">{t('detail.bodyCut')}</p>}
      <dl className="facts spaced">
        {request.reply !== null && (
          <>
            <dt>{t('detail.answered')}</dt>
            <dd className="num" data-testid="notification-reply">
              {request.reply}
              {kind === 'sku' && request.reply === 404 ? ' Not Found' : ''}
            </dd>
          </>
        )}
        <dt>{t('detail.from')}</dt>
        <dd>{request.address}</dd>
        <dt>{t('detail.key')}</dt>
        <dd>
          <code>{request.appKey ?? '—'}</code>
        </dd>
        {request.operationId !== null && (
          <>
            <dt>{t('detail.operation')}</dt>
            <dd>{request.operationId}</dd>
          </>
        )}
        {request.digest !== null && (
          <>
            <dt>{t('detail.digest')}</dt>
            <dd>
              <code className="call">{request.digest}</code>
            </dd>
          </>
        )}
      </dl>
    </Section>
  );
}
