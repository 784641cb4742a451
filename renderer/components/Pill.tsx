import { useTranslation } from 'react-i18next';
import type { DecisionState } from '../../shared/domain/decisions.ts';

export type Tone = 'ok' | 'warn' | 'bad' | 'accent' | 'dim';

/** A state in a word, on a soft ground. */
export function Pill(props: { tone: Tone; children: string; title?: string; 'data-testid'?: string }) {
  return (
    <span className={`pill pill-${props.tone}`} title={props.title} data-testid={props['data-testid']}>
      {props.children}
    </span>
  );
}

/** The tone of each state of a decision. */
export const decisionTones: Readonly<Record<DecisionState, Tone>> = {
  held: 'accent',
  pending: 'warn',
  sent: 'warn',
  confirmed: 'ok',
  conflict: 'bad',
  failed: 'bad',
  cancelled: 'dim',
};

/** The state of a decision; its problem on hover. */
export function DecisionPill({ state, problem }: { state: DecisionState; problem?: string | null }) {
  const { t } = useTranslation('app');
  return (
    <Pill tone={decisionTones[state]} title={problem ?? t(`stateHints.${state}`)} data-testid={`state-${state}`}>
      {t(`states.${state}`)}
    </Pill>
  );
}

/** A coloured dot beside words that say the same. */
export function Dot({ tone }: { tone: Tone }) {
  return <i className={`dot dot-${tone}`} aria-hidden />;
}
