import { useTranslation } from 'react-i18next';
import type { Impact } from '../../shared/contract/commissions.ts';

const width = 640;
const height = 120;

/** A round amount at or above the highest bar. */
function topOf(rows: readonly Impact[]): number {
  const most = Math.max(1, ...rows.map(({ before, after }) => Math.max(before, after)));
  const step = 10 ** Math.floor(Math.log10(most));
  return Math.ceil(most / step) * step;
}

/** What the marketplace earns by month: a pair of bars a month, the rules in force beside those of the draft. */
export function MonthChart({ rows, money }: { rows: readonly Impact[]; money(minor: number): string }) {
  const { t, i18n } = useTranslation('commissions');
  if (rows.length === 0) return null;
  const month = (key: string) =>
    new Intl.DateTimeFormat(i18n.language, { month: 'short', year: '2-digit', timeZone: 'UTC' }).format(
      Date.parse(`${key}-01T00:00:00Z`),
    );
  const top = topOf(rows);
  const step = width / rows.length;
  const bar = Math.min(step * 0.38, 28);
  const scale = (value: number) => (value / top) * height;
  const lines = rows.map(({ key, before, after }) =>
    t('whatIf.month', { month: month(key), before: money(before), after: money(after) }),
  );
  return (
    <figure className="month-chart">
      <div className="month-legend" aria-hidden>
        <span>
          <i className="bar-before" /> {t('whatIf.before')}
        </span>
        <span>
          <i className="bar-after" /> {t('whatIf.after')}
        </span>
        <span className="end">{money(top)}</span>
      </div>
      <svg
        viewBox={`0 0 ${width} ${height + 2}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${t('whatIf.by.months')}. ${lines.join('; ')}`}
        data-testid="month-chart"
      >
        <line className="month-line" x1={0} x2={width} y1={1} y2={1} />
        <line className="month-line" x1={0} x2={width} y1={height / 2 + 1} y2={height / 2 + 1} />
        {rows.map(({ key, before, after }, index) => {
          const middle = index * step + step / 2;
          return (
            <g key={key}>
              <title>{lines[index]}</title>
              <rect className="month-hover" x={index * step} y={0} width={step} height={height + 1} />
              <rect
                className="month-before"
                x={middle - bar - 1}
                y={height + 1 - scale(before)}
                width={bar}
                height={scale(before)}
              />
              <rect
                className="month-after"
                x={middle + 1}
                y={height + 1 - scale(after)}
                width={bar}
                height={scale(after)}
              />
            </g>
          );
        })}
        <line className="month-axis" x1={0} x2={width} y1={height + 1} y2={height + 1} />
      </svg>
      <figcaption>
        {rows.map(({ key }) => (
          <span key={key}>{month(key)}</span>
        ))}
      </figcaption>
    </figure>
  );
}
