import { useEffect } from 'react';
import { create } from 'zustand';

/** Screens without a list are waited for so long, in milliseconds. */
const patience = 1_500;
const useShown = create<boolean>()(() => false);

/** A list showed its rows, or that it has none. */
export function listShown(): void {
  if (!useShown.getState()) useShown.setState(true, true);
}

/**
 * Whether the first list since the start has been shown: what is only looked at beside it is asked for afterwards, so that nobody waits
 * for rows behind it.
 */
export function useFirstListShown(): boolean {
  const shown = useShown();
  useEffect(() => {
    if (shown) return;
    const timer = setTimeout(listShown, patience);
    return () => clearTimeout(timer);
  }, [shown]);
  return shown;
}
