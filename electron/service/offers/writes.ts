import { BinderyError } from '../../../shared/domain/errors.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';

export const offerWrites = {
  /** Claims an offer, so that two clerks never review the same one. An operator holds one claim at a time. */
  'offers.claim': (
    database: WritableDatabase,
    params: { offerId: number; operatorId: string; now: string; until: string },
  ) => {
    const offer = statement<
      [number],
      { claimed_by: string | null; claimed_until: string | null; claimed_name: string | null }
    >(
      database,
      'SELECT o.claimed_by, o.claimed_until, p.name AS claimed_name FROM offer o LEFT JOIN operator p ON p.id = o.claimed_by WHERE o.id = ?',
    ).get(params.offerId);
    if (!offer)
      throw new BinderyError('not-found', 'This offer is no longer there. Refresh the list.', { field: 'offerId' });
    if (
      offer.claimed_by !== null &&
      offer.claimed_by !== params.operatorId &&
      (offer.claimed_until ?? '') > params.now
    ) {
      throw new BinderyError(
        'claimed-by-other',
        `${offer.claimed_name ?? 'Another operator'} is reviewing this offer.`,
      );
    }
    const released = statement<[string, number], { id: number }>(
      database,
      'SELECT id FROM offer WHERE claimed_by = ? AND id <> ?',
    ).all(params.operatorId, params.offerId);
    statement<[string, number], unknown>(
      database,
      'UPDATE offer SET claimed_by = NULL, claimed_until = NULL WHERE claimed_by = ? AND id <> ?',
    ).run(params.operatorId, params.offerId);
    statement<[string, string, number], unknown>(
      database,
      'UPDATE offer SET claimed_by = ?, claimed_until = ? WHERE id = ?',
    ).run(params.operatorId, params.until, params.offerId);
    return { until: params.until, changed: [params.offerId, ...released.map(({ id }) => id)] };
  },
  'offers.release': (database: WritableDatabase, params: { offerId: number; operatorId: string }) => {
    statement<[number, string], unknown>(
      database,
      'UPDATE offer SET claimed_by = NULL, claimed_until = NULL WHERE id = ? AND claimed_by = ?',
    ).run(params.offerId, params.operatorId);
    return null;
  },
};
