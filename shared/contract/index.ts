import type { z } from 'zod';
import { access } from './access.ts';
import { agreements } from './agreements.ts';
import { bindings } from './bindings.ts';
import { catalog } from './catalog.ts';
import { commissions } from './commissions.ts';
import { credentials } from './credentials.ts';
import { exposure } from './exposure.ts';
import { mapping } from './mapping.ts';
import { matching } from './matching.ts';
import { notifications } from './notifications.ts';
import { offers } from './offers.ts';
import { orders } from './orders.ts';
import { payments } from './payments.ts';
import { sellers } from './sellers.ts';
import { workspace } from './workspace.ts';

/** Every method of the service, by name. */
export const methods = {
  'offers.open': offers.view.open,
  'offers.rows': offers.view.rows,
  'offers.locate': offers.view.locate,
  'offers.close': offers.view.close,
  ...offers.methods,
  'bindings.open': bindings.view.open,
  'bindings.rows': bindings.view.rows,
  'bindings.locate': bindings.view.locate,
  'bindings.close': bindings.view.close,
  ...bindings.methods,
  'skus.open': catalog.view.open,
  'skus.rows': catalog.view.rows,
  'skus.locate': catalog.view.locate,
  'skus.close': catalog.view.close,
  ...catalog.methods,
  'orders.open': orders.view.open,
  'orders.rows': orders.view.rows,
  'orders.locate': orders.view.locate,
  'orders.close': orders.view.close,
  ...orders.methods,
  'notifications.open': notifications.view.open,
  'notifications.rows': notifications.view.rows,
  'notifications.locate': notifications.view.locate,
  'notifications.close': notifications.view.close,
  ...notifications.methods,
  ...exposure.methods,
  ...sellers.methods,
  ...credentials.methods,
  ...mapping.methods,
  ...matching.methods,
  ...commissions.methods,
  ...payments.methods,
  ...agreements.methods,
  ...workspace.methods,
  ...access.methods,
};

export type Methods = typeof methods;
export type MethodName = keyof Methods;
/** What a caller passes. */
export type RequestOf<Name extends MethodName> = z.input<Methods[Name]['request']>;
/** What a handler receives, parsed. */
export type ParsedRequestOf<Name extends MethodName> = z.output<Methods[Name]['request']>;
/** What a caller gets. */
export type ReplyOf<Name extends MethodName> = z.output<Methods[Name]['reply']>;
/** What a handler answers with. */
export type HandlerReplyOf<Name extends MethodName> = z.output<Methods[Name]['reply']>;
