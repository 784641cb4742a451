import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { marketplaceStates } from '../../shared/domain/orders/flow.ts';
import { Age } from '../components/Age.tsx';
import { useFormat } from '../components/format.ts';
import { Section } from '../components/pane/Section.tsx';
import { EmptyState, ErrorState } from '../components/State.tsx';
import { useQuery } from '../connection/hooks.ts';

type Flow = ReplyOf<'orders.flow'>;
type Kind = 'ship' | 'deliver';

const width = 440;
const height = 72;

/** A round number at or above the highest bar. */
function topOf(values: readonly number[]): number {
  const most = Math.max(4, ...values);
  const step = 10 ** Math.floor(Math.log10(most));
  return Math.ceil(most / step) * step;
}

/** `2 Nov` of a day such as `2026-11-02`, which is the marketplace's and has no zone. */
function useDay(): (day: string) => string {
  const { i18n } = useTranslation();
  const format = new Intl.DateTimeFormat(i18n.language, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return (day) => format.format(Date.parse(`${day}T00:00:00Z`));
}

interface Bar {
  readonly day: string;
  /** The whole bar, and the part of it that is marked. */
  readonly all: number;
  readonly marked: number;
  readonly text: string;
}

function Bars({ title, bars, testId }: { title: string; bars: readonly Bar[]; testId: string }) {
  const format = useFormat();
  const dayOf = useDay();
  const top = topOf(bars.map(({ all }) => all));
  const step = width / bars.length;
  const scale = (value: number) => (value / top) * height;
  return (
    <figure className="order-chart">
      <svg
        viewBox={`0 0 ${width} ${height + 2}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={title}
        data-testid={testId}
      >
        <line className="chart-line" x1={0} x2={width} y1={1} y2={1} />
        <line className="chart-line" x1={0} x2={width} y1={height / 2 + 1} y2={height / 2 + 1} />
        {bars.map(({ day, all, marked, text }, index) => (
          <g key={day}>
            <title>{text}</title>
            <rect className="chart-hover" x={index * step} y={0} width={step} height={height + 1} />
            <rect
              className="chart-all"
              x={index * step + step * 0.12}
              width={step * 0.76}
              y={height + 1 - scale(all)}
              height={scale(all)}
            />
            <rect
              className="chart-late"
              x={index * step + step * 0.12}
              width={step * 0.76}
              y={height + 1 - scale(marked)}
              height={scale(marked)}
            />
          </g>
        ))}
        <line className="chart-axis" x1={0} x2={width} y1={height + 1} y2={height + 1} />
      </svg>
      <span className="chart-top">{format.number(top)}</span>
      <figcaption>
        <span>{dayOf(bars[0]?.day ?? '')}</span>
        <span>{dayOf(bars.at(-1)?.day ?? '')}</span>
      </figcaption>
    </figure>
  );
}

/** How many orders are in each state now: the bars are the table. */
function States({ states }: { states: Flow['states'] }) {
  const { t } = useTranslation('orders');
  const { t: said } = useTranslation('orderBoard');
  const format = useFormat();
  const counts = new Map(states.map(({ state, count }) => [state, count]));
  const most = Math.max(1, ...counts.values());
  return (
    <table className="small-table state-bars" data-testid="flow-states">
      <thead>
        <tr>
          <th>{said('charts.state')}</th>
          <th className="right">{said('charts.orders')}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {marketplaceStates.map((state) => {
          const count = counts.get(state) ?? 0;
          return (
            <tr key={state} className={count === 0 ? 'tone-dim' : ''}>
              <th scope="row">{t(`states.${state}`)}</th>
              <td className="right">{format.number(count)}</td>
              <td className="state-bar" aria-hidden>
                <i style={{ width: `${(count / most) * 100}%` }} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The days as numbers, for who reads no bars. */
function DayTable({ days }: { days: Flow['days'] }) {
  const { t } = useTranslation('orderBoard');
  const format = useFormat();
  const dayOf = useDay();
  return (
    <details className="chart-table" data-testid="flow-table">
      <summary>{t('charts.table')}</summary>
      <table className="small-table">
        <thead>
          <tr>
            <th rowSpan={2}>{t('charts.day')}</th>
            <th rowSpan={2} className="right">
              {t('charts.came')}
            </th>
            <th colSpan={3} className="right">
              {t('charts.shipShort')}
            </th>
            <th colSpan={3} className="right">
              {t('charts.deliverShort')}
            </th>
          </tr>
          <tr>
            {(['ship', 'deliver'] as const).flatMap((kind) =>
              (['due', 'late', 'stillOpen'] as const).map((part) => (
                <th key={`${kind} ${part}`} className="right">
                  {t(`charts.${part}`)}
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map(({ day, received, ship, deliver }) => (
            <tr key={day}>
              <th scope="row">{dayOf(day)}</th>
              {[received, ship.due, ship.late, ship.open, deliver.due, deliver.late, deliver.open].map(
                (value, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the columns are fixed
                  <td key={index} className={`right ${value === 0 ? 'tone-dim' : ''}`}>
                    {format.number(value)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function Sellers({ flow, onSeller }: { flow: Flow; onSeller(sellerId: string): void }) {
  const { t } = useTranslation('orderBoard');
  const format = useFormat();
  const cell = ({ due, late }: { due: number; late: number }) =>
    late === 0 ? '–' : `${format.number(late)} (${format.percent(late / due)})`;
  return (
    <Section title={t('charts.bySeller')}>
      {flow.sellers.length === 0 ? (
        <p className="tone-dim">{t('charts.noneLate')}</p>
      ) : (
        <>
          <table className="small-table" data-testid="flow-sellers">
            <thead>
              <tr>
                <th>{t('charts.seller')}</th>
                <th className="right">{t('charts.shipLate')}</th>
                <th className="right">{t('charts.deliverLate')}</th>
              </tr>
            </thead>
            <tbody>
              {flow.sellers.map(({ sellerId, name, ship, deliver }) => (
                <tr key={sellerId}>
                  <th scope="row">
                    <button type="button" className="link cut" title={name} onClick={() => onSeller(sellerId)}>
                      {name}
                    </button>
                  </th>
                  <td className="right">{cell(ship)}</td>
                  <td className="right">{cell(deliver)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {flow.lateSellers > flow.sellers.length && (
            <p className="quiet">{t('charts.partial', { count: flow.sellers.length })}</p>
          )}
        </>
      )}
    </Section>
  );
}

/** Where orders are, how many came, and how many went out or arrived late, by day and by seller; each with its table. */
export function FlowCharts({ onSeller }: { onSeller(sellerId: string): void }) {
  const { t } = useTranslation('orderBoard');
  const dayOf = useDay();
  const flow = useQuery('orders.flow', {}, { refreshOn: ['list.changed'], calm: 30_000 });
  const { data } = flow;
  if (data === undefined)
    return flow.error ? (
      <ErrorState error={flow.error} onRetry={flow.refresh} />
    ) : (
      <div className="pane-body" aria-busy />
    );
  const lateness = (kind: Kind) => {
    const sums = data.days.reduce((all, day) => ({ due: all.due + day[kind].due, late: all.late + day[kind].late }), {
      due: 0,
      late: 0,
    });
    return (
      <Section title={t(`charts.${kind}`)}>
        <p className={sums.late > 0 ? 'tone-bad' : 'quiet'} data-testid={`flow-${kind}-sum`}>
          {sums.due === 0 ? t('charts.noneDue') : t('charts.sum', sums)}
        </p>
        <Bars
          title={`${t(`charts.${kind}`)}. ${t('charts.sum', sums)}`}
          testId={`flow-${kind}`}
          bars={data.days.map((each) => ({
            day: each.day,
            all: each[kind].due,
            marked: each[kind].late,
            text: t('charts.bar', { day: dayOf(each.day), due: each[kind].due, late: each[kind].late }),
          }))}
        />
      </Section>
    );
  };
  const received = data.days.reduce((sum, day) => sum + day.received, 0);
  return (
    <div className="pane-body" data-testid="flow-charts">
      <h2>{t('charts.open')}</h2>
      <p className="quiet">
        {t('charts.hint')} <Age instant={data.at} short />
      </p>
      {data.states.length === 0 ? (
        <EmptyState title={t('charts.noneYet')} />
      ) : (
        <>
          {lateness('ship')}
          {lateness('deliver')}
          <Section title={t('charts.received')}>
            <Bars
              title={`${t('charts.received')}: ${received}`}
              testId="flow-received"
              bars={data.days.map((each) => ({
                day: each.day,
                all: each.received,
                marked: 0,
                text: t('charts.barReceived', { day: dayOf(each.day), count: each.received }),
              }))}
            />
            <DayTable days={data.days} />
          </Section>
          <Sellers flow={data} onSeller={onSeller} />
          <Section title={t('charts.byState')}>
            <States states={data.states} />
          </Section>
        </>
      )}
    </div>
  );
}
