import { useTranslation } from 'react-i18next';
import type { OrderDetail } from '../../shared/contract/orders.ts';
import {
  happyPath,
  sellerPath,
  sellerStepOf,
  sellerWaysFrom,
  stepOf,
  waysFrom,
} from '../../shared/domain/orders/diagram.ts';

interface StepsProps<State extends string> {
  readonly title: string;
  readonly path: readonly State[];
  readonly state: State;
  /** How far along the path it is; below 0: it has left it. */
  readonly step: number;
  readonly visited: ReadonlySet<State>;
  readonly ways: readonly State[];
  nameOf(state: State): string;
  readonly testId: string;
}

/** One view of an order: the way that goes well, where it is on it or beside it, and where it may go from there. */
function Steps<State extends string>({ title, path, state, step, visited, ways, nameOf, testId }: StepsProps<State>) {
  const { t } = useTranslation('orders');
  const isBeside = !path.includes(state);
  // beside the path it stands where it left it
  const shown = isBeside
    ? [...path.slice(0, step + 1 || path.length), state, ...path.slice(step + 1 || path.length)]
    : path;
  return (
    <div className="flow-view">
      <h4>{title}</h4>
      <ol className="flow" data-testid={testId} data-state={state}>
        {shown.map((each) => {
          const isHere = each === state;
          const at = path.indexOf(each);
          const isDone = !isHere && (visited.has(each) || (isBeside ? at <= step : at < step));
          const tone = isHere ? `here${isBeside && step < 0 ? ' aside' : ''}` : isDone ? 'done' : '';
          return (
            <li key={each} className={tone} aria-current={isHere ? 'step' : undefined}>
              {nameOf(each)}
            </li>
          );
        })}
      </ol>
      {ways.length > 0 && (
        <p className="quiet">
          {t('detail.ways')}: {ways.map(nameOf).join(', ')}
        </p>
      )}
    </div>
  );
}

/** Where the order is on its way, as the marketplace sees it and as the seller does: both drawn from the flow's own tables. */
export function Flow({ order }: { order: OrderDetail }) {
  const { t } = useTranslation('orders');
  return (
    <>
      <Steps
        title={t('detail.marketplaceView')}
        path={happyPath}
        state={order.state}
        step={stepOf(order.state)}
        visited={new Set(order.events.flatMap(({ from, to }) => [from, to]))}
        ways={waysFrom(order.state).map(({ to }) => to)}
        nameOf={(state) => t(`states.${state}`)}
        testId="order-flow"
      />
      <Steps
        title={t('detail.sellerView')}
        path={sellerPath}
        state={order.sellerState}
        step={sellerStepOf(order.sellerState)}
        visited={new Set(order.events.flatMap(({ sellerFrom, sellerTo }) => [sellerFrom, sellerTo]))}
        ways={sellerWaysFrom(order.sellerState).map(({ to }) => to)}
        nameOf={(state) => t(`sellerStates.${state}`)}
        testId="seller-flow"
      />
    </>
  );
}
