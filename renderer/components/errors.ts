import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { BinderyError } from '../../shared/domain/errors.ts';

/**
 * The sentence of an error, in the operator's language where there is one for its code, else the service's own (which
 * knows more than the code does: the backend's refusal, the field).
 */
export function useErrorText(): (error: BinderyError) => string {
  const { t, i18n } = useTranslation('app');
  return useCallback(
    (error) => {
      switch (error.code) {
        case 'not-signed-in':
        case 'not-allowed':
        case 'claimed-by-other':
        case 'version-moved-on':
        case 'already-decided':
        case 'sku-inactive':
        case 'not-undoable':
        case 'offline':
        case 'disconnected':
        case 'timed-out':
          return i18n.language === 'en' ? error.message : t(`errors.${error.code}`);
        default:
          return error.message;
      }
    },
    [t, i18n.language],
  );
}
