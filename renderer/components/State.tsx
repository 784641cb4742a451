import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { BinderyError } from '../../shared/domain/errors.ts';
import { ActionButton } from './ActionButton.tsx';
import { useErrorText } from './errors.ts';

/** Nothing to show: says why, and what to do. */
export function EmptyState(props: { title: string; hint?: string; children?: ReactNode }) {
  return (
    <div className="state" data-testid="empty-state">
      <b>{props.title}</b>
      {props.hint && <span>{props.hint}</span>}
      {props.children}
    </div>
  );
}

/** Something failed: the error's sentence, and a way to try again. */
export function ErrorState({ error, onRetry }: { error: BinderyError; onRetry?: () => void }) {
  const { t } = useTranslation('app');
  const errorText = useErrorText();
  return (
    <div className="state" role="alert" data-testid="error-state">
      <b>{t('failed')}</b>
      <span>{errorText(error)}</span>
      {onRetry && <ActionButton onClick={onRetry}>{t('retry')}</ActionButton>}
    </div>
  );
}
