import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RequestOf } from '../../shared/contract/index.ts';
import type { OrderDetail } from '../../shared/contract/orders.ts';
import { minorDigits, parseMinor } from '../../shared/domain/money.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useFormat } from '../components/format.ts';
import { useRun } from '../components/notify.tsx';
import { Section } from '../components/pane/Section.tsx';
import { useClient, useQuery } from '../connection/hooks.ts';

type Change = RequestOf<'orders.previewChange'>['change'];

interface NewLine {
  readonly key: string;
  /** The line it takes the place of; '' when it is added. */
  readonly inPlaceOf: string;
  readonly sellerSkuId: string;
  readonly name: string;
  readonly quantity: string;
  readonly price: string;
}

const whole = (text: string): number | null => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : null);

/** A change of an order: other quantities, other items, a discount or an increment, with what it does to money and stock. */
export function ChangeForm({ order, onDone }: { order: OrderDetail; onDone(): void }) {
  const { t } = useTranslation('orders');
  const client = useClient();
  const run = useRun();
  const format = useFormat();
  const [quantities, setQuantities] = useState(() => order.items.map(({ quantity }) => String(quantity)));
  const [added, setAdded] = useState<readonly NewLine[]>([]);
  const [discount, setDiscount] = useState('');
  const [increment, setIncrement] = useState('');
  const [reason, setReason] = useState('');
  const digits = minorDigits(order.total.currency);

  /** Null while something in the form is no number. */
  const change = useMemo((): Change | null => {
    const amount = (text: string) => (text.trim() === '' ? 0 : parseMinor(text, digits));
    const discountMinor = amount(discount);
    const incrementMinor = amount(increment);
    if (discountMinor === null || incrementMinor === null || discountMinor < 0 || incrementMinor < 0) return null;
    const made: Change = { replace: [], add: [], remove: [], discountMinor, incrementMinor };
    const taken = new Map<string, number>();
    for (const line of added) {
      const quantity = whole(line.quantity);
      const priceMinor = parseMinor(line.price, digits);
      if (
        quantity === null ||
        quantity === 0 ||
        priceMinor === null ||
        priceMinor < 0 ||
        line.sellerSkuId.trim() === ''
      )
        return null;
      const to = {
        sellerSkuId: line.sellerSkuId.trim(),
        name: line.name.trim() || line.sellerSkuId.trim(),
        quantity,
        priceMinor,
      };
      if (line.inPlaceOf === '') made.add.push(to);
      else {
        made.replace.push({ from: { sellerSkuId: line.inPlaceOf, quantity }, to });
        taken.set(line.inPlaceOf, (taken.get(line.inPlaceOf) ?? 0) + quantity);
      }
    }
    for (const [index, item] of order.items.entries()) {
      const wanted = whole(quantities[index] ?? '');
      if (wanted === null) return null;
      const { sellerSkuId, name, price } = item;
      if (wanted < item.quantity) made.remove.push({ sellerSkuId, quantity: item.quantity - wanted });
      if (wanted > item.quantity)
        made.add.push({ sellerSkuId, name, quantity: wanted - item.quantity, priceMinor: price.minor });
    }
    return made;
  }, [added, digits, discount, increment, order.items, quantities]);

  const [settled] = useDebouncedValue(change, 200);
  const empty: Change = { replace: [], add: [], remove: [], discountMinor: 0, incrementMinor: 0 };
  const preview = useQuery(
    'orders.previewChange',
    { orderId: order.id, change: settled ?? empty },
    { enabled: settled !== null },
  ).data;
  const isReady = change !== null && settled === change && preview?.problem === null && reason.trim() !== '';
  const ask = () => {
    if (!isReady || change === null) return;
    void run(async () => {
      await client.call('orders.requestChange', { orderId: order.id, change, reason });
      onDone();
    });
  };
  const setLine = (key: string, over: Partial<NewLine>) =>
    setAdded(added.map((line) => (line.key === key ? { ...line, ...over } : line)));
  const field = (label: string, value: string, set: (value: string) => void, width: number, testid: string) => (
    <TextInput
      size="xs"
      w={width}
      aria-label={label}
      placeholder={label}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
      data-testid={testid}
    />
  );
  return (
    <Section title={t('change.title')}>
      <p className="quiet">{t('change.hint')}</p>
      <div className="change-lines" data-testid="change-form">
        {order.items.map((item, index) => (
          <div className="window-row" key={`${item.sellerSkuId} ${item.price.minor}`}>
            <span title={item.sellerSkuId}>
              {item.name} · {format.money(item.price)}
            </span>
            {field(
              t('change.quantityOf', { name: item.name }),
              quantities[index] ?? '',
              (value) => setQuantities(quantities.map((each, at) => (at === index ? value : each))),
              64,
              `change-quantity-${index}`,
            )}
          </div>
        ))}
        {added.map((line, index) => (
          <fieldset className="plain change-new" key={line.key}>
            <legend className="sr-only">{t('change.newLine', { number: index + 1 })}</legend>
            <NativeSelect
              size="xs"
              aria-label={t('change.inPlaceOf')}
              value={line.inPlaceOf}
              onChange={(event) => setLine(line.key, { inPlaceOf: event.currentTarget.value })}
              data={[
                { value: '', label: t('change.added') },
                ...order.items.map(({ sellerSkuId, name }) => ({
                  value: sellerSkuId,
                  label: t('change.insteadOf', { name }),
                })),
              ]}
              data-testid={`change-place-${index}`}
            />
            {field(
              t('change.sku'),
              line.sellerSkuId,
              (sellerSkuId) => setLine(line.key, { sellerSkuId }),
              110,
              `change-sku-${index}`,
            )}
            {field(t('change.name'), line.name, (name) => setLine(line.key, { name }), 110, `change-name-${index}`)}
            {field(
              t('detail.quantity'),
              line.quantity,
              (quantity) => setLine(line.key, { quantity }),
              52,
              `change-new-quantity-${index}`,
            )}
            {field(t('detail.price'), line.price, (price) => setLine(line.key, { price }), 84, `change-price-${index}`)}
            <ActionButton small onClick={() => setAdded(added.filter(({ key }) => key !== line.key))}>
              {t('change.drop')}
            </ActionButton>
          </fieldset>
        ))}
        <div className="window-row">
          <ActionButton
            small
            onClick={() =>
              setAdded([
                ...added,
                { key: crypto.randomUUID(), inPlaceOf: '', sellerSkuId: '', name: '', quantity: '1', price: '' },
              ])
            }
            data-testid="change-add"
          >
            {t('change.add')}
          </ActionButton>
          <span />
          <small>{t('change.discount')}</small>
          {field(t('change.discount'), discount, setDiscount, 76, 'change-discount')}
          <small>{t('change.increment')}</small>
          {field(t('change.increment'), increment, setIncrement, 76, 'change-increment')}
        </div>
        <div className="window-row">
          <TextInput
            size="xs"
            style={{ flex: 1 }}
            aria-label={t('actions.reason')}
            placeholder={t('change.reason')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-testid="change-reason"
          />
        </div>
      </div>
      {change === null && <p className="problem">{t('change.incomplete')}</p>}
      {preview !== undefined && change !== null && (
        <div className="change-preview" data-testid="change-preview" aria-live="polite">
          {preview.problem === null || preview.problem === 'nothing-changes' ? (
            <p>
              {format.money(preview.before)} → <b>{format.money(preview.after)}</b>
              {preview.difference.minor !== 0 &&
                ` · ${t(preview.difference.minor > 0 ? 'change.paysMore' : 'change.getsBack', {
                  amount: format.money({ ...preview.difference, minor: Math.abs(preview.difference.minor) }),
                })}`}
            </p>
          ) : (
            <p className="problem">
              {t(`change.problems.${preview.problem}`)} {preview.problemSku}
            </p>
          )}
          <ul className="plain-list">
            {preview.stock.map((line) => (
              <li key={line.sellerSkuId}>
                <span>{line.name}</span>
                <span
                  className={line.available !== null && line.available < line.delta ? 'tone-bad' : ''}
                  title={
                    line.priceNow === null ? undefined : t('change.priceNow', { price: format.money(line.priceNow) })
                  }
                >
                  {t(line.delta > 0 ? 'change.reserves' : 'change.frees', {
                    units: format.number(Math.abs(line.delta)),
                  })}
                  {line.available !== null && ` · ${t('change.has', { units: format.number(line.available) })}`}
                  {line.priceNow !== null && ` · ${format.money(line.priceNow)}`}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className="row-actions">
        <ActionButton small primary disabled={!isReady} onClick={ask} data-testid="change-ask">
          {t('change.ask')}
        </ActionButton>
        <ActionButton small onClick={onDone}>
          {t('change.leave')}
        </ActionButton>
      </div>
    </Section>
  );
}
