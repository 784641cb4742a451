import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../app/commands.ts';
import { ErrorState } from '../components/State.tsx';
import { useMay } from '../connection/hooks.ts';
import { ConditionList } from './ConditionList.tsx';
import { useCart } from './cart.tsx';
import { Merge } from './Merge.tsx';
import { PushView } from './PushView.tsx';
import { Simulator } from './Simulator.tsx';
import { type PaymentOverview, type PaymentUndo, usePaymentOverview, usePaymentUndo } from './state.ts';
import '../commissions/commissions.css';
import './payments.css';

const tabs = ['conditions', 'simulator', 'merge', 'marketplace'] as const;

/** Payment conditions: written, tried on a cart, merged with sellers' own methods, and sent to the marketplace. */
export function PaymentsScreen() {
  const { t } = useTranslation('payments');
  const may = useMay('finance');
  const overview = usePaymentOverview();
  const undo = usePaymentUndo();
  useCommands([
    {
      id: 'payments.undo',
      title: t('action.undo'),
      group: t('title'),
      keys: ['Mod+Z'],
      enabled: undo.canUndo,
      run: () => void undo.undo(),
    },
  ]);
  if (overview.error) return <ErrorState error={overview.error} onRetry={overview.refresh} />;
  return overview.data ? <Tabs overview={overview.data} undo={undo} may={may} /> : null;
}

function Tabs({ overview, undo, may }: { overview: PaymentOverview; undo: PaymentUndo; may: boolean }) {
  const { t } = useTranslation('payments');
  const { currency, differences, drifted } = overview;
  const cart = useCart(currency);
  const [tab, setTab] = useState<(typeof tabs)[number]>('conditions');
  return (
    <>
      <h1 className="sr-only">{t('title')}</h1>
      <div className="bar" role="toolbar" aria-label={t('title')}>
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            className="chip"
            aria-pressed={tab === name}
            onClick={() => setTab(name)}
            data-testid={`tab-${name}`}
          >
            {t(`tab.${name}`)}
            {name === 'marketplace' && differences > 0 && (
              <small className={drifted > 0 ? 'tone-bad' : undefined}>{differences}</small>
            )}
          </button>
        ))}
      </div>
      {tab === 'conditions' && <ConditionList overview={overview} undo={undo} may={may} />}
      {tab === 'simulator' && <Simulator cart={cart} currency={currency} />}
      {tab === 'merge' && <Merge cart={cart} currency={currency} may={may} undo={undo} />}
      {tab === 'marketplace' && <PushView may={may} />}
    </>
  );
}
