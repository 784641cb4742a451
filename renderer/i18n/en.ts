import { agreements } from './en/agreements.ts';
import { app } from './en/app.ts';
import { bindings } from './en/bindings.ts';
import { catalog } from './en/catalog.ts';
import { commissions } from './en/commissions.ts';
import { exposure } from './en/exposure.ts';
import { grid } from './en/grid.ts';
import { mapping } from './en/mapping.ts';
import { matching } from './en/matching.ts';
import { notifications } from './en/notifications.ts';
import { offers } from './en/offers.ts';
import { orderBoard } from './en/order-board.ts';
import { orderCodes } from './en/order-codes.ts';
import { orders } from './en/orders.ts';
import { payments } from './en/payments.ts';
import { sellers } from './en/sellers.ts';
import { settings } from './en/settings.ts';

export const en = {
  app,
  grid,
  offers,
  orders,
  orderBoard,
  orderCodes,
  notifications,
  bindings,
  catalog,
  sellers,
  mapping,
  matching,
  commissions,
  payments,
  agreements,
  exposure,
  settings,
};
