/** What is called at a seller about a change: the marketplace's side of the handshake (reference 1.7). */
import type { ChangeEvent } from '../../../shared/domain/orders/change.ts';
import { isRefusedWith, ProtocolError } from '../protocol/failure.ts';
import { type SellerAddress, type SellerOrdersApi, sellerOrderIdOf } from '../protocol/seller-orders.ts';
import { changeOf } from './change-rows.ts';
import type { Result } from './task-result.ts';
import type { ChangeAnswer, TakenTask } from './task-writes.ts';

/** Answers by which a seller refuses a change: it does not want it, or its system knows no changes. */
const refusals: readonly number[] = [400, 404, 405, 409, 410, 422, 501];

/** Whether an answer to the request for a change refuses it. What is refused later, of the handshake, is no refusal of the change. */
export const refusesChange = (task: TakenTask, status: number): boolean =>
  task.change !== null && task.kind === 'change' && refusals.includes(status);

/**
 * Says that we acknowledge, or asks for the confirmation. The seller has the change by then: when it refuses this call, whether it applies the change is
 * not known, so that a person asks it.
 */
async function agree(
  api: SellerOrdersApi,
  at: SellerAddress,
  agreement: Parameters<SellerOrdersApi['agree']>[1],
): Promise<Result> {
  try {
    await api.agree(at, agreement);
    return { outcome: { kind: 'done' } };
  } catch (error) {
    if (!(error instanceof ProtocolError) || !refusals.some((status) => isRefusedWith(error, status))) throw error;
    const problem = `The seller has the change and refused its ${agreement.agreement.toLowerCase()}: ${error.message}`;
    return { outcome: { kind: 'stopped', problem, code: null }, said: { problem } };
  }
}

/** What an answer means for the change of the task; null when the task is about none. */
export function changeAnswer(
  { change }: TakenTask,
  event: ChangeEvent | null,
  problem: string | null = null,
  sellerRequestId: string | null = null,
): ChangeAnswer | null {
  return change === null ? null : { id: change.id, event, problem, sellerRequestId };
}

/** Asks and acknowledges; asks for the confirmation; or takes the change back. Each may be sent again: the request's id counts once. */
export async function callAboutChange(
  api: SellerOrdersApi,
  task: TakenTask,
  at: SellerAddress,
  kind: 'change' | 'confirm-change' | 'cancel-change',
): Promise<Result> {
  const { order, change } = task;
  if (change === null) return { outcome: { kind: 'done' } };
  const sellerOrderId = sellerOrderIdOf(task, at);
  const changeId = change.seller_request_id ?? change.id;
  if (kind === 'cancel-change') {
    await api.cancelChange(at, { sellerOrderId, changeId, reason: change.reason }).catch((error: unknown) => {
      // it never got there
      if (!isRefusedWith(error, 404)) throw error;
    });
    return { outcome: { kind: 'done' }, changeStep: changeAnswer(task, 'cancel-confirmed') };
  }
  if (kind === 'confirm-change') {
    return await agree(api, at, { sellerOrderId, changeId, agreement: 'Confirmation' });
  }
  const { requestId } = await api
    .requestChange(at, {
      sellerOrderId,
      marketplaceOrderId: order.marketplace_order_id,
      changeId: change.id,
      reason: change.reason,
      change: changeOf(change),
    })
    .catch((error: unknown) => {
      // an earlier try was applied
      if (task.attempts > 1 && isRefusedWith(error, 409)) return { requestId: null };
      throw error;
    });
  const result = await agree(api, at, {
    sellerOrderId,
    changeId: requestId ?? changeId,
    agreement: 'Acknowledgment',
  });
  return { said: { requestId }, ...result, changeStep: changeAnswer(task, null, null, requestId) };
}
