import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { type OrderChange, outcomeOf } from '../../../shared/domain/orders/change.ts';
import { exposureFor } from '../../../shared/domain/orders/exposure.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import { actorOf, type Session } from '../session.ts';
import type { CartSimulator } from './cart-simulator.ts';
import { usualDelivery } from './cart-simulator.ts';
import type { OrderHandlersContext } from './handlers-context.ts';
import type { SplitItem } from './handover.ts';
import type { Buyer } from './place-body.ts';
import { compareQuotes } from './quotes.ts';

export type ChangeMethod =
  | 'orders.previewChange'
  | 'orders.requestChange'
  | 'orders.decideChange'
  | 'orders.cancelChange'
  | 'orders.alternatives'
  | 'orders.changeSeller';

export interface ChangeHandlersContext extends OrderHandlersContext {
  readonly carts: CartSimulator;
  /** By seller; computed at intervals. */
  readonly scores: () => Promise<Readonly<Record<string, number>>>;
}

/** What a preview takes from memory. Milliseconds. */
const previewAge = 30_000;

export function changeHandlers(context: ChangeHandlersContext): Pick<Handlers<Session>, ChangeMethod> {
  const { database, ambient, carts } = context;
  const now = () => instantOf(ambient.now());
  const audit = (session: Session, action: string, orderId: number, details: object = {}) =>
    database.write('audit.append', {
      actor: actorOf(session),
      at: now(),
      action,
      entity: JSON.stringify(['order', orderId]),
      details,
    });

  /** Where the order goes: the buyer's postal code and country, never more of it. */
  function destination(buyerSealed: string | null): { postalCode: string | null; country: string | null } {
    const text = buyerSealed === null ? null : context.sealer.unseal(buyerSealed);
    if (text === null) return { postalCode: null, country: null };
    // sealed by this program from a parsed hand-over
    const { address } = JSON.parse(text) as Buyer;
    return { postalCode: address.postalCode, country: address.country };
  }

  async function alternatives(orderId: number, only?: string) {
    const found = await database.read('orders.alternatives', { orderId });
    if (!found) throw new BinderyError('not-found', 'There is no such order.', { field: 'orderId' });
    const { order, sellers: all, categoryId } = found;
    const sellers = only === undefined ? all : all.filter(({ sellerId }) => sellerId === only);
    const to = destination(found.buyerSealed);
    const said = await carts.simulate(
      sellers.map(({ sellerId, lines }) => ({
        sellerId,
        salesChannel: order.sales_channel,
        cart: { items: lines.map(({ sellerSkuId, quantity }) => ({ id: sellerSkuId, quantity })), ...to },
      })),
    );
    const scores = await context.scores();
    const rules = await database.read('exposure.rules', {});
    const categoryIds = categoryId === null ? [] : await database.read('exposure.categories', { categoryId });
    const compared = compareQuotes(
      sellers.flatMap((seller, index) => {
        const quote = said[index];
        return quote === undefined
          ? []
          : [{ quote, name: seller.name, lines: seller.lines, score: scores[seller.sellerId] ?? 100 }];
      }),
      exposureFor(rules, categoryIds),
      order.currency,
    );
    return { order, sellers, said, compared };
  }

  return {
    async 'orders.previewChange'({ orderId, change }) {
      const found = await database.read('orderChanges.base', { orderId });
      if (!found) throw new BinderyError('not-found', 'There is no such order.', { field: 'orderId' });
      const { order, base } = found;
      const outcome = outcomeOf(base, change);
      const asked = outcome.stock.filter(({ delta }) => delta > 0);
      const [quote] =
        asked.length === 0
          ? []
          : await carts.simulate(
              [
                {
                  sellerId: order.seller_id,
                  salesChannel: order.sales_channel,
                  cart: {
                    items: asked.map(({ sellerSkuId, delta }) => ({ id: sellerSkuId, quantity: delta })),
                    ...destination(found.buyerSealed),
                  },
                },
              ],
              previewAge,
            );
      const money = (minor: number) => ({ minor, currency: order.currency });
      return {
        before: money(order.total),
        after: money(outcome.totalMinor),
        difference: money(outcome.differenceMinor),
        problem: outcome.problem,
        problemSku: outcome.problemSku,
        stock: outcome.stock.map((line) => {
          const at = asked.indexOf(line);
          const said = quote?.state === 'answered' ? quote.items[at] : undefined;
          return {
            ...line,
            available: at < 0 || said === undefined ? null : said.stock,
            priceNow: at < 0 || said?.priceMinor == null ? null : money(said.priceMinor),
          };
        }),
      };
    },
    async 'orders.requestChange'({ orderId, change, reason }, { session }) {
      const changeId = ambient.uuid();
      const asked: OrderChange = change;
      await database.write('orderChanges.request', {
        orderId,
        changeId,
        change: asked,
        reason,
        now: now(),
        by: actorOf(session).name,
      });
      await audit(session, 'ask for a change', orderId, { changeId });
      context.onOrdersChanged([orderId]);
      return {};
    },
    async 'orders.decideChange'({ orderId, changeId, accept, reason }, { session }) {
      await database.write('orderChanges.decide', {
        orderId,
        changeId,
        accept,
        reason,
        now: now(),
        by: actorOf(session).name,
      });
      await audit(session, accept ? 'accept a change' : 'refuse a change', orderId, { changeId });
      context.onOrdersChanged([orderId]);
      return {};
    },
    async 'orders.cancelChange'({ orderId, changeId }, { session }) {
      await database.write('orderChanges.cancel', { orderId, changeId, now: now(), by: actorOf(session).name });
      await audit(session, 'take a change back', orderId, { changeId });
      context.onOrdersChanged([orderId]);
      return {};
    },
    async 'orders.alternatives'({ orderId }) {
      const { order, compared } = await alternatives(orderId);
      return { ...compared, paid: { minor: order.total, currency: order.currency } };
    },
    async 'orders.changeSeller'({ orderId, sellerId }, { session }) {
      // asked again: what was shown may be minutes old
      const { sellers, said, compared } = await alternatives(orderId, sellerId);
      const [seller] = sellers;
      const [quote] = said;
      const [shown] = compared.quotes;
      if (seller === undefined || quote === undefined || shown === undefined)
        throw new BinderyError('not-found', 'This seller does not sell everything in the order.', {
          field: 'sellerId',
        });
      if (!shown.available)
        throw new BinderyError(
          'not-allowed',
          `This seller cannot take the order now: ${shown.problem ?? 'not everything is available'}.`,
          { field: 'sellerId' },
        );
      const items = seller.lines.map((line, index): SplitItem => {
        const answer = quote.items[index];
        const delivery = answer === undefined ? null : usualDelivery(answer);
        return {
          skuId: line.skuId,
          sellerSkuId: line.sellerSkuId,
          name: line.name,
          quantity: line.quantity,
          priceMinor: answer?.priceMinor ?? 0,
          freightMinor: delivery?.priceMinor ?? 0,
          sla: delivery?.id ?? '',
          estimate: delivery?.estimate ?? null,
          commission: 0,
          freightCommission: 0,
        };
      });
      const id = await database.write('orders.moveToSeller', {
        orderId,
        sellerId,
        items,
        now: now(),
        by: actorOf(session).name,
      });
      await audit(session, 'change seller', orderId, { sellerId, newOrder: id });
      context.events.emit('list.changed', { list: 'orders' });
      context.onOrdersChanged([orderId, id]);
      return { orderId: id };
    },
  };
}
