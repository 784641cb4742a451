import { useTranslation } from 'react-i18next';
import type { Suggestion } from '../../shared/contract/offers.ts';
import type { Doubt } from '../../shared/domain/suggestions.ts';
import { useCommands } from '../app/commands.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { Ask } from '../components/pane/Section.tsx';
import { setMode } from './review.ts';
import { useOfferTexts } from './texts.ts';

interface SureProps {
  readonly suggestion: Suggestion;
  /** From 1. */
  readonly rank: number;
  readonly doubt: Doubt;
  onBind(): void;
}

/** The second question before a bind that the matcher does not believe in: the same key again answers it. */
export function Sure({ suggestion, rank, doubt, onBind }: SureProps) {
  const { t } = useTranslation('offers');
  const texts = useOfferTexts();
  const back = () => setMode('review');
  useCommands([
    {
      id: 'offers.back',
      title: t('actions.back'),
      group: t('reviewGroup'),
      keys: ['Escape'],
      keysOnly: true,
      run: back,
    },
  ]);
  const values = { skuId: suggestion.skuId, score: texts.format.score(suggestion.score) };
  const text =
    doubt.kind === 'score'
      ? t('sure.score', values)
      : t('sure.identifier', {
          ...values,
          attribute: texts.attribute(doubt.attribute),
          offer: doubt.offer,
          sku: doubt.sku,
        });
  return (
    <div data-testid="bind-question">
      <Ask title={t('sure.title', { rank })} text={text}>
        <ActionButton danger keys="B" onClick={onBind} data-testid="bind-anyway">
          {t('sure.bind', { rank })}
        </ActionButton>
        <ActionButton keys="Escape" onClick={back} data-testid="bind-not">
          {t('actions.back')}
        </ActionButton>
      </Ask>
    </div>
  );
}
