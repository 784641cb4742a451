import { MultiSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SkuRow } from '../../shared/contract/catalog.ts';
import type { ReplyOf } from '../../shared/contract/index.ts';
import type { SellerId } from '../../shared/domain/brand.ts';
import { useCommands } from '../app/commands.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient, useQuery } from '../connection/hooks.ts';
import { CartLines } from './CartLines.tsx';
import { sellerOf } from './cart.ts';
import { PlaceForm } from './PlaceForm.tsx';

/** One SKU of the cart, as typed. */
export interface CartLine {
  readonly sku: Pick<SkuRow, 'id' | 'name'>;
  readonly quantity: string;
}

interface CartPaneProps {
  readonly lines: readonly CartLine[];
  onLines(lines: readonly CartLine[]): void;
  /** The SKU that is picked in the list. */
  readonly picked: Pick<SkuRow, 'id' | 'name'> | null;
}

const mostLines = 50;
const isQuantity = (text: string) => /^[1-9]\d{0,4}$/.test(text.trim());

/** Any cart: SKUs from the list, some sellers or all, an address and a channel; simulated, and placed as an order. */
export function CartPane({ lines, onLines, picked }: CartPaneProps) {
  const { t } = useTranslation('exposure');
  const format = useFormat();
  const client = useClient();
  const run = useRun();
  const sellers = useQuery('sellers.list', {}).data?.sellers ?? [];
  const [sellerIds, setSellerIds] = useState<string[]>([]);
  const [postalCode, setPostalCode] = useState('');
  const [country, setCountry] = useState('BRA');
  const [salesChannel, setSalesChannel] = useState('1');
  const [chosen, setChosen] = useState<Readonly<Record<number, string>>>({});
  const [answer, setAnswer] = useState<{ key: string; value: ReplyOf<'exposure.simulate'> } | null>(null);
  const [busy, setBusy] = useState(false);
  const isValid =
    lines.length > 0 &&
    lines.every(({ quantity }) => isQuantity(quantity)) &&
    /^[A-Z]{3}$/.test(country) &&
    salesChannel.trim() !== '';
  const request = {
    items: lines.map(({ sku, quantity }) => ({ skuId: sku.id, quantity: Number(quantity) })),
    sellerIds: sellerIds as SellerId[], // of the register's list
    postalCode: postalCode.trim() === '' ? null : postalCode.trim(),
    country,
    salesChannel: salesChannel.trim(),
  };
  // an answer is of the cart that was asked, and of no other
  const key = JSON.stringify(request);
  const shown = answer?.key === key ? answer.value : null;
  const ask = () => {
    if (!isValid || busy) return;
    setBusy(true);
    void run(async () => setAnswer({ key, value: await client.call('exposure.simulate', request) })).finally(() =>
      setBusy(false),
    );
  };
  const isIn = picked !== null && lines.some(({ sku }) => sku.id === picked.id);
  const canAdd = picked !== null && !isIn && lines.length < mostLines;
  const add = () => {
    if (picked !== null && canAdd) onLines([...lines, { sku: { id: picked.id, name: picked.name }, quantity: '1' }]);
  };
  useCommands([
    { id: 'cart.add', title: t('cart.add'), group: t('title'), keys: ['N'], enabled: canAdd, run: add },
    { id: 'cart.ask', title: t('cart.ask'), group: t('title'), keys: ['A'], enabled: isValid, run: ask },
  ]);
  const sold = (shown?.lines ?? []).flatMap((line) => {
    const quote = sellerOf(line, chosen[line.skuId]);
    return quote === null ? [] : [{ line, quote }];
  });
  const isWhole = shown !== null && sold.length === shown.lines.length && shown.sellable;
  const field = (label: string, value: string, set: (value: string) => void, width: number, testid: string) => (
    <TextInput
      size="xs"
      w={width}
      label={label}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Enter' && ask()}
      data-testid={testid}
    />
  );
  return (
    <div className="pane-body" data-testid="cart" aria-busy={busy}>
      <h2>{t('cart.title')}</h2>
      <p className="quiet">{t('cart.hint')}</p>
      <div className="row-actions">
        <ActionButton small keys="N" disabled={!canAdd} title={picked?.name} onClick={add} data-testid="cart-add">
          {picked === null ? t('cart.add') : isIn ? t('cart.isIn') : t('cart.addThis', { sku: picked.id })}
        </ActionButton>
      </div>
      {lines.length === 0 ? (
        <p className="tone-dim" data-testid="cart-empty">
          {t('cart.empty')}
        </p>
      ) : (
        <ul className="plain-list" data-testid="cart-lines">
          {lines.map(({ sku, quantity }, at) => (
            <li key={sku.id}>
              <span className="cut" title={sku.name}>
                {sku.name} <span className="tone-dim">{sku.id}</span>
              </span>
              <span className="cart-quantity">
                <TextInput
                  size="xs"
                  w={64}
                  aria-label={t('cart.quantityOf', { name: sku.name })}
                  error={!isQuantity(quantity)}
                  value={quantity}
                  onChange={(event) => {
                    const typed = event.currentTarget.value;
                    onLines(lines.map((line, index) => (index === at ? { ...line, quantity: typed } : line)));
                  }}
                  onKeyDown={(event) => event.key === 'Enter' && ask()}
                  data-testid={`cart-quantity-${at}`}
                />
                <ActionButton
                  small
                  aria-label={t('cart.dropOf', { name: sku.name })}
                  onClick={() => onLines(lines.filter((_, index) => index !== at))}
                >
                  {t('cart.drop')}
                </ActionButton>
              </span>
            </li>
          ))}
        </ul>
      )}
      <MultiSelect
        size="xs"
        label={t('cart.sellers')}
        placeholder={sellerIds.length === 0 ? t('cart.allSellers') : ''}
        data={sellers.map(({ sellerId, name }) => ({ value: sellerId, label: name }))}
        value={sellerIds}
        onChange={setSellerIds}
        limit={100}
        searchable
        clearable
        data-testid="cart-sellers"
      />
      <div className="compare-fields">
        {field(t('compare.postalCode'), postalCode, setPostalCode, 120, 'cart-postal')}
        {field(t('compare.country'), country, (value) => setCountry(value.toUpperCase()), 64, 'cart-country')}
        {field(t('compare.channel'), salesChannel, setSalesChannel, 70, 'cart-channel')}
        <ActionButton small primary keys="A" disabled={!isValid || busy} onClick={ask} data-testid="cart-ask">
          {t('cart.ask')}
        </ActionButton>
      </div>
      {shown !== null && (
        <Section title={t('cart.offers')}>
          {!shown.sellable && <p className="problem">{t('cart.noAddress')}</p>}
          <CartLines
            answer={shown}
            sold={sold}
            onChoose={(skuId, sellerId) => setChosen({ ...chosen, [skuId]: sellerId })}
          />
        </Section>
      )}
      {isWhole && (
        <PlaceForm
          sold={sold}
          salesChannel={request.salesChannel}
          postalCode={request.postalCode ?? ''}
          country={country}
          onPlaced={() => {
            onLines([]);
            setAnswer(null);
            setChosen({});
          }}
        />
      )}
      {shown !== null && !isWhole && shown.sellable && (
        <p className="problem" data-testid="cart-not-whole">
          {t('cart.notWhole', { missing: format.number(shown.lines.length - sold.length) })}
        </p>
      )}
    </div>
  );
}
