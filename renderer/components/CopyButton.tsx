import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from './ActionButton.tsx';

interface CopyButtonProps {
  readonly text: string;
  readonly label: string;
  readonly 'data-testid'?: string;
}

/** Puts a text on the clipboard, and says that it is there. */
export function CopyButton({ text, label, ...rest }: CopyButtonProps) {
  const { t } = useTranslation('settings');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 3_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => undefined, // refused by the browser: the text is on screen and can be selected
    );
  return (
    <ActionButton small onClick={() => void copy()} aria-label={copied ? t('about.copied') : label} {...rest}>
      <span aria-live="polite">{copied ? t('about.copied') : label}</span>
    </ActionButton>
  );
}
