import { Select, Switch, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestOf } from '../../shared/contract/index.ts';
import { minorOf } from '../../shared/domain/exact.ts';
import { minorDigits, parseMinor } from '../../shared/domain/money.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useQuery } from '../connection/hooks.ts';
import { amountField, instantOfLocal, localOf, useCountries } from './state.ts';

/** A cart as texts of a form. */
export interface CartValues {
  readonly salesChannel: string;
  readonly at: string;
  readonly country: string;
  readonly bin: string;
  readonly cobrand: string;
  readonly cardLevel: string;
  readonly isSignedIn: boolean;
  /** Empty seller: the marketplace. */
  readonly parts: readonly { readonly sellerId: string; readonly value: string }[];
  /** `id: percent`, several with commas. */
  readonly commercial: string;
}

/** @param currency of the workspace, which says where most carts are from */
export function useCart(currency: string) {
  const [values, setValues] = useState<CartValues>(() => ({
    salesChannel: '1',
    at: localOf(new Date().toISOString()),
    country: currency === 'BRL' ? 'BRA' : 'USA',
    bin: '',
    cobrand: '',
    cardLevel: '',
    isSignedIn: true,
    parts: [{ sellerId: '', value: '500.00' }],
    commercial: '',
  }));
  return { values, change: (change: Partial<CartValues>) => setValues((before) => ({ ...before, ...change })) };
}
export type Cart = ReturnType<typeof useCart>;

/** The cart as the service takes it; null while a field cannot be read. */
export function cartRequestOf(values: CartValues, currency: string): RequestOf<'payments.simulate'> | null {
  const digits = minorDigits(currency);
  const parts = values.parts.map(({ sellerId, value }) => ({
    sellerId: sellerId === '' ? null : sellerId,
    value: parseMinor(value, digits),
  }));
  const at = instantOfLocal(values.at);
  const shares = values.commercial
    .split(',')
    .map((part) => /^\s*([^:\s]+)\s*:\s*(\d{1,3})\s*%?\s*$/.exec(part))
    .flatMap((match) => (match ? [[match[1] ?? '', Math.min(100, Number(match[2])) * 100] as const] : []));
  if (at === null || values.salesChannel.trim() === '' || (values.bin !== '' && !/^\d{4,19}$/.test(values.bin)))
    return null;
  if (parts.some(({ value }) => value === null || value < 1)) return null;
  return {
    salesChannel: values.salesChannel,
    at,
    country: values.country,
    bin: values.bin === '' ? null : values.bin,
    cobrand: values.cobrand.trim() || null,
    cardLevel: values.cardLevel.trim() || null,
    isSignedIn: values.isSignedIn,
    parts: parts.map(({ sellerId, value }) => ({ sellerId, value: minorOf(value ?? 0) })),
    commercialShares: Object.fromEntries(shares),
  };
}

/** What is in the cart, where, when and by whom. */
export function CartFields({ cart, currency }: { cart: Cart; currency: string }) {
  const { t } = useTranslation('payments');
  const countries = useCountries();
  const sellers = useQuery('sellers.list', {});
  const { values, change } = cart;
  const digits = minorDigits(currency);
  const sellerData = useMemo(
    () => [
      { value: '', label: t('marketplace') },
      ...(sellers.data?.sellers ?? []).map(({ sellerId, name }) => ({ value: sellerId as string, label: name })),
    ],
    [sellers.data, t],
  );
  const part = (index: number, next: Partial<CartValues['parts'][number]>) =>
    change({ parts: values.parts.map((each, at) => (at === index ? { ...each, ...next } : each)) });
  const isAmount = (text: string) => (parseMinor(text, digits) ?? 0) > 0;
  return (
    <section className="cart-fields" aria-label={t('cart.title')} data-testid="cart">
      <div className="cart-parts">
        {values.parts.map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are told apart by their place alone
          <div className="cart-part" key={index}>
            <Select
              size="xs"
              w={170}
              searchable
              allowDeselect={false}
              aria-label={t('cart.seller')}
              data={sellerData}
              value={each.sellerId}
              onChange={(sellerId) => part(index, { sellerId: sellerId ?? '' })}
              data-testid={`cart-seller-${index}`}
            />
            <TextInput
              size="xs"
              w={100}
              aria-label={t('cart.value')}
              error={!isAmount(each.value)}
              value={each.value}
              onChange={(event) => part(index, { value: event.currentTarget.value })}
              onBlur={() => {
                const value = parseMinor(each.value, digits);
                if (value !== null) part(index, { value: amountField(value, digits) });
              }}
              data-testid={`cart-value-${index}`}
            />
            {values.parts.length > 1 && (
              <ActionButton
                small
                aria-label={t('cart.remove')}
                onClick={() => change({ parts: values.parts.filter((_, at) => at !== index) })}
              >
                ×
              </ActionButton>
            )}
          </div>
        ))}
        <ActionButton
          small
          onClick={() =>
            change({
              parts: [
                ...values.parts,
                {
                  sellerId:
                    sellerData.find(({ value }) => !values.parts.some(({ sellerId }) => sellerId === value))?.value ??
                    '',
                  value: '100.00',
                },
              ],
            })
          }
          data-testid="cart-add"
        >
          {t('cart.add')}
        </ActionButton>
      </div>
      <div className="cart-facts">
        <TextInput
          size="xs"
          w={70}
          label={t('cart.channel')}
          value={values.salesChannel}
          onChange={(event) => change({ salesChannel: event.currentTarget.value })}
          data-testid="cart-channel"
        />
        <TextInput
          type="datetime-local"
          size="xs"
          label={t('cart.at')}
          value={values.at}
          onChange={(event) => change({ at: event.currentTarget.value })}
          data-testid="cart-at"
        />
        <Select
          size="xs"
          w={180}
          searchable
          allowDeselect={false}
          limit={60}
          label={t('cart.country')}
          data={[...countries]}
          value={values.country}
          onChange={(country) => change({ country: country ?? values.country })}
          data-testid="cart-country"
        />
        <TextInput
          size="xs"
          w={110}
          label={t('cart.bin')}
          value={values.bin}
          error={values.bin !== '' && !/^\d{4,19}$/.test(values.bin)}
          onChange={(event) => change({ bin: event.currentTarget.value.trim() })}
          data-testid="cart-bin"
        />
        {(['cobrand', 'cardLevel'] as const).map((name) => (
          <TextInput
            key={name}
            size="xs"
            w={110}
            label={t(`field.${name}`)}
            value={values[name]}
            onChange={(event) => change({ [name]: event.currentTarget.value })}
            data-testid={`cart-${name}`}
          />
        ))}
        <TextInput
          size="xs"
          w={130}
          label={t('cart.commercial')}
          placeholder={t('cart.commercialExample')}
          value={values.commercial}
          onChange={(event) => change({ commercial: event.currentTarget.value })}
        />
        <Switch
          size="xs"
          label={t('cart.signedIn')}
          checked={values.isSignedIn}
          onChange={(event) => change({ isSignedIn: event.currentTarget.checked })}
          data-testid="cart-signed-in"
        />
      </div>
    </section>
  );
}
