import { randomBytes } from 'node:crypto';
import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { openActions } from '../../../shared/domain/orders/actions.ts';
import type { EventType } from '../../../shared/domain/orders/flow.ts';
import { isTimeZone } from '../../../shared/domain/orders/windows.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import { hashToken } from '../credentials/directory.ts';
import { sellerFaces } from '../protocol/seller-faces.ts';
import { readSellerKeys, writeSellerKeys } from '../sellers/keys.ts';
import { actorOf, type Session } from '../session.ts';
import { calendarSetting } from './apply.ts';
import type { ChangeMethod } from './change-handlers.ts';
import type { OrderHandlersContext } from './handlers-context.ts';
import { retentionSetting } from './privacy.ts';

type OrderMethod = Exclude<Extract<keyof Handlers<Session>, `orders.${string}`>, ChangeMethod>;

/** Where the storefront's key lives among the settings; only the token's hash. */
export const storefrontSetting = 'orders.storefront';

export function orderHandlers(context: OrderHandlersContext): Pick<Handlers<Session>, OrderMethod> {
  const { database, ambient, desk } = context;
  const now = () => instantOf(ambient.now());

  const detail = async (orderId: number) => {
    const found = await database.read('orders.detail', { orderId });
    if (!found) throw new BinderyError('not-found', 'There is no such order. Refresh the list.', { field: 'orderId' });
    return { ...found, actions: openActions(found.actions, found, ambient.now()) };
  };
  const audit = (session: Session, action: string, orderId: number, details: object = {}) =>
    database.write('audit.append', {
      actor: actorOf(session),
      at: now(),
      action,
      entity: JSON.stringify(['order', orderId]),
      details,
    });
  /** What a person set for all orders. */
  const auditSetting = (session: Session, action: string, subject: string, details: object) =>
    database.write('audit.append', {
      actor: actorOf(session),
      at: now(),
      action,
      entity: JSON.stringify(['orders', subject]),
      details,
    });
  const changed = async (orderId: number) => {
    context.onOrdersChanged([orderId]);
    return detail(orderId);
  };
  /** An event of a person's. @throws BinderyError when it does not fit the order as it is now: a command is refused, not kept */
  async function act(session: Session, orderId: number, type: EventType, states: readonly string[]) {
    const order = await detail(orderId);
    if (!states.includes(order.state))
      throw new BinderyError('already-decided', 'The order has moved on meanwhile. Look at it again.');
    await database.write('orders.apply', {
      events: [
        {
          orderId,
          type,
          key: `${type} ${ambient.uuid()}`,
          at: now(),
          source: 'operator',
          author: actorOf(session).name,
        },
      ],
    });
    await audit(session, type, orderId);
    return changed(orderId);
  }

  const known = (timeZone: string) => {
    if (!isTimeZone(timeZone))
      throw new BinderyError('invalid-request', 'This time zone is not known. Use a name such as America/Sao_Paulo.', {
        field: 'timeZone',
      });
  };

  return {
    'orders.open': (request, { session, signal }) =>
      session.orders.open(
        { filter: request.filter, sort: request.sort, operatorId: session.operator?.operatorId ?? null },
        { first: request.first, replaces: request.replaces, signal },
      ),
    'orders.rows': (request, { session }) => session.orders.rows(request.viewId, request.from, request.to),
    'orders.locate': async (request, { session }) => ({
      position: await session.orders.locate(request.viewId, request.id),
    }),
    'orders.close': (request, { session }) => {
      session.orders.close(request.viewId);
      return {};
    },
    'orders.detail': ({ orderId }) => detail(orderId),
    'orders.counts': (_request, { signal }) => database.read('orders.counts', { now: now() }, { signal, long: true }),
    'orders.flow': (_request, { signal }) => database.read('orders.flow', { now: now() }, { signal, long: true }),
    'orders.reveal': async ({ orderId, messageId }, { session }) => {
      const sealed = await database.read('orders.sealed', { orderId, messageId: messageId ?? null });
      await audit(session, messageId === undefined ? 'reveal buyer' : 'reveal message', orderId, {
        messageId: messageId ?? null,
      });
      const open = (text: string | null) => (text === null ? null : context.sealer.unseal(text));
      return { buyer: open(sealed.buyer), body: open(sealed.body), answer: open(sealed.answer) };
    },
    'orders.place': async ({ order }, { session }) => {
      const { orders, created } = await desk.handOver(order, actorOf(session).name);
      for (const { id } of orders) await audit(session, created ? 'place order' : 'place order again', id);
      return { ids: orders.map(({ id }) => id) };
    },
    'orders.pay': async ({ orderId, approved }, { session }) => {
      const { groupId } = await detail(orderId);
      await desk.payment(groupId, approved);
      await audit(session, approved ? 'approve payment' : 'deny payment', orderId);
      return {};
    },
    'orders.cancel': async ({ orderId, reason }, { session }) => {
      const order = await detail(orderId);
      if (!order.actions.includes('cancel'))
        throw new BinderyError(
          'already-decided',
          order.state === 'partially-invoiced'
            ? 'A partly invoiced order is not cancelled; it can only be changed.'
            : 'This order cannot be cancelled any more. An invoiced one comes back by a return invoice.',
        );
      const { verdict } = await database.write('orders.requestCancel', {
        orderId,
        requestId: ambient.uuid(),
        now: now(),
        by: actorOf(session).name,
        byUser: false,
        reason,
        source: 'operator',
      });
      await audit(session, 'cancel order', orderId, { verdict });
      return changed(orderId);
    },
    'orders.voidInvoice': async ({ orderId, number, reason }, { session }) => {
      await database.write('orders.voidInvoice', {
        orderId,
        number,
        reason,
        now: now(),
        by: actorOf(session).name,
        key: `invoice-voided ${ambient.uuid()}`,
      });
      await audit(session, 'take invoice out', orderId, { number });
      return changed(orderId);
    },
    'orders.acceptDivergence': async ({ orderId }, { session }) => {
      if (!(await detail(orderId)).actions.includes('accept-divergence'))
        throw new BinderyError('already-decided', 'Nothing of this order waits to be accepted. Look at it again.');
      return act(session, orderId, 'divergence-accepted', ['divergence-waiting', 'placement-failed']);
    },
    'orders.retry': async ({ orderId }, { session }) => {
      const order = await detail(orderId);
      if (order.state === 'placement-failed') return act(session, orderId, 'placement-retried', ['placement-failed']);
      await database.write('orderTasks.retry', { orderId, now: now() });
      await audit(session, 'retry', orderId);
      return changed(orderId);
    },
    'orders.markSeen': async ({ orderId }, { session }) => {
      await database.write('orders.seen', { orderId, now: now() });
      await audit(session, 'saw what did not fit', orderId);
      return changed(orderId);
    },
    'orders.settle': async ({ orderId, reason }, { session }) => {
      const order = await detail(orderId);
      if (!order.actions.includes('settle'))
        throw new BinderyError('already-decided', 'The two sides of this order do not contradict each other.', {
          field: 'orderId',
        });
      await database.write('orders.settle', { orderId, reason, now: now() });
      await audit(session, 'settle by hand', orderId, { reason });
      return changed(orderId);
    },
    'orders.addNote': async ({ orderId, text }, { session }) => {
      await detail(orderId);
      const { operatorId, name } = actorOf(session);
      await database.write('orders.addNote', { orderId, now: now(), operatorId, author: name, text });
      return changed(orderId);
    },
    'orders.erase': async ({ orderId }, { session }) => {
      const { groupId } = await detail(orderId);
      const ids = await database.write('orders.erase', { groupId, now: now() });
      await audit(session, 'erase buyer', orderId);
      context.onOrdersChanged(ids);
      return detail(orderId);
    },
    'orders.intake': () => context.intake.status(),
    'orders.setIntake': async ({ isOn, hook }, { session }) => {
      const intake = await context.intake.set(isOn, hook);
      await auditSetting(
        session,
        isOn ? 'take orders of the backend' : 'take no more orders of the backend',
        'intake',
        {
          hook: intake.hook,
        },
      );
      return intake;
    },
    'orders.takeAgain': async ({ orderId }, { session }) => {
      const intake = await context.intake.again(orderId);
      await auditSetting(session, 'take an order of the backend again', orderId, {});
      return intake;
    },
    'orders.retention': async () => {
      const days = (await database.read('settings.all', {}))[retentionSetting];
      return { days: typeof days === 'number' ? days : null };
    },
    'orders.setRetention': async ({ days }, { session }) => {
      await database.write('settings.set', { values: { [retentionSetting]: days } });
      await auditSetting(session, 'set retention', 'retention', { days });
      return {};
    },
    'orders.assign': async ({ orderId, operatorId, was }, { session }) => {
      const names = await database.write('orders.assign', { orderId, operatorId, was });
      await audit(session, 'assign order', orderId, names);
      return changed(orderId);
    },
    'orders.windows': () => database.read('orders.windows', {}),
    'orders.setCalendar': async (calendar, { session }) => {
      known(calendar.timeZone);
      await database.write('settings.set', { values: { [calendarSetting]: calendar } });
      await auditSetting(session, 'set calendar', 'calendar', calendar);
      return {};
    },
    'orders.setWindow': async (rule, { session }) => {
      if (rule.timeZone !== null) known(rule.timeZone);
      await database.write('orders.setWindow', { ...rule, author: actorOf(session).name, now: now() });
      await auditSetting(session, 'set window', 'windows', rule);
      return database.read('orders.windows', {});
    },
    'orders.seller': async ({ sellerId }) => {
      const address = await database.read('orders.sellerAddress', { sellerId });
      return {
        face: sellerFaces.find((face) => face === address.face) ?? 'external',
        baseUrl: address.base_url,
        affiliateId: address.affiliate_id,
        hasKeys: (await readSellerKeys(context.secrets, sellerId)) !== undefined,
      };
    },
    'orders.setSeller': async ({ sellerId, face, baseUrl, affiliateId, keys }, { session }) => {
      if (face !== 'external' && affiliateId === null)
        throw new BinderyError('invalid-request', 'A store on the platform knows the marketplace by an affiliate.', {
          field: 'affiliateId',
        });
      await database.write('orders.setSeller', { sellerId, face, baseUrl, affiliateId, author: actorOf(session).name });
      if (keys !== undefined) await writeSellerKeys(context.secrets, sellerId, keys);
      // what became of its keys, never which they are
      await auditSetting(session, 'set how a seller takes orders', sellerId, {
        face,
        baseUrl,
        affiliateId,
        keys: keys === undefined ? 'as before' : keys === null ? 'forgotten' : 'given',
      });
      return {};
    },
    'orders.issueStorefrontToken': async (_request, { session }) => {
      const appKey = `storefront-${randomBytes(4).toString('hex')}`;
      const appToken = randomBytes(32).toString('base64url');
      await database.write('settings.set', {
        values: { [storefrontSetting]: { appKey, tokenHash: hashToken(appToken) } },
      });
      await auditSetting(session, 'issue a key of the storefront', 'storefront', { appKey });
      return { appKey, appToken };
    },
  };
}
