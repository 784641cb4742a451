import { useCallback } from 'react';
import { asBinderyError } from '../connection/hooks.ts';
import { useErrorText } from './errors.ts';
import { notify } from './notify.tsx';

/**
 * Runs a form's command: an error that names one of the form's fields is shown at the field, any other in the corner.
 * Answers whether it went well.
 */
export function useSubmit(
  hasField: (field: string) => boolean,
  setFieldError: (field: string, message: string) => void,
): (work: () => Promise<unknown>) => Promise<boolean> {
  const errorText = useErrorText();
  return useCallback(
    async (work) => {
      try {
        await work();
        return true;
      } catch (thrown) {
        const error = asBinderyError(thrown);
        if (error.field !== undefined && hasField(error.field)) setFieldError(error.field, errorText(error));
        else if (error.code !== 'cancelled') notify({ message: errorText(error), tone: 'bad' });
        return false;
      }
    },
    [errorText, hasField, setFieldError],
  );
}

/** Whether the text is a full web address. The oldest Chromium that we load in has no URL.canParse. */
export function isWebAddress(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}
