import { useEffect, useState } from 'react';
import type { OfferId } from '../../shared/domain/brand.ts';
import { claimMilliseconds } from '../../shared/domain/decisions.ts';
import type { BinderyError } from '../../shared/domain/errors.ts';
import { client, useConnection } from '../connection/connection.ts';
import { asBinderyError } from '../connection/hooks.ts';

interface Claim {
  readonly until: string | null;
  readonly error: BinderyError | null;
}

/** Claims the offer while it is open, so that no two operators review the same one; lets it go afterwards. */
export function useClaim(offerId: OfferId, wanted: boolean): Claim {
  const epoch = useConnection((connection) => connection.epoch);
  const [claim, setClaim] = useState<Claim>({ until: null, error: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the service forgets nothing, but a new connection claims anew
  useEffect(() => {
    if (!wanted) return;
    let held = false;
    let gone = false;
    const take = async () => {
      try {
        const { until } = await client.call('offers.claim', { offerId });
        held = true;
        if (gone) release();
        else setClaim({ until, error: null });
      } catch (thrown) {
        const error = asBinderyError(thrown);
        if (!gone && error.code !== 'disconnected') setClaim({ until: null, error });
      }
    };
    const release = () => {
      held = false;
      void client.call('offers.release', { offerId }).catch(() => undefined);
    };
    // whoever runs down the list with the arrow keys claims only where they stop
    const start = setTimeout(() => void take(), 180);
    const renewal = setInterval(() => void take(), claimMilliseconds / 2);
    return () => {
      gone = true;
      clearTimeout(start);
      clearInterval(renewal);
      if (held) release();
    };
  }, [offerId, wanted, epoch]);
  return claim;
}
