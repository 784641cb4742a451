import { instantOf } from '../../../shared/domain/brand.ts';
import type { AccessLine } from '../endpoints/types.ts';
import type { Refusals } from './writes.ts';

/** Different reasons gathered between two writes at most: a flood of made-up sellers must fill neither memory nor disk. */
const mostGathered = 500;

export interface RefusalGatherer {
  /** Counts a call when it was refused. */
  note(line: AccessLine, now: number): void;
  /** What was gathered since the last time. */
  take(): Refusals[];
}

/** Gathers refused calls by minute, seller, reason, route and address. */
export function createRefusalGatherer(): RefusalGatherer {
  let gathered = new Map<string, Refusals>();
  return {
    note({ status, code, route, sellerId, address }, now) {
      if (code === null) return;
      const minute = Math.floor(now / 60_000) * 60;
      const about = { minute, sellerId: sellerId ?? '', status, code, route, address };
      let key = JSON.stringify(about);
      let known = gathered.get(key);
      let what = about;
      if (known === undefined && gathered.size >= mostGathered) {
        // the rest is counted together
        what = { ...about, sellerId: '', route: 'various', address: 'various' };
        key = JSON.stringify(what);
        known = gathered.get(key);
      }
      gathered.set(key, { ...what, count: (known?.count ?? 0) + 1, lastAt: instantOf(now) });
    },
    take() {
      const taken = [...gathered.values()];
      gathered = new Map();
      return taken;
    },
  };
}
