import { Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import type { SellerQuote } from '../../shared/contract/order-changes.ts';
import { go } from '../app/routes.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { notify, useRun } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient, useMay } from '../connection/hooks.ts';
import { type CartBuyer, missingOf, newOrderId, placeBodyOf } from './cart.ts';

const nobody = {
  firstName: '',
  lastName: '',
  email: '',
  documentType: 'cpf',
  document: '',
  street: '',
  number: '',
  city: '',
  state: '',
};
type Typed = typeof nobody;

const fields: readonly (readonly [keyof Typed, number])[] = [
  ['firstName', 130],
  ['lastName', 130],
  ['email', 200],
  ['documentType', 70],
  ['document', 130],
  ['street', 200],
  ['number', 70],
  ['city', 130],
  ['state', 60],
];

interface PlaceFormProps {
  readonly sold: readonly {
    readonly line: ReplyOf<'exposure.simulate'>['lines'][number];
    readonly quote: SellerQuote;
  }[];
  readonly salesChannel: string;
  readonly postalCode: string;
  readonly country: string;
  onPlaced(): void;
}

/** The order of a cart, placed by a person: for whom, where to, and whether it is paid already. */
export function PlaceForm({ sold, salesChannel, postalCode, country, onPlaced }: PlaceFormProps) {
  const { t } = useTranslation('exposure');
  const client = useClient();
  const run = useRun();
  const may = useMay('orders');
  const [typed, setTyped] = useState<Typed>(nobody);
  const [isPaid, setIsPaid] = useState(false);
  const [orderId] = useState(newOrderId);
  const [busy, setBusy] = useState(false);
  const buyer: CartBuyer = { ...typed, postalCode, country };
  const missing = missingOf(buyer);
  const place = () => {
    if (missing.length > 0 || busy) return;
    setBusy(true);
    void run(async () => {
      await client.call('orders.place', { order: placeBodyOf({ orderId, salesChannel, isPaid, buyer, lines: sold }) });
      notify({ message: t('place.placed', { order: orderId }) });
      onPlaced();
      go('orders', { order: orderId });
    }).finally(() => setBusy(false));
  };
  return (
    <Section title={t('place.title')}>
      <p className="quiet">{t('place.hint')}</p>
      <div className="compare-fields">
        {fields.map(([name, width]) => (
          <TextInput
            key={name}
            size="xs"
            w={width}
            label={t(`place.${name}`)}
            value={typed[name]}
            disabled={!may}
            maxLength={200}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setTyped((before) => ({ ...before, [name]: value }));
            }}
            onKeyDown={(event) => event.key === 'Enter' && place()}
            data-testid={`place-${name}`}
          />
        ))}
      </div>
      <Checkbox
        size="xs"
        label={t('place.paid')}
        checked={isPaid}
        disabled={!may}
        onChange={(event) => setIsPaid(event.currentTarget.checked)}
        data-testid="place-paid"
      />
      {missing.length > 0 && (
        <p className="quiet" data-testid="place-missing">
          {t('place.missing', { fields: missing.map((field) => t(`place.${field}`)).join(', ') })}
        </p>
      )}
      <div className="row-actions">
        <ActionButton primary disabled={!may || busy || missing.length > 0} onClick={place} data-testid="place-order">
          {t('place.place')}
        </ActionButton>
      </div>
    </Section>
  );
}
