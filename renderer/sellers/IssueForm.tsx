import { Checkbox, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../components/ActionButton.tsx';

interface IssueFormProps {
  /** Another one is in use, which this one replaces. */
  readonly replaces: boolean;
  onIssue(choice: { overlapHours: number; signs: boolean }): void;
  onCancel(): void;
}

const overlaps = ['0', '24', '168', '720'] as const;

/** Asks how a new credential comes: how long the old one works beside it, and whether calls are signed. */
export function IssueForm({ replaces, onIssue, onCancel }: IssueFormProps) {
  const { t } = useTranslation('sellers');
  const [overlap, setOverlap] = useState<string>('24');
  const [signs, setSigns] = useState(false);
  const atOnce = replaces && overlap === '0';
  return (
    <section className="ask" aria-live="polite" aria-label={t('action.token')}>
      <p>{t(atOnce ? 'token.confirm' : 'token.confirmFirst')}</p>
      {replaces && (
        <Select
          size="xs"
          label={t('token.overlap')}
          data={overlaps.map((hours) => ({ value: hours, label: t(`token.overlaps.${hours}`) }))}
          value={overlap}
          onChange={(value) => setOverlap(value ?? '24')}
          allowDeselect={false}
          data-testid="token-overlap"
        />
      )}
      <Checkbox
        size="xs"
        mt={8}
        mb={8}
        label={t('token.sign')}
        description={t('token.signHelp')}
        checked={signs}
        onChange={(event) => setSigns(event.currentTarget.checked)}
        data-testid="token-signs"
      />
      <div>
        <ActionButton
          danger={atOnce}
          autoFocus
          onClick={() => onIssue({ overlapHours: replaces ? Number(overlap) : 0, signs })}
          keys="Enter"
          data-testid="token-confirm"
        >
          {t(replaces ? 'token.issueNew' : 'token.issue')}
        </ActionButton>
        <ActionButton onClick={onCancel} keys="Escape">
          {t('token.cancel')}
        </ActionButton>
      </div>
    </section>
  );
}
