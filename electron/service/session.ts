import type { BindingRow } from '../../shared/contract/bindings.ts';
import type { SkuRow } from '../../shared/contract/catalog.ts';
import type { NotificationRow } from '../../shared/contract/notifications.ts';
import type { OfferRow } from '../../shared/contract/offers.ts';
import type { OrderRow } from '../../shared/contract/orders.ts';
import type { OperatorId } from '../../shared/domain/brand.ts';
import { BinderyError } from '../../shared/domain/errors.ts';
import type { Role } from '../../shared/domain/roles.ts';
import { type BindingViewParams, isRare } from './bindings/reads.ts';
import type { SkuViewParams } from './catalog/reads.ts';
import type { ServiceDatabase } from './database/threads.ts';
import type { Preview } from './decisions/bulk-writes.ts';
import type { Actor } from './decisions/writes.ts';
import type { Events } from './events.ts';
import type { NotificationViewParams } from './notifications/view.ts';
import { isSortedWhole, type OfferViewParams } from './offers/view.ts';
import type { OrderViewParams } from './orders/view.ts';
import { Views } from './views.ts';

/** What the service knows about one connected window. */
export interface Session {
  operator: { readonly operatorId: OperatorId; readonly name: string; readonly role: Role } | null;
  /** Signed in by a token of the console: this operator, and nobody else. */
  readonly byToken: boolean;
  readonly offers: Views<OfferViewParams, OfferRow>;
  readonly bindings: Views<BindingViewParams, BindingRow>;
  readonly skus: Views<SkuViewParams, SkuRow>;
  readonly orders: Views<OrderViewParams, OrderRow>;
  /** Bulk commands that were looked at and not yet given, by their id. */
  readonly previews: Map<string, Preview>;
  readonly notifications: Views<NotificationViewParams, NotificationRow>;
}

/** A session over the database; `emit` reaches its window only. */
export function createSession(
  database: ServiceDatabase,
  emit: Events['emit'],
  operator: Session['operator'] = null,
): Session {
  return {
    operator,
    byToken: operator !== null,
    previews: new Map(),
    offers: new Views(
      {
        first: (params, limit, signal) =>
          database.read('offers.first', { ...params, limit }, { signal, long: isSortedWhole(params) }),
        all: (params, signal) => database.read('offers.all', params, { signal, long: true }),
        rows: (ids) => database.read('offers.rows', { ids }),
      },
      emit,
    ),
    bindings: new Views(
      {
        first: (params, limit, signal) =>
          database.read('bindings.first', { ...params, limit }, { signal, long: isRare(params) }),
        all: (params, signal) => database.read('bindings.all', params, { signal, long: true }),
        rows: (ids) => database.read('bindings.rows', { ids }),
      },
      emit,
    ),
    skus: new Views(
      {
        first: (params, limit, signal) => database.read('skus.first', { ...params, limit }, { signal }),
        all: (params, signal) => database.read('skus.all', params, { signal, long: true }),
        rows: (ids) => database.read('skus.rows', { ids }),
      },
      emit,
    ),
    orders: new Views(
      {
        first: (params, limit, signal) => database.read('orders.first', { ...params, limit }, { signal }),
        all: (params, signal) => database.read('orders.all', params, { signal, long: true }),
        rows: (ids) => database.read('orders.rows', { ids }),
      },
      emit,
    ),
    notifications: new Views(
      {
        first: (params, limit, signal) => database.read('notifications.first', { ...params, limit }, { signal }),
        all: (params, signal) => database.read('notifications.all', params, { signal, long: true }),
        rows: (ids) => database.read('notifications.rows', { ids }),
      },
      emit,
    ),
  };
}

/** The operator of a session, for commands. @throws BinderyError `not-signed-in` */
export function actorOf(session: Session): Actor & { readonly operatorId: OperatorId } {
  if (!session.operator) throw new BinderyError('not-signed-in', 'Say who you are first.');
  return session.operator;
}

/** Lets go of what a closed window held. */
export function endSession(session: Session): void {
  session.offers.closeAll();
  session.bindings.closeAll();
  session.skus.closeAll();
  session.orders.closeAll();
  session.previews.clear();
  session.notifications.closeAll();
}
