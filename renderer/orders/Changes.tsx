import { useTranslation } from 'react-i18next';
import type { ChangeRow } from '../../shared/contract/order-changes.ts';
import type { OrderDetail } from '../../shared/contract/orders.ts';
import { openChangeStates } from '../../shared/domain/orders/change.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { Pill, type Tone } from '../components/Pill.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient } from '../connection/hooks.ts';

const tones: Readonly<Record<ChangeRow['state'], Tone>> = {
  proposed: 'bad',
  requested: 'warn',
  acknowledged: 'accent',
  canceling: 'warn',
  applied: 'ok',
  refused: 'dim',
  canceled: 'dim',
};

/** The order's changes, the newest first: where each handshake is, and what can be done about it. */
export function Changes({ order, may }: { order: OrderDetail; may: boolean }) {
  const { t } = useTranslation('orders');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  if (order.changes.length === 0) return null;
  const decide = (changeId: string, accept: boolean) =>
    void run(() => client.call('orders.decideChange', { orderId: order.id, changeId, accept, reason: null }));
  const takeBack = (changeId: string) =>
    void run(() => client.call('orders.cancelChange', { orderId: order.id, changeId }));
  return (
    <Section title={t('change.list')}>
      <ul className="plain-list" data-testid="changes">
        {order.changes.map((each) => {
          const { change } = each;
          const parts = [
            ...change.replace.map(
              ({ from, to }) => `${from.quantity} × ${from.sellerSkuId} → ${to.quantity} × ${to.name}`,
            ),
            ...change.remove.map(({ sellerSkuId, quantity }) => `− ${quantity} × ${sellerSkuId}`),
            ...change.add.map(({ name, quantity }) => `+ ${quantity} × ${name}`),
            ...(change.discountMinor > 0
              ? [`${t('change.discount')} ${format.minor(change.discountMinor, order.total.currency)}`]
              : []),
            ...(change.incrementMinor > 0
              ? [`${t('change.increment')} ${format.minor(change.incrementMinor, order.total.currency)}`]
              : []),
          ];
          return (
            <li key={each.id}>
              <span>
                <Pill tone={tones[each.state]} data-testid="change-state">
                  {t(`change.states.${each.state}`)}
                </Pill>{' '}
                {parts.join(', ')} · {each.reason}
                <br />
                <small className="tone-dim">
                  {each.requestedBy} · {format.dateTime(each.requestedAt)} · {format.money(each.totalBefore)} →{' '}
                  {format.money(each.totalAfter)}
                  {each.problem !== null && ` · ${each.problem === 'overtaken' ? t('change.overtaken') : each.problem}`}
                </small>
              </span>
              {openChangeStates.includes(each.state) && (
                <span className="row-actions">
                  {each.state === 'proposed' ? (
                    <>
                      <ActionButton
                        small
                        primary
                        disabled={!may}
                        onClick={() => decide(each.id, true)}
                        data-testid="change-accept"
                      >
                        {t('change.accept')}
                      </ActionButton>
                      <ActionButton
                        small
                        disabled={!may}
                        onClick={() => decide(each.id, false)}
                        data-testid="change-refuse"
                      >
                        {t('change.refuse')}
                      </ActionButton>
                    </>
                  ) : (
                    each.state !== 'canceling' && (
                      <ActionButton
                        small
                        disabled={!may}
                        onClick={() => takeBack(each.id)}
                        data-testid="change-take-back"
                      >
                        {t('change.takeBack')}
                      </ActionButton>
                    )
                  )}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
