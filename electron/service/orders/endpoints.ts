/** What sellers and the storefront call about orders (reference 2.1, M7 to M13): every path, verb and spelling seen in practice. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cartRequest } from '../../../shared/contract/exposure.ts';
import type { ParsedRequestOf, ReplyOf } from '../../../shared/contract/index.ts';
import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { meaningOf, sellerCodeOf } from '../../../shared/domain/orders/codes.ts';
import type { Ambient, Log } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import { bodyBytes } from '../endpoints/body.ts';
import { createGroupCommit } from '../endpoints/group-commit.ts';
import type { Gate } from '../endpoints/types.ts';
import { createAnswers } from './answers.ts';
import {
  agreementBody,
  camel,
  cancelBody,
  changeBody,
  hookBody,
  invoiceBody,
  parseBody,
  paymentBody,
  pingBody,
  resultBody,
  trackingBody,
  trackingStatusBody,
} from './bodies.ts';
import type { OrderDesk } from './desk.ts';
import { hashOf } from './handover.ts';
import { hookHeader, hookPath, type OrderIntake } from './intake.ts';
import type { ReportAnswer, ReportRequest, SellerReport } from './reports.ts';

export interface OrderEndpointsOptions {
  readonly database: ServiceDatabase;
  readonly desk: OrderDesk;
  readonly sealer: { seal(text: string): string };
  readonly ambient: Ambient;
  readonly log: Log;
  /** Who calls, how often, and whether it is signed. */
  readonly gate: Gate;
  /** A cart at every seller of its SKUs. */
  readonly simulate: (request: ParsedRequestOf<'exposure.simulate'>) => Promise<ReplyOf<'exposure.simulate'>>;
  readonly isStorefront: (appKey: string, appToken: string) => Promise<boolean>;
  readonly hook: Pick<OrderIntake, 'isHook' | 'told'>;
  readonly onChanged: (orderIds: readonly number[]) => void;
}

interface Waiting {
  readonly request: ReportRequest;
  answer: ReportAnswer | null;
}

/** Bytes of a body that could not be read that are kept. */
const mostUnreadable = 64 * 1_024;

const refusalOf = (code: string, message: string, field?: string) => ({
  code,
  name: code,
  message,
  ...(field === undefined ? {} : { field }),
});
const refuse = (reply: FastifyReply, status: number, code: string, message: string, field?: string) =>
  reply.code(status).send(refusalOf(code, message, field));

function keysOf(request: FastifyRequest): readonly [string, string] {
  const read = (name: string) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  return [read('x-vtex-api-appkey'), read('x-vtex-api-apptoken')];
}

