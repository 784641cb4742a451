import type { z } from 'zod';
import type { BindingColumn, BindingRow, bindingFilter } from '../../../shared/contract/bindings.ts';
import type { SkuColumn, SkuRow, skuFilter } from '../../../shared/contract/catalog.ts';
import type {
  NotificationColumn,
  NotificationRow,
  notificationFilter,
} from '../../../shared/contract/notifications.ts';
import type { OfferColumn, OfferRow, offerFilter } from '../../../shared/contract/offers.ts';
import type { OrderColumn, OrderRow, orderFilter } from '../../../shared/contract/orders.ts';
import { client } from '../../connection/connection.ts';
import type { ViewSource } from './types.ts';

const options = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

export const offersSource: ViewSource<OfferRow, z.input<typeof offerFilter>, OfferColumn> = {
  list: 'offers',
  open: (request, signal) => client.call('offers.open', request, options(signal)),
  rows: (request) => client.call('offers.rows', request),
  locate: (request) => client.call('offers.locate', request),
  close: (request) => client.call('offers.close', request),
};

export const bindingsSource: ViewSource<BindingRow, z.input<typeof bindingFilter>, BindingColumn> = {
  list: 'bindings',
  open: (request, signal) => client.call('bindings.open', request, options(signal)),
  rows: (request) => client.call('bindings.rows', request),
  locate: (request) => client.call('bindings.locate', request),
  close: (request) => client.call('bindings.close', request),
};

export const skusSource: ViewSource<SkuRow, z.input<typeof skuFilter>, SkuColumn> = {
  list: 'skus',
  open: (request, signal) => client.call('skus.open', request, options(signal)),
  rows: (request) => client.call('skus.rows', request),
  locate: (request) => client.call('skus.locate', request),
  close: (request) => client.call('skus.close', request),
};

export const ordersSource: ViewSource<OrderRow, z.input<typeof orderFilter>, OrderColumn> = {
  list: 'orders',
  open: (request, signal) => client.call('orders.open', request, options(signal)),
  rows: (request) => client.call('orders.rows', request),
  locate: (request) => client.call('orders.locate', request),
  close: (request) => client.call('orders.close', request),
};

export const notificationsSource: ViewSource<
  NotificationRow,
  z.input<typeof notificationFilter>,
  NotificationColumn
> = {
  list: 'notifications',
  open: (request, signal) => client.call('notifications.open', request, options(signal)),
  rows: (request) => client.call('notifications.rows', request),
  locate: (request) => client.call('notifications.locate', request),
  close: (request) => client.call('notifications.close', request),
};
