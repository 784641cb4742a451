import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { useFormat } from '../components/format.ts';
import { EmptyState } from '../components/State.tsx';

type Points = ReplyOf<'matching.curve'>['points'];

const width = 640;
const height = 240;
const left = 48;
const right = 12;
const top = 10;
const bottom = 34;

interface CurveProps {
  readonly points: Points;
  /** The precision asked for, in basis points. */
  readonly asked: number;
}

/** Precision against coverage, with its bounds; the dashed line is what is asked for. */
export function Curve({ points, asked }: CurveProps) {
  const { t } = useTranslation('matching');
  const format = useFormat();
  if (points.length === 0) return <EmptyState title={t('curve.none')} hint={t('curve.noneHelp')} />;
  const least = Math.min(9_000, asked, ...points.map(({ low }) => low));
  const floor = Math.floor(least / 500) * 500;
  const x = (coverage: number) => left + (coverage / 10_000) * (width - left - right);
  const y = (precision: number) =>
    top + ((10_000 - Math.max(floor, precision)) / (10_000 - floor)) * (height - top - bottom);
  const line = (value: (point: Points[number]) => number, from: Points = points) =>
    from.map((point) => `${x(point.coverage).toFixed(1)},${y(value(point)).toFixed(1)}`).join(' ');
  const steps = [0, 1, 2, 3, 4].map((step) => floor + (step * (10_000 - floor)) / 4);
  const last = points.at(-1);
  return (
    <svg
      className="matching-chart"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={t('curve.label', {
        coverage: format.percent((last?.coverage ?? 0) / 10_000),
        precision: format.percent((last?.precision ?? 0) / 10_000),
      })}
      data-testid="matching-curve"
    >
      {steps.map((step) => (
        <g key={step}>
          <line className="grid-line" x1={left} x2={width - right} y1={y(step)} y2={y(step)} />
          <text x={left - 6} y={y(step) + 4} textAnchor="end">
            {format.share(step)}
          </text>
        </g>
      ))}
      {[0, 2_500, 5_000, 7_500, 10_000].map((coverage) => (
        <text key={coverage} x={x(coverage)} y={height - bottom + 16} textAnchor="middle">
          {format.share(coverage)}
        </text>
      ))}
      <text x={(left + width - right) / 2} y={height - 4} textAnchor="middle">
        {t('curve.across')}
      </text>
      <polygon className="band" points={`${line(({ high }) => high)} ${line(({ low }) => low, points.toReversed())}`} />
      <line className="asked" x1={left} x2={width - right} y1={y(asked)} y2={y(asked)} />
      <text className="asked-label" x={width - right} y={y(asked) - 4} textAnchor="end">
        {t('curve.asked', { precision: format.share(asked) })}
      </text>
      <polyline className="line" points={line(({ precision }) => precision)} />
    </svg>
  );
}
