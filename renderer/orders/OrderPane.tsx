import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderDetail } from '../../shared/contract/orders.ts';
import type { OperatorId } from '../../shared/domain/brand.ts';
import { openActions } from '../../shared/domain/orders/actions.ts';
import { sellerCodeOf } from '../../shared/domain/orders/codes.ts';
import { useCommands } from '../app/commands.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat, useTick } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { Pill } from '../components/Pill.tsx';
import { Ask } from '../components/pane/Section.tsx';
import { useListChange } from '../components/pane/useLists.ts';
import { ErrorState } from '../components/State.tsx';
import { useConnection } from '../connection/connection.ts';
import { useClient, useMay, useQuery } from '../connection/hooks.ts';
import { Alternatives } from './Alternatives.tsx';
import { Assign } from './Assign.tsx';
import { ChangeForm } from './ChangeForm.tsx';
import { Changes } from './Changes.tsx';
import { Notes } from './Notes.tsx';
import { OrderSections } from './OrderSections.tsx';
import { StorefrontAccess } from './StorefrontAccess.tsx';
import { stateTones } from './tones.ts';

/** States in which it is of no use to say whether it was paid. */
const paymentIsOver: readonly OrderDetail['state'][] = ['canceled', 'cancel', 'replaced', 'returned'];

