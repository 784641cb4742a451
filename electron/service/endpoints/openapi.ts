/** The description of the sellers' endpoints in OpenAPI 3.1. A test compares it with the routes that the listener really has. */
import { z } from 'zod';
import { mostDepth, mostNotificationBytes, mostOfferBytes } from './body.ts';
import { offerSchema } from './offer-body.ts';

interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}
export interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly object[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, { schema: object }>> };
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly responses: Readonly<Record<string, Answer>>;
}
export interface Description {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}

const byKey = [{ appKey: [], appToken: [] }];
const json = (schema: object) => ({ 'application/json': { schema } });
const problem = json({ $ref: '#/components/schemas/Problem' });
const path = (name: string, description: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string', minLength: 1, maxLength: 200 },
});
const signed = [
  {
    name: 'x-bindery-timestamp',
    in: 'header',
    required: false,
    description: 'Milliseconds since 1970, at most five minutes off. Only for keys that sign their calls.',
    schema: { type: 'string', pattern: '^\\d{13}$' },
  },
  {
    name: 'x-bindery-signature',
    in: 'header',
    required: false,
    description: 'v1= and the hexadecimal HMAC-SHA-256 of the call. Only for keys that sign their calls.',
    schema: { type: 'string', pattern: '^v1=[0-9a-f]{64}$' },
  },
];

const refusals: Readonly<Record<string, Answer>> = {
  '400': { description: 'Malformed; the field at fault is named.', content: problem },
  '401': {
    description: 'No key and token, or the signature is missing, wrong, expired, used before or overtaken.',
    content: problem,
  },
  '403': { description: 'Not this seller’s key and token.', content: problem },
  '413': { description: 'The body is too large.', content: problem },
  '429': {
    description: 'Too many calls, or more than can be stored now. Come again after Retry-After seconds.',
    content: problem,
  },
  '503': { description: 'Could not be stored. Send it again after Retry-After seconds.', content: problem },
};

function operation(
  tag: string,
  summary: string,
  answers: Readonly<Record<string, Answer>>,
  over: Partial<Operation> = {},
): Operation {
  return {
    summary,
    tags: [tag],
    security: byKey,
    responses: { ...answers, ...refusals },
    ...over,
    parameters: [...(over.parameters ?? []), ...signed],
  };
}

const sellerAndSku = [path('sellerId', 'Your seller id.'), path('sellerSkuId', 'Your own id of the SKU.')];
const bound: Readonly<Record<string, Answer>> = {
  '200': { description: 'Taken; the SKU is bound.' },
  '404': { description: 'Taken, but the SKU is not bound: send it as a suggestion.' },
};
const receipt = {
  '200': { description: 'On disk.', content: json({ $ref: '#/components/schemas/Receipt' }) },
  '404': { description: 'There is no such order of yours.', content: problem },
};
const anyObject = { required: true, content: json({ type: 'object' }) };

