/** What sellers report about orders, parsed, and what they are answered. */
import type { OrderChange } from '../../../shared/domain/orders/change.ts';
import type { EventType } from '../../../shared/domain/orders/flow.ts';
import type { Agreement } from '../protocol/seller-orders.ts';
import type { StoredMessage } from './writes.ts';

export type SellerReport =
  | {
      readonly kind: 'invoice';
      readonly isReturn: boolean;
      readonly number: string;
      readonly value: number;
      readonly issuedAt: string | null;
      readonly courier: string | null;
      readonly trackingNumber: string | null;
      readonly trackingUrl: string | null;
      readonly items: string;
    }
  | {
      readonly kind: 'tracking';
      readonly number: string;
      readonly courier: string;
      readonly trackingNumber: string;
      readonly trackingUrl: string | null;
      readonly dispatchedAt: string | null;
    }
  | {
      readonly kind: 'tracking-status';
      readonly number: string;
      readonly isDelivered: boolean;
      readonly events: readonly { at: string | null; city: string | null; state: string | null; description: string }[];
    }
  /** What could not be read: kept, because its seller will ask about it. */
  | { readonly kind: 'unreadable'; readonly field: string; readonly message: string }
  | { readonly kind: 'cancel'; readonly reason: string }
  | { readonly kind: 'handling' }
  | { readonly kind: 'deny-cancellation'; readonly reason: string }
  | { readonly kind: 'agreement'; readonly changeId: string; readonly agreement: Agreement }
  /** A change that the seller asks for. `sameAs`: what tells it apart when it has no id of its own. */
  | {
      readonly kind: 'proposal';
      readonly requestId: string | null;
      readonly sameAs: string;
      readonly reason: string;
      readonly change: OrderChange;
    }
  | {
      readonly kind: 'result';
      readonly type: EventType | null;
      readonly operationId: string;
      readonly sellerOrderId: string | null;
      readonly code: string;
      readonly problem: string | null;
    };

export interface ReportRequest {
  readonly marketplaceOrderId: string;
  /** Whose key the call carries: the order has to be that seller's. */
  readonly sellerId: string;
  readonly report: SellerReport;
  readonly at: string;
  readonly receipt: string;
  readonly message: StoredMessage;
}

/** `messageId`: what the answer is kept beside; `orderId`: which order it is of, where there is one. */
export type ReportAnswer = { readonly messageId?: number; readonly orderId?: number } & (
  | {
      readonly kind: 'taken';
      readonly orderId: number;
      readonly receipt: string;
      readonly fits: boolean;
      readonly note: string | null;
    }
  | { readonly kind: 'unknown-order' }
  | { readonly kind: 'refused'; readonly field: string; readonly message: string }
);
