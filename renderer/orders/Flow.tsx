import { useTranslation } from 'react-i18next';
import type { OrderDetail } from '../../shared/contract/orders.ts';
import { happyPath, stepOf, waysFrom } from '../../shared/domain/orders/diagram.ts';

/** Where the order is on its way, and where it may go from here: drawn from the flow's own table. */
export function Flow({ order }: { order: OrderDetail }) {
  const { t } = useTranslation('orders');
  const at = stepOf(order.state);
  const onPath = happyPath.includes(order.state);
  const visited = new Set(order.events.flatMap(({ from, to }) => [from, to]));
  const ways = waysFrom(order.state);
  return (
    <>
      <ol className="flow" data-testid="order-flow">
        {happyPath.map((state, index) => {
          const isHere = state === order.state;
          const isDone = !isHere && (index < at || visited.has(state));
          return (
            <li
              key={state}
              className={isHere ? 'here' : isDone ? 'done' : ''}
              aria-current={isHere ? 'step' : undefined}
            >
              {t(`states.${state}`)}
            </li>
          );
        })}
        {!onPath && (
          <li className="here aside" aria-current="step">
            {t(`states.${order.state}`)}
          </li>
        )}
      </ol>
      <p className="quiet">
        {t('detail.seller', { state: t(`sellerStates.${order.sellerState}`) })}
        {ways.length > 0 && ` · ${t('detail.ways')}: ${ways.map(({ to }) => t(`states.${to}`)).join(', ')}`}
      </p>
    </>
  );
}
