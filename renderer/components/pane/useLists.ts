import { useEffect, useRef } from 'react';
import type { EventPayload } from '../../../shared/contract/events.ts';
import { useEvent } from '../../connection/hooks.ts';

type List = EventPayload<'list.changed'>['list'];

/** Calls back, at most every 400 ms, when rows of one of the lists changed, came or went. */
export function useListChange(lists: readonly List[], changed: () => void, id?: number): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(changed);
  latest.current = changed;
  const later = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, 400);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEvent('rows.changed', ({ list, ids }) => {
    if (lists.includes(list) && (id === undefined || ids === null || ids.includes(id))) later();
  });
  useEvent('list.changed', ({ list }) => {
    if (lists.includes(list)) later();
  });
}
