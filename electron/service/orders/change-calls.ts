/** What is called at a seller about a change: the marketplace's side of the handshake (reference 1.7). */
import type { ChangeEvent } from '../../../shared/domain/orders/change.ts';
import { isRefusedWith } from '../protocol/failure.ts';
import { type SellerAddress, type SellerOrdersApi, sellerOrderIdOf } from '../protocol/seller-orders.ts';
import { changeOf } from './change-rows.ts';
import type { Result } from './task-result.ts';
import type { ChangeAnswer, TakenTask } from './task-writes.ts';

/** Answers by which a seller refuses a change: it does not want it, or its system knows no changes. */
const refusals: readonly number[] = [400, 404, 405, 409, 410, 422, 501];

export const refusesChange = (task: TakenTask, status: number): boolean =>
  task.change !== null && task.kind !== 'cancel-change' && refusals.includes(status);

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
    await api.agree(at, { sellerOrderId, changeId, agreement: 'Confirmation' });
    return { outcome: { kind: 'done' } };
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
  await api.agree(at, { sellerOrderId, changeId: requestId ?? changeId, agreement: 'Acknowledgment' });
  return { outcome: { kind: 'done' }, said: { requestId }, changeStep: changeAnswer(task, null, null, requestId) };
}
