import { agreements } from './es/agreements.ts';
import { app } from './es/app.ts';
import { bindings } from './es/bindings.ts';
import { catalog } from './es/catalog.ts';
import { commissions } from './es/commissions.ts';
import { exposure } from './es/exposure.ts';
import { grid } from './es/grid.ts';
import { mapping } from './es/mapping.ts';
import { matching } from './es/matching.ts';
import { notifications } from './es/notifications.ts';
import { offers } from './es/offers.ts';
import { orderBoard } from './es/order-board.ts';
import { orderCodes } from './es/order-codes.ts';
import { orders } from './es/orders.ts';
import { payments } from './es/payments.ts';
import { sellers } from './es/sellers.ts';
import { settings } from './es/settings.ts';

export const es = {
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
