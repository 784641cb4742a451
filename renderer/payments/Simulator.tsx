import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanRow, SimulatedOptionRow } from '../../shared/contract/payments.ts';
import { useFormat } from '../components/format.ts';
import { useListChange } from '../components/pane/useLists.ts';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';
import { type Cart, CartFields, cartRequestOf } from './cart.tsx';
import { useRateText, useReasonText } from './state.ts';

/** The answer for the cart; asked again when conditions change. */
export function useSimulation(cart: Cart, currency: string) {
  const request = cartRequestOf(cart.values, currency);
  const result = useQuery(
    'payments.simulate',
    request ?? {
      salesChannel: '1',
      at: '1970-01-01T00:00:00.000Z' as never,
      country: 'BRA',
      bin: null,
      isSignedIn: true,
      parts: [],
      commercialShares: {},
    },
    { enabled: request !== null },
  );
  useListChange(['payments'], result.refresh);
  return { ...result, isReadable: request !== null };
}

/** What a shopper would see of the marketplace's own conditions, every plan to the cent, and why the rest is left out. */
export function Simulator({ cart, currency }: { cart: Cart; currency: string }) {
  const { t } = useTranslation('payments');
  const result = useSimulation(cart, currency);
  const offered = result.data?.options.filter(({ reasons }) => reasons.length === 0) ?? [];
  const left = result.data?.options.filter(({ reasons }) => reasons.length > 0) ?? [];
  const reasonText = useReasonText(currency);
  const format = useFormat();
  return (
    <div className="finance-page" data-testid="simulator" aria-busy={result.loading}>
      <CartFields cart={cart} currency={currency} />
      {!result.isReadable ? (
        <EmptyState title={t('cart.unreadable')} hint={t('cart.unreadableHelp')} />
      ) : result.error ? (
        <ErrorState error={result.error} onRetry={result.refresh} />
      ) : (
        <div className="finance-scroll">
          {result.data && result.data.charged > 0 && result.data.charged < result.data.value && (
            <p className="quiet">
              {t('simulator.charged', {
                charged: format.minor(result.data.charged, currency),
                value: format.minor(result.data.value, currency),
              })}
            </p>
          )}
          <h3>{t('simulator.offered', { count: offered.length })}</h3>
          {offered.length === 0 && <p className="quiet">{t('simulator.nothing')}</p>}
          <div className="option-cards">
            {offered.map((option) => (
              <Offered key={option.conditionId} option={option} currency={currency} />
            ))}
          </div>
          <h3>{t('simulator.left', { count: left.length })}</h3>
          <table className="small-table" data-testid="left-out">
            <tbody>
              {left.map((option) => (
                <tr key={option.conditionId}>
                  <td>
                    <b>{option.name}</b>
                    {option.name !== option.systemName && <div className="quiet">{option.systemName}</div>}
                  </td>
                  <td>{option.reasons.map(reasonText).join(' ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function Offered({ option, currency }: { option: SimulatedOptionRow; currency: string }) {
  const { t } = useTranslation('payments');
  return (
    <section className="option-card" aria-label={option.name} data-testid="offered" data-name={option.name}>
      <h4>
        {option.name}
        {option.name !== option.systemName && <small> {option.systemName}</small>}
      </h4>
      <PlanTable plans={option.plans} currency={currency} />
      {option.plans.some(({ external }) => external) && <p className="quiet">{t('plan.externalNote')}</p>}
    </section>
  );
}

/** Each plan to the cent; its payments one by one when it is opened. */
export function PlanTable({ plans, currency }: { plans: readonly PlanRow[]; currency: string }) {
  const { t } = useTranslation('payments');
  const format = useFormat();
  const rate = useRateText();
  const [open, setOpen] = useState<number | null>(null);
  const money = (minor: number) => format.minor(minor, currency);
  return (
    <table className="small-table small">
      <thead>
        <tr>
          <th>{t('plan.payments')}</th>
          <th className="right">{t('plan.interest')}</th>
          <th className="right">{t('plan.total')}</th>
          <th className="right" title={t('plan.annualHelp')}>
            {t('plan.annual')}
          </th>
        </tr>
      </thead>
      <tbody>
        {plans.map((plan, index) => (
          // plans are told apart by their place: two may have equally many payments
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <tr key={index}>
            <td>
              <button
                type="button"
                className="link"
                aria-expanded={open === index}
                onClick={() => setOpen(open === index ? null : index)}
              >
                {paymentsText(plan, money, (days) => t('plan.after', { count: days }))}
              </button>
              {open === index && (
                <ol className="payment-list">
                  {plan.payments.map((payment) => (
                    <li key={payment.after}>
                      {t(plan.unit === 'day' ? 'plan.after' : 'plan.afterMonths', { count: payment.after })}:{' '}
                      {money(payment.amount)}
                    </li>
                  ))}
                </ol>
              )}
            </td>
            <td className="right">
              {plan.interest === 0 ? t('plan.free') : `${money(plan.interest)} (${rate(plan.rate)})`}
            </td>
            <td className="right" data-total={plan.total}>
              {money(plan.total)}
            </td>
            <td className="right">{plan.annualCost === null ? '—' : format.percent(plan.annualCost / 10_000)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `3 × 66.67`, or `66.68 + 2 × 66.67` where the first takes the remainder. */
function paymentsText(plan: PlanRow, money: (minor: number) => string, after: (days: number) => string): string {
  if (plan.unit === 'day')
    return plan.payments.map(({ after: days, amount }) => `${money(amount)} (${after(days)})`).join(' + ');
  const groups: { amount: number; count: number }[] = [];
  for (const { amount } of plan.payments) {
    const last = groups.at(-1);
    if (last?.amount === amount) last.count++;
    else groups.push({ amount, count: 1 });
  }
  return groups
    .map(({ amount, count }) => (count === 1 && groups.length > 1 ? money(amount) : `${count} × ${money(amount)}`))
    .join(' + ');
}
