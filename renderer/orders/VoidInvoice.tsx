import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderDetail } from '../../shared/contract/orders.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useRun } from '../components/notify.tsx';
import { useClient } from '../connection/hooks.ts';

interface VoidInvoiceProps {
  readonly order: OrderDetail;
  readonly invoice: OrderDetail['invoices'][number];
  readonly may: boolean;
}

/** Takes an invoice out that is wrong, after asking why; nothing where it stays. */
export function VoidInvoice({ order, invoice, may }: VoidInvoiceProps) {
  const { t } = useTranslation('orders');
  const client = useClient();
  const run = useRun();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const isOpen = (order.state === 'partially-invoiced' || order.state === 'invoiced') && order.returned.minor === 0;
  if (!isOpen || !invoice.counted || invoice.isReturn || invoice.deliveredAt !== null) return null;
  const take = () => {
    if (reason.trim() === '') return;
    setAsking(false);
    void run(() => client.call('orders.voidInvoice', { orderId: order.id, number: invoice.number, reason }));
  };
  if (!asking)
    return (
      <ActionButton small disabled={!may} onClick={() => setAsking(true)} data-testid={`void-${invoice.number}`}>
        {t('void.open')}
      </ActionButton>
    );
  return (
    <>
      <TextInput
        size="xs"
        w={200}
        aria-label={t('void.reason')}
        placeholder={t('void.reason')}
        value={reason}
        autoFocus
        onChange={(event) => setReason(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && take()}
        data-testid="void-reason"
      />
      <ActionButton small danger disabled={reason.trim() === ''} onClick={take} data-testid="void-confirm">
        {t('void.confirm')}
      </ActionButton>{' '}
      <ActionButton small onClick={() => setAsking(false)}>
        {t('actions.keep')}
      </ActionButton>
    </>
  );
}
