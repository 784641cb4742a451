import { useTranslation } from 'react-i18next';
import type { OrderDetail } from '../../shared/contract/orders.ts';
import { useFormat, useTick } from '../components/format.ts';
import { Pill } from '../components/Pill.tsx';
import { Section } from '../components/pane/Section.tsx';
import { spanOf } from './Due.tsx';
import { openableLink } from './tracking.ts';
import { VoidInvoice } from './VoidInvoice.tsx';

type Invoice = OrderDetail['invoices'][number];

/** Where a seller says that the package was; a time that it wrote in a way of its own stays as it is. */
function Seen({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation('orders');
  const format = useFormat();
  if (invoice.tracking.length === 0) return null;
  return (
    <ol className="tracking" aria-label={t('detail.trackingOf', { number: invoice.number })} data-testid="tracking">
      {invoice.tracking.map(({ at, place, description }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a seller may say the same twice, and the list only grows
        <li key={index}>
          <span>{[description, place].filter((part) => part !== '').join(' · ') || t('detail.trackingErased')}</span>
          <span className="tone-dim stamp">
            {at === null ? '' : Number.isNaN(Date.parse(at)) ? at : format.dateTime(at)}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Invoices, each a package: what it is worth, who carries it, and where it was seen. */
export function Packages({ order, mayVoid }: { order: OrderDetail; mayVoid: boolean }) {
  const { t } = useTranslation('orders');
  const format = useFormat();
  if (order.invoices.length === 0) return null;
  return (
    <Section title={t('detail.invoices')}>
      <p className="quiet">
        {t('detail.invoiced', { invoiced: format.money(order.invoiced), total: format.money(order.total) })}
      </p>
      <ul className="plain-list packages" data-testid="packages">
        {order.invoices.map((invoice) => {
          const link = openableLink(invoice.trackingUrl);
          return (
            <li key={invoice.number}>
              <span>
                <b>{invoice.number}</b> {invoice.isReturn && t('detail.returnInvoice')} {invoice.courier}{' '}
                {invoice.trackingNumber}{' '}
                {invoice.voidedAt !== null ? (
                  <Pill tone="dim">{t('void.done')}</Pill>
                ) : (
                  !invoice.counted && <Pill tone="bad">{t('detail.notCounted')}</Pill>
                )}{' '}
                <VoidInvoice order={order} invoice={invoice} may={mayVoid} />
                {link !== null ? (
                  <>
                    {' '}
                    <a
                      className="link"
                      href={link.href}
                      title={link.href}
                      target="_blank"
                      rel="noopener noreferrer"
                      data-testid="tracking-link"
                    >
                      {t('detail.trackAt', { host: link.host })}
                    </a>
                  </>
                ) : (
                  invoice.trackingUrl !== null && (
                    <span className="tone-dim" title={t('detail.noLink')}>
                      {' '}
                      {invoice.trackingUrl}
                    </span>
                  )
                )}
                <Seen invoice={invoice} />
              </span>
              <span className="stamp">
                {format.money(invoice.value)} ·{' '}
                {invoice.deliveredAt === null
                  ? t('detail.onItsWay')
                  : t('detail.deliveredAt', { when: format.dateTime(invoice.deliveredAt) })}
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

const kinds = ['simulate', 'place', 'authorise', 'cancel', 'change'] as const;

/** What is being done at the seller, and when it is tried next. */
export function Tasks({ order }: { order: OrderDetail }) {
  const { t } = useTranslation('orders');
  useTick(1_000);
  if (order.tasks.length === 0) return null;
  const when = (task: OrderDetail['tasks'][number]) => {
    if (task.state === 'stopped') return t('tasks.stopped');
    if (task.state === 'sent') return t('tasks.sent');
    const seconds = Math.ceil((Date.parse(task.notBefore) - Date.now()) / 1_000);
    if (seconds <= 0) return t('tasks.now');
    return t('tasks.next', { time: seconds < 60 ? `${seconds} s` : spanOf(seconds) });
  };
  return (
    <Section title={t('detail.tasks')}>
      <ul className="plain-list" data-testid="order-tasks">
        {order.tasks.map((task, index) => {
          const kind = kinds.find((each) => each === task.kind);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: they are in the order of their numbers
            <li key={index}>
              <span>
                {kind === undefined ? task.kind : t(`tasks.${kind}`)}
                {task.attempts > 0 && ` · ${t('tasks.attempts', { count: task.attempts })}`}
                {task.problem !== null && <small className="tone-bad note-text"> {task.problem}</small>}
              </span>
              <span className={task.state === 'stopped' ? 'tone-bad stamp' : 'stamp'}>{when(task)}</span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