function notifications(): Description['paths'] {
  const skuChanged = operation('Notifications', 'The SKU changed', bound, { parameters: sellerAndSku });
  const ofSku = operation('Notifications', 'The SKU changed, by the marketplace’s own SKU id', bound, {
    parameters: [path('skuId', 'The marketplace’s id of the SKU.')],
  });
  const suggestion = operation(
    'Notifications',
    'A new or changed offer',
    { '200': { description: 'Taken; it is pending.' } },
    {
      parameters: sellerAndSku,
      description: `At most ${mostOfferBytes / 1_048_576} MiB and ${mostDepth} levels deep.`,
      requestBody: { required: true, content: json({ $ref: '#/components/schemas/Offer' }) },
    },
  );
  const affiliate = operation(
    'Notifications',
    'An affiliate’s notification',
    { '200': { description: 'Taken.' } },
    {
      description: 'Names in any capitalisation. The key and token may also be the query’s appKey and appToken.',
      requestBody: {
        required: true,
        content: json({
          type: 'object',
          required: ['An', 'IdSku'],
          properties: {
            An: { type: 'string', description: 'Your account.' },
            IdSku: { type: 'string' },
            IsActive: { type: 'boolean' },
            StockModified: { type: 'boolean' },
            PriceModified: { type: 'boolean' },
            HasStockKeepingUnitModified: { type: 'boolean' },
            HasStockKeepingUnitRemovedFromAffiliate: { type: 'boolean' },
          },
        }),
      },
    },
  );
  const changed = (what: string) =>
    operation(
      'Notifications',
      `The ${what} changed`,
      { '202': { description: 'Taken: it is on disk.' } },
      {
        parameters: sellerAndSku,
        description: `Carries no value: you are asked for it by a fulfilment simulation. At most ${mostNotificationBytes / 1_024} KiB.`,
      },
    );
  return {
    '/api/notificator/{sellerId}/changenotification/{sellerSkuId}/price': { post: changed('price') },
    '/api/notificator/{sellerId}/changenotification/{sellerSkuId}/inventory': { post: changed('stock') },
    '/api/catalog_system/pvt/skuseller/changenotification/{sellerId}/{sellerSkuId}': { post: skuChanged },
    '/api/sku-binding/pvt/skuseller/changenotification/{sellerId}/{sellerSkuId}': { post: skuChanged },
    '/api/catalog_system/pvt/skuseller/changenotification/{skuId}': { post: ofSku },
    '/api/sku-binding/pvt/skuseller/changenotification/{skuId}': { post: ofSku },
    '/suggestions/{sellerId}/{sellerSkuId}': { put: suggestion },
    '/{account}/suggestions/{sellerId}/{sellerSkuId}': {
      put: {
        ...suggestion,
        parameters: [path('account', 'The marketplace’s account.'), ...(suggestion.parameters ?? [])],
      },
    },
    '/api/notification': { post: affiliate },
    '/api/notification/': { post: affiliate },
  };
}

const orderBases = [
  '/pvt/orders',
  '/pub/orders',
  '/api/oms/pvt/orders',
  '/api/oms/pub/orders',
  '/api/orders/pvt/document',
  '/api/order-system/orders',
];
const orderReports: readonly (readonly [suffix: string, summary: string])[] = [
  ['/invoice', 'An invoice, of the whole order or a part'],
  ['/invoice/{number}', 'Tracking of an invoice'],
  ['/invoice/{number}/tracking', 'Where the parcel is, and that it was delivered'],
  ['/cancel', 'The order is cancelled'],
  ['/changes', 'A change that you ask for'],
  ['/changes/{changeId}/send-agreement', 'Whether you agree to a change that was asked for'],
  ['/start-handling', 'The order is being handled'],
  ['/deny-cancellation-request', 'The cancellation that was asked for is refused'],
];

function orders(): Description['paths'] {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const base of orderBases)
    for (const [suffix, summary] of orderReports) {
      const one = operation('Orders', summary, receipt, {
        parameters: [
          path('orderId', 'The marketplace’s id of the order.'),
          ...(suffix.includes('{number}') ? [path('number', 'Of the invoice.')] : []),
          ...(suffix.includes('{changeId}') ? [path('changeId', 'Of the change.')] : []),
        ],
        requestBody: anyObject,
      });
      paths[`${base}/{orderId}${suffix}`] = { post: one, put: one, patch: one };
    }
  paths['/order-integration/notification/processing-result'] = {
    post: operation('Orders', 'What became of an order that was queued', receipt, { requestBody: anyObject }),
  };
  const storefront = (summary: string, over: Partial<Operation> = {}) =>
    operation(
      'Storefront',
      summary,
      {
        '200': { description: 'Done.' },
        '404': receipt['404'],
        '409': { description: 'It is there already, and differs.', content: problem },
      },
      over,
    );
  const order = [path('orderId', 'The storefront’s id of the order.')];
  paths['/storefront/carts'] = {
    post: storefront('Which seller gets each line of a cart, now and why', { requestBody: anyObject }),
  };
  paths['/storefront/orders'] = { post: storefront('Hands over an order', { requestBody: anyObject }) };
  paths['/storefront/orders/{orderId}'] = { get: storefront('How an order stands', { parameters: order }) };
  paths['/storefront/orders/{orderId}/payment'] = {
    post: storefront('Tells of the payment', { parameters: order, requestBody: anyObject }),
  };
  paths['/backend/orders'] = {
    post: operation(
      'Backend',
      'The hook of the marketplace’s backend: an order of its storefront changed its status',
      { '200': { description: 'Kept.' } },
      { requestBody: anyObject },
    ),
  };
  paths['/storefront/orders/{orderId}/cancel'] = {
    post: storefront('Asks to cancel', { parameters: order, requestBody: anyObject }),
  };
  return paths;
}

