import { z } from 'zod';
import type { Decision } from '../../../shared/contract/core.ts';
import type { BatchId, DecisionId, Instant, SellerId, SellerSkuId, SkuId } from '../../../shared/domain/brand.ts';
import type { DecisionKind, DecisionState } from '../../../shared/domain/decisions.ts';

/** A decision as it is stored. */
export interface StoredDecision {
  id: string;
  batch_id: string | null;
  kind: string;
  state: string;
  seller_id: string;
  seller_sku_id: string;
  version_id: string | null;
  sku_id: number | null;
  product_id: number | null;
  previous_sku_id: number | null;
  title: string;
  payload: string;
  deny_reason: string | null;
  operator_id: string;
  operator_name: string;
  role: string;
  decided_at: string;
  held_until: string | null;
  attempts: number;
  problem: string | null;
  problem_code: string | null;
  compensates: string | null;
  settled_at: string | null;
}

/** The columns of {@link StoredDecision}, in its order. */
export const decisionColumns = `id, batch_id, kind, state, seller_id, seller_sku_id, version_id, sku_id, product_id, previous_sku_id, title,
  payload, deny_reason, operator_id, operator_name, role, decided_at, held_until, attempts, problem, problem_code, compensates, settled_at`;

const written = z.object({ note: z.string() });

/** The note beside a denial's reason; empty for a denial that takes an unblocking back. */
function noteOf(payload: string): string {
  const { data } = written.safeParse(JSON.parse(payload));
  return data?.note ?? '';
}

/** A stored decision as the contract shows it. The ids and enumerations were written by this program from parsed values. */
export function decisionOf(stored: StoredDecision): Decision {
  return {
    decisionId: stored.id as DecisionId,
    batchId: stored.batch_id as BatchId | null,
    kind: stored.kind as DecisionKind,
    state: stored.state as DecisionState,
    sellerId: stored.seller_id as SellerId,
    sellerSkuId: stored.seller_sku_id as SellerSkuId,
    title: stored.title,
    skuId: stored.sku_id as SkuId | null,
    denyReason: stored.deny_reason,
    denyNote: stored.kind === 'deny' ? noteOf(stored.payload) : '',
    operatorName: stored.operator_name,
    decidedAt: stored.decided_at as Instant,
    heldUntil: stored.held_until as Instant | null,
    attempts: stored.attempts,
    problem: stored.problem,
    compensates: stored.compensates as DecisionId | null,
  };
}
