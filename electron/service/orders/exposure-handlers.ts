import { instantOf, type SellerId } from '../../../shared/domain/brand.ts';
import type { ExposureRule } from '../../../shared/domain/orders/exposure.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import { actorOf, type Session } from '../session.ts';
import { type CartsContext, simulateCart } from './cart.ts';
import type { OrderHandlersContext } from './handlers-context.ts';

type ExposureMethod = Extract<keyof Handlers<Session>, `exposure.${string}`>;

export function exposureHandlers(
  context: OrderHandlersContext & CartsContext,
): Pick<Handlers<Session>, ExposureMethod> {
  const { database, ambient } = context;
  const rules = async () => ({
    rules: (await database.read('exposure.rules', {})).map((rule) => ({
      ...rule,
      weights: { ...rule.weights },
      excludedSellers: [...rule.excludedSellers],
    })),
  });
  async function set(session: Session, rule: ExposureRule, remove: boolean) {
    const actor = actorOf(session);
    const now = instantOf(ambient.now());
    await database.write('exposure.setRule', { rule, remove, author: actor.name, now });
    await database.write('audit.append', {
      actor,
      at: now,
      action: remove ? 'remove exposure rule' : 'set exposure rule',
      entity: JSON.stringify(['exposure', rule.categoryId]),
      details: remove ? {} : { ...rule },
    });
    return rules();
  }
  return {
    'exposure.simulate': (request) => simulateCart(context, request),
    'exposure.rules': rules,
    'exposure.setRule': (rule, { session }) => set(session, rule, false),
    'exposure.removeRule': ({ categoryId }, { session }) =>
      set(
        session,
        {
          categoryId,
          weights: { price: 0, total: 0, delivery: 0, score: 0, stock: 0 },
          excludedSellers: [],
          minimumStock: 0,
          minimumScore: 0,
          longestDeliveryHours: null,
        },
        true,
      ),
    'exposure.whatIf': async (request, { signal }) => {
      const found = await database.read(
        'exposure.whatIf',
        { rules: request.rules, scores: await context.scores() },
        { signal, long: true },
      );
      const names = new Map(
        (await database.read('sellers.list', { text: '' })).map(({ sellerId, name }) => [String(sellerId), name]),
      );
      // ids of rows of the register
      const id = (sellerId: string | null) => sellerId as SellerId | null;
      return {
        skus: found.skus,
        changed: found.changed,
        sellers: found.sellers.map(({ sellerId, before, after }) => ({
          sellerId: sellerId as SellerId,
          name: names.get(sellerId) ?? sellerId,
          before,
          after,
        })),
        samples: found.samples.map(({ skuId, name, before, after }) => ({
          skuId: skuId as never, // of a row of the catalogue
          name,
          before: id(before),
          after: id(after),
        })),
      };
    },
  };
}
