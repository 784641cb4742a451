/** The payments gateway: payment systems and conditions ("rules") of the marketplace, and of stores on the platform. */
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { invalidField, notFound } from '../errors.ts';
import { bool, type Fields, fields } from '../input.ts';
import { affiliateOf, type PaymentRules, paymentSystems } from '../payment-state.ts';
import { storeKey } from './seller-orders.ts';

function ruleRoutes(
  app: FastifyInstance,
  base: string,
  rulesOf: (sellerId: string) => PaymentRules,
  changed: (kind: string, id: unknown) => void,
) {
  type At = { sellerId: string; id: string };
  const one = ({ sellerId, id }: At): Fields => {
    const rule = rulesOf(sellerId).get(id);
    if (rule === undefined) throw notFound(`rule ${id}`);
    return rule;
  };
  app.get<{ Params: At }>(base, async ({ params }) => rulesOf(params.sellerId).list());
  app.get<{ Params: At }>(`${base}/:id`, async ({ params }) => one(params));
  app.post<{ Params: At; Body: unknown }>(base, async ({ params, body }) => {
    const rule = rulesOf(params.sellerId).insert(fields(body));
    changed('rule.create', rule.id);
    return rule;
  });
  app.put<{ Params: At; Body: unknown }>(`${base}/:id`, async ({ params, body }) => {
    one(params);
    const rule = rulesOf(params.sellerId).replace(params.id, fields(body));
    changed('rule.update', rule.id);
    return rule;
  });
  app.delete<{ Params: At }>(`${base}/:id`, async ({ params }, reply) => {
    one(params);
    rulesOf(params.sellerId).remove(params.id);
    changed('rule.delete', params.id);
    return reply.code(200).send();
  });
}

export function paymentRoutes(app: FastifyInstance, { state }: Context): void {
  const record = (kind: string, ruleId: unknown) => state().record(kind, { ruleId });
  app.get('/api/pvt/merchants/payment-systems', async () => paymentSystems);
  ruleRoutes(app, '/api/pvt/rules', () => state().payments, record);
  app.register(async (scope) => {
    scope.addHook<{ Params: { sellerId: string } }>('onRequest', async (request) => storeKey(state(), request));
    ruleRoutes(scope, '/stores/:sellerId/api/pvt/rules', (sellerId) => state().storePayments(sellerId), record);
    const affiliate = '/stores/:sellerId/api/fulfillment/pvt/affiliates/:id';
    const of = (sellerId: string, id: string) => {
      if (!/^[B-DF-HJ-NP-TV-Z]{3}$/.test(id)) throw invalidField('affiliateId', 'must be three consonants');
      const key = `${sellerId}/${id}`;
      const kept = state().affiliates.get(key) ?? affiliateOf(id);
      state().affiliates.set(key, kept);
      return kept;
    };
    scope.get<{ Params: { sellerId: string; id: string } }>(affiliate, async ({ params }) =>
      of(params.sellerId, params.id),
    );
    scope.put<{ Params: { sellerId: string; id: string }; Body: unknown }>(affiliate, async ({ params, body }) => {
      const given = fields(body);
      if (bool(given, 'useSellerPaymentMethod') === undefined)
        throw invalidField('useSellerPaymentMethod', 'must be true or false');
      const next = { ...of(params.sellerId, params.id), ...given, id: params.id };
      state().affiliates.set(`${params.sellerId}/${params.id}`, next);
      state().record('affiliate.update', { sellerId: params.sellerId });
      return next;
    });
  });
}