function about(): Description['paths'] {
  const open = (summary: string, type: string, schema: object): Operation => ({
    summary,
    tags: ['About'],
    security: [],
    responses: { '200': { description: summary, content: { [type]: { schema } } } },
  });
  return {
    '/ready': {
      get: {
        ...open('Whether the endpoints take calls', 'application/json', { type: 'object' }),
        responses: {
          '200': { description: 'They do.', content: json({ type: 'object' }) },
          '503': { description: 'They are being closed.', content: problem },
        },
      },
    },
    '/openapi.json': { get: open('This description', 'application/json', { type: 'object' }) },
    '/developers': { get: open('The same as a page', 'text/html', { type: 'string' }) },
    '/certificate-key': {
      get: open('The public key that certificates of receipt are checked with', 'application/x-pem-file', {
        type: 'string',
      }),
    },
    '/integration-test': {
      get: operation(
        'About',
        'Tests your integration: key, token, signature, clock, and, for one SKU, binding and simulation',
        {
          '200': {
            description: 'What was found; nothing is stored.',
            content: json({ $ref: '#/components/schemas/IntegrationTest' }),
          },
        },
        {
          parameters: [
            {
              name: 'sku',
              in: 'query',
              required: false,
              description:
                'Your id of a SKU: it is looked up, and you are asked for its price and stock as after a notification.',
              schema: { type: 'string', maxLength: 200 },
            },
          ],
        },
      ),
    },
  };
}

/** @param url what sellers are told */
export function describeEndpoints(url: string, version: string): Description {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Bindery: endpoints for sellers',
      version,
      description:
        'Tell the marketplace that a price, stock or SKU changed, send offers, and report on orders. A 2xx means that the message is on disk and survives a power cut.',
    },
    servers: [{ url }],
    security: byKey,
    tags: [
      { name: 'Notifications', description: 'What changed. Send each as soon as it changes; repeats cost nothing.' },
      { name: 'Orders', description: 'What becomes of the orders that were placed with you.' },
      { name: 'Backend', description: 'For the marketplace’s backend, with a secret of its own.' },
      { name: 'Storefront', description: 'For the marketplace’s own storefront, with a key of its own.' },
      { name: 'About', description: 'These endpoints themselves.' },
    ],
    paths: { ...notifications(), ...orders(), ...about() },
    components: {
      securitySchemes: {
        appKey: { type: 'apiKey', in: 'header', name: 'X-VTEX-API-AppKey' },
        appToken: { type: 'apiKey', in: 'header', name: 'X-VTEX-API-AppToken' },
      },
      schemas: {
        Problem: {
          type: 'object',
          required: ['code', 'name', 'message'],
          properties: {
            code: { type: ['string', 'integer'] },
            name: { type: 'string' },
            message: { type: 'string', description: 'What is wrong and what to do.' },
            field: { type: 'string', description: 'The field at fault.' },
          },
        },
        Receipt: {
          type: 'object',
          properties: {
            date: { type: 'string', format: 'date-time' },
            orderId: { type: 'string' },
            receipt: { type: 'string' },
          },
        },
        Offer: offerJsonSchema,
        IntegrationTest: integrationTestSchema,
      },
    },
  };
}

const check = {
  type: 'object',
  required: ['name', 'passed', 'message'],
  properties: { name: { type: 'string' }, passed: { type: 'boolean' }, message: { type: 'string' } },
};
const integrationTestSchema = {
  type: 'object',
  required: ['sellerId', 'passed', 'checks'],
  properties: {
    sellerId: { type: 'string' },
    passed: { type: 'boolean' },
    address: { type: 'string', description: 'The address that your call came from.' },
    time: { type: 'string', format: 'date-time' },
    checks: { type: 'array', items: check },
  },
};
const { $schema: _dialect, ...offerJsonSchema } = z.toJSONSchema(offerSchema, { io: 'input', unrepresentable: 'any' });