/** Adds the routes to the sellers' listener. */
export function orderRoutes(app: FastifyInstance, options: OrderEndpointsOptions): void {
  const { database, desk, sealer, ambient, gate } = options;
  const ofSeller = { onRequest: gate.byKey, preHandler: gate.signed };
  const commits = createGroupCommit<Waiting>(
    async (batch) => {
      const answers = await database.write('orders.report', { requests: batch.map(({ request }) => request) });
      batch.forEach((waiting, index) => {
        waiting.answer = answers[index] ?? null;
      });
    },
    // parsed and sealed
    ({ request }) => 1_000 + 2 * (request.message.bodySealed?.length ?? 0),
    // its file says whether it was done: one that cannot be written refuses no other
    {
      windowMs: 2,
      mostTogether: 500,
      mostPending: 20_000,
      mostBytes: 64 * 1_024 * 1_024,
      limitMs: 10_000,
      splits: true,
    },
  );

  const answers = createAnswers({ database, sealer, log: options.log });
  app.addHook('onClose', () => answers.drained());

  /** The body as it came; of one that could not be read only the beginning. */
  function rawOf(request: FastifyRequest, isUnreadable: boolean): string {
    const bytes = bodyBytes.get(request) ?? new Uint8Array();
    return new TextDecoder().decode(isUnreadable ? bytes.subarray(0, mostUnreadable) : bytes);
  }

  async function take(
    request: FastifyRequest,
    reply: FastifyReply,
    marketplaceOrderId: string,
    read: () => SellerReport | { readonly error: { readonly field: string; readonly message: string } },
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<FastifyReply> {
    const sellerId = gate.sellerOf(request);
    const report = read();
    const isUnreadable = 'error' in report;
    const at = instantOf(ambient.now());
    const waiting: Waiting = {
      answer: null,
      request: {
        marketplaceOrderId,
        sellerId,
        report: isUnreadable ? { kind: 'unreadable', ...report.error } : report,
        at,
        receipt: ambient.uuid().replaceAll('-', ''),
        message: {
          at,
          direction: 'in',
          peer: sellerId,
          call: `${request.method} ${request.url.split('?', 1)[0] ?? ''}`.slice(0, 300),
          status: 200,
          bodySealed: sealer.seal(rawOf(request, isUnreadable)),
          answerSealed: null,
        },
      },
    };
    await gate.stored(request, commits.add(waiting));
    const { answer } = waiting;
    const send = (status: number, body: object) => {
      if (answer?.messageId !== undefined) answers.keep(answer.messageId, body);
      return reply.code(status).send(body);
    };
    // also what was refused: the order needs a person, or shows one message more
    if (answer?.orderId !== undefined) options.onChanged([answer.orderId]);
    if (isUnreadable) return send(400, refusalOf('InvalidField', report.error.message, report.error.field));
    if (answer === null || answer.kind === 'unknown-order')
      return refuse(
        reply,
        404,
        'NotFound',
        `there is no order ${marketplaceOrderId.slice(0, 100)} of this seller`,
        'orderId',
      );
    if (answer.kind === 'refused') return send(400, refusalOf('InvalidField', answer.message, answer.field));
    return send(200, {
      date: at,
      orderId: marketplaceOrderId,
      receipt: answer.receipt,
      ...more,
      ...(answer.note === null ? {} : { message: answer.note }),
    });
  }

  type OrderRoute = { Params: { orderId: string; number?: string; changeId?: string } };
  const wrong = <Value>(
    parsed: { value: Value } | { error: { field: string; message: string } },
    use: (value: Value) => SellerReport,
  ) => ('error' in parsed ? parsed : use(parsed.value));

  const routes: Record<string, (request: FastifyRequest<OrderRoute>, reply: FastifyReply) => Promise<FastifyReply>> = {
    '/invoice': (request, reply) =>
      take(request, reply, request.params.orderId, () =>
        wrong(parseBody(invoiceBody, camel(request.body)), (invoice) => ({
          kind: 'invoice',
          isReturn: invoice.type === 'input',
          number: invoice.invoiceNumber,
          value: invoice.invoiceValue ?? invoice.items.reduce((sum, { quantity, price }) => sum + quantity * price, 0),
          issuedAt: invoice.issuanceDate,
          courier: invoice.courier,
          trackingNumber: invoice.trackingNumber,
          trackingUrl: invoice.trackingUrl,
          items: JSON.stringify(invoice.items),
        })),
      ),
    '/invoice/:number': (request, reply) =>
      take(request, reply, request.params.orderId, () =>
        wrong(parseBody(trackingBody, camel(request.body)), (tracking) => ({
          kind: 'tracking',
          number: request.params.number ?? '',
          courier: tracking.courier,
          trackingNumber: tracking.trackingNumber,
          trackingUrl: tracking.trackingUrl,
          dispatchedAt: tracking.dispatchedDate,
        })),
      ),
    '/invoice/:number/tracking': (request, reply) =>
      take(request, reply, request.params.orderId, () =>
        wrong(parseBody(trackingStatusBody, camel(request.body)), ({ isDelivered, events }) => ({
          kind: 'tracking-status',
          number: request.params.number ?? '',
          isDelivered,
          events: events.map(({ date, city, state, description }) => ({
            at: date,
            city,
            state,
            description: description ?? '',
          })),
        })),
      ),
    '/cancel': (request, reply) =>
      take(request, reply, request.params.orderId, () =>
        wrong(parseBody(cancelBody, camel(request.body)), ({ reason }) => ({ kind: 'cancel', reason })),
      ),
    '/changes': (request, reply) =>
      take(request, reply, request.params.orderId, () =>
        wrong(parseBody(changeBody, camel(request.body)), ({ requestId, reason, change }) => ({
          kind: 'proposal',
          requestId,
          sameAs: hashOf({ reason, change }),
          reason,
          change,
        })),
      ),
    '/changes/:changeId/send-agreement': (request, reply) => {
      const parsed = parseBody(agreementBody, camel(request.body));
      const changeRequestId = request.params.changeId ?? '';
      return take(
        request,
        reply,
        request.params.orderId,
        () =>
          wrong(parsed, ({ agreementType }) => ({
            kind: 'agreement',
            changeId: changeRequestId,
            agreement: agreementType,
          })),
        'error' in parsed ? {} : { changeRequestId, agreementType: parsed.value.agreementType },
      );
    },
    '/start-handling': (request, reply) => take(request, reply, request.params.orderId, () => ({ kind: 'handling' })),
    '/deny-cancellation-request': (request, reply) =>
      take(request, reply, request.params.orderId, () => ({ kind: 'deny-cancellation', reason: '' })),
  };
  for (const base of [
    '/pvt/orders',
    '/pub/orders',
    '/api/oms/pvt/orders',
    '/api/oms/pub/orders',
    '/api/orders/pvt/document',
    '/api/order-system/orders',
  ])
    for (const [suffix, handler] of Object.entries(routes))
      for (const method of ['POST', 'PUT', 'PATCH'] as const)
        app.route<OrderRoute>({ ...ofSeller, method, url: `${base}/:orderId${suffix}`, handler });

  app.post('/order-integration/notification/processing-result', ofSeller, async (request, reply) => {
    const parsed = parseBody(resultBody, camel(request.body));
    if ('error' in parsed) {
      const named = parseBody(resultBody.pick({ marketplaceOrderId: true }), camel(request.body));
      return 'error' in named
        ? refuse(reply, 400, 'InvalidField', parsed.error.message, parsed.error.field)
        : await take(request, reply, named.value.marketplaceOrderId, () => parsed);
    }
    const result = parsed.value;
    const code = sellerCodeOf(result.code);
    const meaning = code === null ? null : meaningOf(code);
    // a success we do not know the code of still is one
    const byFlow = result.flow === 'PlaceOrder' ? ('placed' as const) : ('authorised' as const);
    return await take(request, reply, result.marketplaceOrderId, () => ({
      kind: 'result',
      type: result.success ? byFlow : (meaning?.event ?? null),
      operationId: result.operationId ?? '',
      sellerOrderId: result.fields?.mainOrderId ?? null,
      code: code ?? result.code.slice(0, 40),
      problem: result.success ? null : `${code ?? result.code}: ${result.message ?? 'refused'}`,
    }));
  });

  /** The storefront: hands over, tells of payment and cancellation, asks how an order stands. */
  async function storefront(
    request: FastifyRequest,
    reply: FastifyReply,
    work: () => Promise<unknown>,
  ): Promise<FastifyReply> {
    const keys = keysOf(request);
    if (keys[0] === '' || keys[1] === '')
      return refuse(reply, 401, 'Unauthorized', 'X-VTEX-API-AppKey and X-VTEX-API-AppToken are needed');
    if (!(await options.isStorefront(...keys)))
      return refuse(reply, 403, 'Forbidden', 'the key and token are not the storefront’s');
    try {
      return await reply.code(200).send(await work());
    } catch (error) {
      if (!(error instanceof BinderyError)) throw error;
      const status =
        error.code === 'not-found'
          ? 404
          : error.code === 'already-exists'
            ? 409
            : error.code === 'invalid-request'
              ? 400
              : 503;
      return refuse(reply, status, error.code, error.message, error.field);
    }
  }
  const ofStorefront = { onRequest: gate.counted };
  /** The backend's hook: a ping when it is set, then a line for every change of status. It waits five seconds for the 200. */
  app.post(hookPath, ofStorefront, async (request, reply) => {
    const token = request.headers[hookHeader];
    if (typeof token !== 'string' || !(await options.hook.isHook(token)))
      return refuse(reply, 403, 'Forbidden', 'this is not the backend’s hook');
    const body = camel(request.body);
    const ping = parseBody(pingBody, body);
    if (!('error' in ping)) return reply.code(200).send();
    const parsed = parseBody(hookBody, body);
    if ('error' in parsed) return refuse(reply, 400, 'InvalidField', parsed.error.message, parsed.error.field);
    await options.hook.told(parsed.value.orderId, parsed.value.state);
    return reply.code(200).send();
  });
  app.post('/storefront/orders', ofStorefront, (request, reply) =>
    storefront(request, reply, () => desk.handOver(request.body, 'storefront')),
  );
  app.post('/storefront/carts', ofStorefront, (request, reply) =>
    storefront(request, reply, () => {
      const parsed = parseBody(cartRequest, request.body);
      if ('error' in parsed)
        throw new BinderyError('invalid-request', parsed.error.message, { field: parsed.error.field });
      return options.simulate(parsed.value);
    }),
  );
  app.get<{ Params: { orderId: string } }>('/storefront/orders/:orderId', ofStorefront, (request, reply) =>
    storefront(request, reply, () => desk.group(request.params.orderId)),
  );
  app.post<{ Params: { orderId: string } }>('/storefront/orders/:orderId/payment', ofStorefront, (request, reply) =>
    storefront(request, reply, () => {
      const parsed = parseBody(paymentBody, request.body);
      if ('error' in parsed)
        throw new BinderyError('invalid-request', parsed.error.message, { field: parsed.error.field });
      return desk.payment(request.params.orderId, parsed.value.status === 'approved');
    }),
  );
  app.post<{ Params: { orderId: string } }>('/storefront/orders/:orderId/cancel', ofStorefront, (request, reply) =>
    storefront(request, reply, () => {
      const parsed = parseBody(cancelBody, request.body);
      if ('error' in parsed)
        throw new BinderyError('invalid-request', parsed.error.message, { field: parsed.error.field });
      return desk.cancelByStorefront(request.params.orderId, parsed.value.reason);
    }),
  );
}