/** The order that is picked: where it is, what is in it, what happened, and what can be done. */
export function OrderPane({ orderId, onOpen }: { orderId: number | null; onOpen(marketplaceOrderId: string): void }) {
  const { t } = useTranslation('orders');
  const { t: said } = useTranslation('orderBoard');
  const { t: meaning } = useTranslation('orderCodes');
  const client = useClient();
  const run = useRun();
  const format = useFormat();
  const may = useMay('orders');
  const me = useConnection((connection) => connection.operator?.operatorId ?? null);
  const detail = useQuery('orders.detail', { orderId: orderId ?? 1 }, { enabled: orderId !== null });
  useListChange(['orders'], detail.refresh, orderId ?? undefined);
  const [asking, setAsking] = useState<'cancel' | 'settle' | null>(null);
  const [paying, setPaying] = useState<boolean | null>(null);
  const [reason, setReason] = useState('');
  const [changing, setChanging] = useState(false);
  const order: OrderDetail | null = orderId !== null && detail.data?.id === orderId ? detail.data : null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another order is another matter
  useEffect(() => {
    setAsking(null);
    setPaying(null);
    setChanging(false);
    setReason('');
  }, [orderId]);

  const act = (work: (id: number) => Promise<unknown>) => {
    if (!order) return;
    void run(() => work(order.id)).then(detail.refresh);
  };
  // a window that closes while the order is open takes its button with it
  useTick(1_000);
  const actions = order === null ? [] : openActions(order.actions, order, Date.now());
  const can = (action: OrderDetail['actions'][number]) => may && actions.includes(action);
  const confirm = () => {
    if (reason.trim() === '') return;
    const isCancel = asking === 'cancel';
    setAsking(null);
    setReason('');
    act((id) => client.call(isCancel ? 'orders.cancel' : 'orders.settle', { orderId: id, reason }));
  };
  const isUnpaid = order?.payment === 'pending' && !paymentIsOver.includes(order.state);
  const pay = () => {
    if (paying === null) return;
    setPaying(null);
    act((id) => client.call('orders.pay', { orderId: id, approved: paying }));
  };
  const start = (what: 'cancel' | 'settle') => {
    setPaying(null);
    setAsking(what);
  };
  const askPayment = (approved: boolean) => {
    setAsking(null);
    setPaying(approved);
  };
  const accept = () => act((id) => client.call('orders.acceptDivergence', { orderId: id }));
  const retry = () => act((id) => client.call('orders.retry', { orderId: id }));
  const seen = () => act((id) => client.call('orders.markSeen', { orderId: id }));
  const isMine = order?.assignedTo !== null && order?.assignedTo === me;
  const give = (operatorId: OperatorId | null) =>
    act((id) => client.call('orders.assign', { orderId: id, operatorId, was: order?.assignedTo ?? null }));
  const assign = () => give(isMine ? null : me);
  const group = t('group');
  useCommands([
    {
      id: 'orders.cancel',
      title: t('actions.cancel'),
      group,
      keys: ['C'],
      enabled: can('cancel'),
      run: () => start('cancel'),
    },
    {
      id: 'orders.accept',
      title: t('actions.accept'),
      group,
      keys: ['A'],
      enabled: can('accept-divergence'),
      run: accept,
    },
    { id: 'orders.retry', title: t('actions.retry'), group, keys: ['R'], enabled: can('retry'), run: retry },
    { id: 'orders.seen', title: t('actions.seen'), group, keys: ['S'], enabled: can('seen'), run: seen },
    {
      id: 'orders.assign',
      title: t('actions.assign'),
      group,
      keys: ['T'],
      enabled: may && order !== null,
      run: assign,
    },
    {
      id: 'orders.change',
      title: t('actions.change'),
      group,
      keys: ['H'],
      enabled: can('change'),
      run: () => setChanging(true),
    },
    {
      id: 'orders.paid',
      title: said('pay.paid'),
      group,
      keys: ['P'],
      enabled: may && isUnpaid,
      run: () => askPayment(true),
    },
    {
      id: 'orders.denied',
      title: said('pay.denied'),
      group,
      keys: ['D'],
      enabled: may && isUnpaid,
      run: () => askPayment(false),
    },
    {
      id: 'orders.back',
      title: t('actions.keep'),
      group,
      keys: ['Escape'],
      inFields: true,
      keysOnly: true,
      enabled: asking !== null || paying !== null,
      run: () => {
        setAsking(null);
        setPaying(null);
      },
    },
  ]);

  if (orderId === null) return <StorefrontAccess />;
  if (!order)
    return detail.error ? (
      <ErrorState error={detail.error} onRetry={detail.refresh} />
    ) : (
      <div className="pane-body" aria-busy />
    );
  const code = sellerCodeOf(order.problemCode);
  const inside = order.cancellationEndsAt === null || Date.parse(order.cancellationEndsAt) > Date.now();
  return (
    <>
      <div className="pane-body" data-testid="order-pane">
        <h2 data-testid="order-title">{order.title}</h2>
        <p className="pane-sub">
          {t('detail.head', {
            seller: order.sellerName,
            order: order.marketplaceOrderId,
            age: format.age(order.receivedAt),
          })}
          {order.sellerOrderId !== null && ` · ${t('detail.sellerOrder', { id: order.sellerOrderId })}`}
        </p>
        <p className="order-now">
          <Pill tone={stateTones[order.state]} data-testid="order-state">
            {t(`states.${order.state}`)}
          </Pill>
          {order.attention
            .filter((each) => t(`attention.${each}`) !== t(`states.${order.state}`))
            .map((each) => (
              <Pill key={each} tone="bad" data-testid={`needs-${each}`}>
                {t(`attention.${each}`)}
              </Pill>
            ))}
          <b>{format.money(order.total)}</b>
        </p>
        {order.settledReason !== null && (
          <p className="quiet" data-testid="order-settled">
            {t('detail.settled', { reason: order.settledReason })}
          </p>
        )}
        {order.problem !== null && (
          <p className="problem order-problem" data-testid="order-problem">
            {code !== null && <b data-testid="order-code">{`${code}: ${meaning(code)}`}</b>}
            <span>{order.problem}</span>
            {order.next !== 'none' && <span>{t(`next.${order.next}`)}</span>}
          </p>
        )}
        {(order.replacedBy ?? order.replaces) !== null && (
          <p className="quiet">
            {order.replacedBy !== null && (
              <>
                {t('alternatives.replacedBy')}{' '}
                <ActionButton
                  small
                  onClick={() => onOpen(order.replacedBy?.marketplaceOrderId ?? '')}
                  data-testid="replaced-by"
                >
                  {order.replacedBy.marketplaceOrderId}
                </ActionButton>
              </>
            )}{' '}
            {order.replaces !== null && (
              <>
                {t('alternatives.replaces')}{' '}
                <ActionButton
                  small
                  onClick={() => onOpen(order.replaces?.marketplaceOrderId ?? '')}
                  data-testid="replaces"
                >
                  {order.replaces.marketplaceOrderId}
                </ActionButton>
              </>
            )}
          </p>
        )}
        {changing && can('change') && (
          <ChangeForm
            key={`change ${order.id}`}
            order={order}
            onDone={() => {
              setChanging(false);
              detail.refresh();
            }}
          />
        )}
        {actions.includes('change-seller') && order.state !== 'order-created' && (
          <Alternatives key={`alternatives ${order.id}`} order={order} may={may} onMoved={detail.refresh} />
        )}
        <Changes order={order} may={may} />
        <Assign key={`assign ${order.id} ${order.assignedTo}`} order={order} may={may} onAssign={give} />
        <Notes key={`notes ${order.id}`} order={order} may={may} />
        <OrderSections key={order.id} order={order} mayReveal={may} />
      </div>
      {asking !== null && (
        <Ask text={asking === 'settle' ? t('ask.settle') : inside ? t('ask.inside') : t('ask.outside')}>
          <TextInput
            size="xs"
            w={240}
            aria-label={t('actions.reason')}
            placeholder={t('actions.reason')}
            value={reason}
            autoFocus
            onChange={(event) => setReason(event.currentTarget.value)}
            onKeyDown={(event) => event.key === 'Enter' && confirm()}
            data-testid="cancel-reason"
          />
          <ActionButton
            danger={asking === 'cancel'}
            primary={asking === 'settle'}
            keys="Enter"
            disabled={reason.trim() === ''}
            onClick={confirm}
            data-testid="cancel-confirm"
          >
            {asking === 'settle' ? t('actions.settle') : t('actions.confirmCancel')}
          </ActionButton>
          <ActionButton keys="Escape" onClick={() => setAsking(null)}>
            {t('actions.keep')}
          </ActionButton>
        </Ask>
      )}
      {paying !== null && isUnpaid && (
        <Ask text={said(paying ? 'pay.askPaid' : 'pay.askDenied', { group: order.groupId })}>
          <ActionButton primary={paying} danger={!paying} autoFocus onClick={pay} data-testid="pay-confirm">
            {said(paying ? 'pay.paid' : 'pay.denied')}
          </ActionButton>
          <ActionButton keys="Escape" onClick={() => setPaying(null)}>
            {said('pay.leave')}
          </ActionButton>
        </Ask>
      )}
      <section className="pane-actions" aria-label={t('actions.label')}>
        {order.actions.includes('accept-divergence') && (
          <ActionButton
            primary
            keys="A"
            disabled={!can('accept-divergence')}
            onClick={accept}
            data-testid="order-accept"
          >
            {t('actions.accept')}
          </ActionButton>
        )}
        {isUnpaid && (
          <>
            <ActionButton keys="P" disabled={!may} onClick={() => askPayment(true)} data-testid="order-paid">
              {said('pay.paidShort')}
            </ActionButton>
            <ActionButton keys="D" disabled={!may} onClick={() => askPayment(false)} data-testid="order-denied">
              {said('pay.deniedShort')}
            </ActionButton>
          </>
        )}
        <ActionButton keys="H" disabled={!can('change')} onClick={() => setChanging(true)} data-testid="order-change">
          {t('actions.change')}
        </ActionButton>
        <ActionButton keys="R" disabled={!can('retry')} onClick={retry} data-testid="order-retry">
          {t('actions.retry')}
        </ActionButton>
        <ActionButton keys="C" disabled={!can('cancel')} onClick={() => start('cancel')} data-testid="order-cancel">
          {t('actions.cancel')}
        </ActionButton>
        {actions.includes('settle') && (
          <ActionButton disabled={!can('settle')} onClick={() => start('settle')} data-testid="order-settle">
            {t('actions.settle')}
          </ActionButton>
        )}
        {order.actions.includes('seen') && (
          <ActionButton keys="S" disabled={!can('seen')} onClick={seen} data-testid="order-seen">
            {t('actions.seen')}
          </ActionButton>
        )}
        <ActionButton keys="T" disabled={!may} onClick={assign} data-testid="order-assign">
          {isMine
            ? t('actions.release')
            : order.assignedName === null
              ? t('actions.assign')
              : said('assign.takeFrom', { name: order.assignedName })}
        </ActionButton>
      </section>
    </>
  );
}
