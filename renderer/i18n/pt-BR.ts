import { agreements } from './pt-BR/agreements.ts';
import { app } from './pt-BR/app.ts';
import { bindings } from './pt-BR/bindings.ts';
import { catalog } from './pt-BR/catalog.ts';
import { commissions } from './pt-BR/commissions.ts';
import { exposure } from './pt-BR/exposure.ts';
import { grid } from './pt-BR/grid.ts';
import { mapping } from './pt-BR/mapping.ts';
import { matching } from './pt-BR/matching.ts';
import { notifications } from './pt-BR/notifications.ts';
import { offers } from './pt-BR/offers.ts';
import { orderBoard } from './pt-BR/order-board.ts';
import { orderCodes } from './pt-BR/order-codes.ts';
import { orders } from './pt-BR/orders.ts';
import { payments } from './pt-BR/payments.ts';
import { sellers } from './pt-BR/sellers.ts';
import { settings } from './pt-BR/settings.ts';

export const ptBR = {
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
