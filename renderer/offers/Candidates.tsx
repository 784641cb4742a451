import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Suggestion } from '../../shared/contract/offers.ts';
import { ServiceImage } from '../components/ServiceImage.tsx';
import { EmptyState } from '../components/State.tsx';
import { EvidenceTable } from './Evidence.tsx';
import { useReview } from './review.ts';
import { useOfferTexts } from './texts.ts';

/** The suggestions, best first; arrow keys choose while one has the focus, `[` and `]` from anywhere. */
export function Candidates({ suggestions, currency }: { suggestions: readonly Suggestion[]; currency: string }) {
  const { t } = useTranslation('offers');
  const chosen = useReview((state) => state.candidate);
  const list = useRef<HTMLOListElement>(null);

  const shown = useRef(chosen);
  useEffect(() => {
    if (shown.current === chosen) return;
    shown.current = chosen;
    const item = list.current?.children[chosen];
    if (chosen === 0) list.current?.closest('.pane-body')?.scrollTo({ top: 0 });
    else item?.scrollIntoView({ block: 'nearest' });
    // the focus follows when it is already among the suggestions
    if (list.current?.contains(document.activeElement)) item?.querySelector('button')?.focus();
  }, [chosen]);

  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    chooseCandidate(chosen + by, suggestions.length);
  };

  if (suggestions.length === 0) return <EmptyState title={t('candidate.none')} hint={t('candidate.noneHint')} />;
  return (
    <ol ref={list} className="candidates" aria-label={t('candidate.label')} onKeyDown={onKeyDown}>
      {suggestions.map((suggestion, index) => (
        <Candidate
          key={suggestion.skuId}
          suggestion={suggestion}
          rank={index + 1}
          chosen={index === chosen}
          currency={currency}
        />
      ))}
    </ol>
  );
}

/** Chooses a suggestion, within those that there are. */
export function chooseCandidate(index: number, count: number): void {
  const { candidate, mode } = useReview.getState();
  const next = Math.max(0, Math.min(index, count - 1));
  // a question about one suggestion is not answered for another
  useReview.setState({ candidate: next, mode: mode === 'sure' && next !== candidate ? 'review' : mode });
}

function Candidate(props: { suggestion: Suggestion; rank: number; chosen: boolean; currency: string }) {
  const { suggestion, rank, chosen, currency } = props;
  const { t } = useTranslation('offers');
  const texts = useOfferTexts();
  const facts = [
    t('candidate.sku', { skuId: suggestion.skuId }),
    ...(suggestion.categoryPath ? [suggestion.categoryPath] : []),
    ...(suggestion.sellersBound > 0 ? [t('candidate.bound', { count: suggestion.sellersBound })] : []),
  ];
  const why = chosen ? [texts.turn(suggestion), texts.settle(suggestion)].filter(Boolean).join(' ') : '';
  return (
    <li
      className={chosen ? 'candidate chosen' : 'candidate'}
      data-testid={`candidate-${rank}`}
      data-sku={suggestion.skuId}
    >
      <button
        type="button"
        className="head"
        aria-pressed={chosen}
        aria-label={`${t('candidate.rank', { rank })}: ${suggestion.name}, ${facts.join(', ')}, ${texts.format.score(suggestion.score)}`}
        onClick={() => chooseCandidate(rank - 1, rank)}
      >
        <span className="rank">{rank}</span>
        <ServiceImage url={suggestion.imageUrl} alt="" size={32} />
        <span className="what">
          <b title={suggestion.name}>{suggestion.name}</b>
          <small title={facts.join(' · ')}>{facts.join(' · ')}</small>
        </span>
        <span className="score">{texts.format.score(suggestion.score)}</span>
      </button>
      <EvidenceTable suggestion={suggestion} currency={currency} brief={!chosen} />
      {why !== '' && (
        <p className="why" data-testid="why">
          {why}
        </p>
      )}
    </li>
  );
}
