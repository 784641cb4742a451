import { notifications } from '@mantine/notifications';
import { type ReactNode, useCallback } from 'react';
import { asBinderyError } from '../connection/hooks.ts';
import { useErrorText } from './errors.ts';

interface Note {
  readonly id?: string;
  readonly message: ReactNode;
  readonly tone?: 'ok' | 'bad';
  /** Milliseconds; errors stay longer. */
  readonly time?: number;
}

/** A short message in the corner, read out by screen readers. One with the same id replaces the other. */
export function notify({ id, message, tone = 'ok', time = tone === 'bad' ? 9_000 : 5_000 }: Note): void {
  if (id) notifications.hide(id);
  notifications.show({
    ...(id && { id }),
    message,
    autoClose: time,
    color: tone === 'bad' ? 'red' : 'accent',
    role: tone === 'bad' ? 'alert' : 'status',
    withBorder: true,
    className: 'note',
    closeButtonProps: { 'aria-label': '×' },
  });
}

/** Says more in a message that is still shown: it stays where it is. */
export const renote = (id: string, message: ReactNode) => notifications.update({ id, message });

/** Takes the message with this id away. */
export const hideNote = (id: string) => notifications.hide(id);

/** Runs a command of the service; what goes wrong is told. Answers whether it went well. */
export function useRun(): (work: () => Promise<unknown>) => Promise<boolean> {
  const errorText = useErrorText();
  return useCallback(
    async (work) => {
      try {
        await work();
        return true;
      } catch (thrown) {
        const error = asBinderyError(thrown);
        if (error.code !== 'cancelled') notify({ message: errorText(error), tone: 'bad' });
        return false;
      }
    },
    [errorText],
  );
}
