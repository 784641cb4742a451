import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../shared/contract/index.ts';
import { spans } from '../../shared/contract/notifications.ts';
import type { SellerId } from '../../shared/domain/brand.ts';
import { sumOf } from '../../shared/domain/notifications.ts';
import { useFormat } from '../components/format.ts';
import { Section } from '../components/pane/Section.tsx';
import { useQuery } from '../connection/hooks.ts';

type Buckets = ReplyOf<'notifications.traffic'>['buckets'];
type Span = (typeof spans)[number];

const width = 440;
const height = 96;

/** A round number at or above the highest bar. */
function topOf(buckets: Buckets): number {
  const most = Math.max(4, ...buckets.map(({ received, refused }) => received + refused));
  const step = 10 ** Math.floor(Math.log10(most));
  return Math.ceil(most / step) * step;
}

function Bars({ buckets, span }: { buckets: Buckets; span: Span }) {
  const { t, i18n } = useTranslation('notifications');
  const format = useFormat();
  const at = (instant: string) =>
    new Intl.DateTimeFormat(i18n.language, {
      ...(span === 'week' && { weekday: 'short' }),
      hour: '2-digit',
      minute: '2-digit',
    }).format(Date.parse(instant));
  const top = topOf(buckets);
  const step = width / buckets.length;
  const scale = (value: number) => (value / top) * height;
  const all = sumOf(buckets);
  const first = buckets[0]?.start ?? '';
  const last = buckets.at(-1)?.start ?? '';
  const counts = (of: typeof all) => ({
    received: format.number(of.received),
    changed: format.number(of.changed),
    failed: format.number(of.failed),
    refused: format.number(of.refused),
  });
  return (
    <figure className="traffic">
      <svg
        viewBox={`0 0 ${width} ${height + 2}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('overview.chart', { from: at(first), to: at(last), ...counts(all) })}
        data-testid="traffic-chart"
      >
        <line className="traffic-line" x1={0} x2={width} y1={1} y2={1} />
        <line className="traffic-line" x1={0} x2={width} y1={height / 2 + 1} y2={height / 2 + 1} />
        {buckets.map((bucket, index) => {
          const bars = [
            ['traffic-received', bucket.received, 0],
            ['traffic-refused', bucket.refused, bucket.received],
            ['traffic-failed', Math.min(bucket.failed, bucket.received + bucket.refused), 0],
          ] as const;
          return (
            <g key={bucket.start}>
              <title>{t('overview.bar', { at: at(bucket.start), ...counts(bucket) })}</title>
              <rect className="traffic-hover" x={index * step} y={0} width={step} height={height + 1} />
              {bars.map(([name, value, below]) =>
                value === 0 ? null : (
                  <rect
                    key={name}
                    className={name}
                    x={index * step + step * 0.12}
                    width={step * 0.76}
                    y={height + 1 - scale(below + value)}
                    height={scale(value)}
                  />
                ),
              )}
            </g>
          );
        })}
        <line className="traffic-axis" x1={0} x2={width} y1={height + 1} y2={height + 1} />
      </svg>
      <span className="traffic-top">{format.number(top)}</span>
      <figcaption>
        <span>{at(first)}</span>
        <span>{at(last)}</span>
      </figcaption>
    </figure>
  );
}

/** What arrived lately, of one seller or of all: a bar for each stretch of time, and the sums in words. */
export function TrafficChart({ sellerId }: { sellerId: SellerId | null }) {
  const { t } = useTranslation('notifications');
  const format = useFormat();
  const [span, setSpan] = useState<Span>('hour');
  const { data } = useQuery(
    'notifications.traffic',
    { span, ...(sellerId !== null && { sellerId }) },
    { refreshOn: ['list.changed', 'rows.changed'], calm: 2_000 },
  );
  const all = sumOf(data?.buckets ?? []);
  const sums = [
    ['received', format.number(all.received), ''],
    ['changed', format.number(all.changed), ''],
    ['failed', format.number(all.failed), all.failed > 0 ? 'tone-bad' : ''],
    ['refused', format.number(all.refused), all.refused > 0 ? 'tone-warn' : ''],
    ['lag', format.duration(all.lagMost), ''],
  ] as const;
  return (
    <Section title={t('overview.title')}>
      <SegmentedControl
        size="xs"
        mb={8}
        aria-label={t('overview.span')}
        value={span}
        onChange={(next) => setSpan(spans.find((each) => each === next) ?? 'hour')}
        data={spans.map((value) => ({ value, label: t(`overview.spans.${value}`) }))}
        data-testid="traffic-span"
      />
      {data && <Bars buckets={data.buckets} span={span} />}
      <dl className="traffic-sums">
        {sums.map(([name, value, tone]) => (
          <div key={name}>
            <dt>{t(`overview.${name}`)}</dt>
            <dd className={`num ${tone}`} data-testid={`traffic-${name}`}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
