/** Notices of the desktop about orders that need a person: only of what the operator chose, only while nobody looks. */
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { type Attention, attentions } from '../../shared/domain/orders/attention.ts';
import { go } from '../app/routes.ts';
import { useQuery } from '../connection/hooks.ts';
import { usePreference } from '../connection/preferences.ts';
import { type Counts, risen, usualNotices } from './notices.ts';

const schema = z.array(z.enum(attentions));
const initial = [...usualNotices];

/** The reasons that the operator wants to be told of. */
export function useNotices(): [wanted: Attention[], choose: (wanted: Attention[]) => void] {
  return usePreference('orders.notices', schema, initial);
}

/** Watches the counts and tells of what rose; a click opens the orders. */
export function useOrderNotices(): void {
  const { t } = useTranslation('orders');
  const [wanted] = useNotices();
  const counts = useQuery('orders.counts', {}, { refreshOn: ['list.changed', 'rows.changed'], calm: 2_000 }).data;
  const before = useRef<Counts | null>(null);
  useEffect(() => {
    if (counts === undefined) return;
    const rose = before.current === null ? [] : risen(before.current, counts.reasons, wanted);
    before.current = counts.reasons;
    if (rose.length === 0 || document.hasFocus() || !('Notification' in window)) return;
    if (Notification.permission !== 'granted') return;
    const notice = new Notification(t('notices.title'), {
      body: rose.map(({ reason, by }) => `${t(`attention.${reason}`)}: +${by}`).join(', '),
      tag: 'orders',
    });
    notice.onclick = () => {
      window.focus();
      go('orders');
    };
  }, [counts, wanted, t]);
}
