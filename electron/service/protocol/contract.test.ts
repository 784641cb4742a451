/** Every example reply of the protocol's descriptions goes through the parser that meets it. Needs `../shared/protocol`. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { offerErrorOf } from '../endpoints/offer-body.ts';
import { createBackend } from './backend.ts';
import { bindingSchema, bindingsSchema } from './bindings.ts';
import { brandsSchema, categoriesSchema, skuIdsByReferenceSchema, skuIdsSchema, skuSchema } from './catalog.ts';
import { createEgress } from './egress.ts';
import { matchedProductsSchema, matchedSkuSchema } from './matched-offers.ts';
import { paymentSystemSchema, ruleSchema } from './payments.ts';
import { channelMappingSchema, sellerSchema } from './sellers.ts';
import { simulatedItems, simulationSchema } from './simulation.ts';
import { suggestionSchema } from './suggestion-record.ts';
import { outcomesSchema } from './suggestions.ts';

const folder = new URL('../../../../shared/protocol/', import.meta.url);
const isThere = existsSync(folder);
if (!isThere) console.log(`contract tests skipped: there is no ${folder.pathname}`);

const content = z.record(
  z.string(),
  z.looseObject({ example: z.unknown().optional(), examples: z.unknown().optional(), schema: z.unknown().optional() }),
);
const operation = z.looseObject({
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: content.optional() })).optional(),
});
const description = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.unknown().optional(),
});

type Operation = z.output<typeof operation>;

function operationOf(file: string, method: string, path: string): Operation {
  const parsed = description.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  const found = parsed.paths[path]?.[method];
  if (found === undefined) throw new Error(`${file} has no ${method} ${path}`);
  return operation.parse(found);
}

/** The example, or the only one of several named ones. */
function exampleIn(of: z.output<typeof content> | undefined): unknown {
  const [media] = Object.values(of ?? {});
  if (media?.example !== undefined) return media.example;
  const named = z.record(z.string(), z.looseObject({ value: z.unknown().optional() })).safeParse(media?.examples);
  if (named.success) return Object.values(named.data)[0]?.value;
  return z.looseObject({ example: z.unknown().optional() }).safeParse(media?.schema).data?.example;
}

const replies: readonly (readonly [string, string, string, z.ZodType])[] = [
  ['catalog-api.json', 'get', '/api/catalog_system/pvt/sku/stockkeepingunitids', skuIdsSchema],
  ['catalog-api.json', 'get', '/api/catalog_system/pvt/sku/stockkeepingunitbyid/{skuId}', skuSchema],
  ['catalog-api.json', 'post', '/api/catalog_system/pub/sku/stockkeepingunitidsbyrefids', skuIdsByReferenceSchema],
  ['catalog-api.json', 'get', '/api/catalog_system/pvt/skuseller/{sellerId}/{sellerSkuId}', bindingSchema],
  ['catalog-api.json', 'get', '/api/catalog_system/pub/category/tree/{categoryLevels}', categoriesSchema],
  ['catalog-api.json', 'get', '/api/catalog_system/pvt/brand/list', brandsSchema],
  ['catalog-api.json', 'get', '/api/catalog_system/pvt/seller/list', z.array(sellerSchema)],
  ['catalog-api.json', 'get', '/api/catalog_system/pvt/seller/{sellerId}', sellerSchema],
  ['catalog-api.json', 'get', '/api/catalog_system/pvt/sellers/{sellerId}', sellerSchema],
  ['sku-bindings-api.json', 'get', '/sku-binding/pvt/skusellers/{skuId}', bindingsSchema],
  ['sku-bindings-api.json', 'get', '/sku-binding/pvt/skuseller/admin', bindingsSchema],
  ['sku-bindings-api.json', 'get', '/sku-binding/pvt/skuseller/{sellerId}/{sellerSkuId}', bindingSchema],
  ['sku-bindings-api.json', 'get', '/sku-binding/pvt/skuseller/list/bysellerId/{sellerId}', bindingsSchema],
  ['sku-bindings-api.json', 'get', '/sku-binding/pvt/skuseller/paged/sellerid/{sellerId}', bindingsSchema],
  ['marketplace-apis.json', 'get', '/offer-manager/pvt/offers', matchedProductsSchema],
  ['marketplace-apis.json', 'get', '/offer-manager/pvt/product/{productId}/sku/{skuId}', z.array(matchedSkuSchema)],
  ['marketplace-apis.json', 'get', '/offer-manager/pvt/product/{productId}', z.array(matchedSkuSchema)],
  [
    'marketplace-apis.json',
    'get',
    '/seller-register/pvt/sellers/{sellerId}/sales-channel/mapping',
    channelMappingSchema,
  ],
  ['payments-gateway-api.json', 'get', '/api/pvt/merchants/payment-systems', z.array(paymentSystemSchema)],
  ['payments-gateway-api.json', 'get', '/api/pvt/rules', z.array(ruleSchema(2))],
  ['payments-gateway-api.json', 'post', '/api/pvt/rules', ruleSchema(2)],
  ['payments-gateway-api.json', 'get', '/api/pvt/rules/{ruleId}', ruleSchema(2)],
  ['payments-gateway-api.json', 'put', '/api/pvt/rules/{ruleId}', ruleSchema(2)],
  [
    'marketplace-apis-suggestions.json',
    'put',
    '/suggestions/{sellerId}/{sellerskuid}/versions/{version}/matches/{matchid}',
    outcomesSchema,
  ],
  ['marketplace-apis-suggestions.json', 'put', '/suggestions/matches/action/{actionName}', outcomesSchema],
  ['marketplace-protocol-external-seller-fulfillment.json', 'post', '/pvt/orderForms/simulation', simulationSchema],
];

describe('the examples of the protocol', () => {
  it.runIf(isThere).each(replies)('%s: %s %s', (file, method, path, schema) => {
    const example = exampleIn(operationOf(file, method, path).responses?.['200']?.content);
    expect(example).toBeDefined();
    const parsed = schema.safeParse(example);
    expect(parsed.error?.issues).toBeUndefined();
  });

  it.runIf(isThere)('say what they say: one SKU, field by field', () => {
    const path = '/api/catalog_system/pvt/sku/stockkeepingunitbyid/{skuId}';
    const sku = skuSchema.parse(exampleIn(operationOf('catalog-api.json', 'get', path).responses?.['200']?.content));
    expect(sku).toMatchObject({
      skuId: 2001773,
      productId: 2001426,
      brandId: 2000018,
      categoryId: 59,
      categoryPath: 'Brinquedos',
      referenceId: '878181',
      gtins: ['8781'],
      model: null,
      isActive: true,
      referencePriceMinor: null,
    });
    expect(sku.raw).toHaveProperty('KeyWords');
  });

  it.runIf(isThere)('say what they say: a simulation with stock', () => {
    const file = 'marketplace-protocol-external-seller-fulfillment.json';
    const operation = operationOf(file, 'post', '/pvt/orderForms/simulation');
    const reply = simulationSchema.parse(exampleIn(operation.responses?.['200']?.content));
    expect(simulatedItems(['2000037', 'other'], reply)).toMatchObject([
      { available: true, priceMinor: 67203, stock: 199, deliveries: [{ id: 'Curbside pickup', estimate: '0bd' }] },
      { sellerSkuId: 'other', available: false, stock: 0, priceMinor: null },
    ]);
  });

  it.runIf(isThere)('an offer as sellers send it is taken by the listener, and read back as a suggestion', () => {
    const file = 'marketplace-apis-suggestions.json';
    const body = exampleIn(operationOf(file, 'put', '/suggestions/{sellerId}/{sellerSkuId}').requestBody?.content);
    expect(offerErrorOf(body, 'string')).toBeNull();
    const version = '09072021142808277';
    const suggestion = suggestionSchema.parse({ SellerId: 's', ItemId: 567, LatestVersionId: version, content: body });
    expect(suggestion).toMatchObject({
      sellerSkuId: '567',
      productName: 'Product sample',
      priceMinor: 399,
      currency: 'BRL',
      stock: 111,
      gtins: ['EAN123'],
      createdAt: '2021-07-09T14:28:08.277Z',
    });
  });

  it.runIf(isThere)('our own requests are what the descriptions ask for', async () => {
    const bodies = new Map<string, unknown>();
    const server = createServer(async (request, reply) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      bodies.set(
        `${request.method} ${request.url?.split('?')[0]}`,
        JSON.parse(Buffer.concat(chunks).toString() || 'null'),
      );
      const isSimulation = request.url?.includes('simulation') === true;
      reply.end(isSimulation ? '{"items":[]}' : '[{"matchId":"m","sellerId":"s","itemId":"k","isSuccess":true}]');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const egress = createEgress({ allowedOrigins: [baseUrl] });
    const backend = createBackend({ baseUrl, account: 'a', appKey: 'k', appToken: 't', egress });
    const target = { sellerId: 's', sellerSkuId: 'k', versionId: 'v', matchId: 'm' };
    const sku = {
      ...{ name: 'n', eans: ['1'], refId: 'r', height: 1, width: 1, length: 1, weight: 1, images: { a: 'https://x' } },
      ...{ unitMultiplier: 1, measurementUnit: 'un', specifications: { Packaging: '3kg' } },
    };
    const product = { name: 'n', description: 'd', categoryId: 1, brandId: 2 };
    const suggestions = 'marketplace-apis-suggestions.json';
    const calls: readonly (readonly [string, string, string, string, () => Promise<unknown>])[] = [
      [
        suggestions,
        'put',
        '/suggestions/{sellerId}/{sellerskuid}/versions/{version}/matches/{matchid}',
        'PUT /suggestions/s/k/versions/v/matches/m',
        () => backend.suggestions.match(target, { type: 'newproduct', product, sku }),
      ],
      [
        suggestions,
        'put',
        '/suggestions/matches/action/{actionName}',
        'PUT /suggestions/matches/action/skuassociation',
        () => backend.suggestions.matchMany('skuassociation', [{ ...target, skuRef: '1', categoryId: 1, brandId: 2 }]),
      ],
      [
        'sku-bindings-api.json',
        'post',
        '/sku-binding/pvt/skuseller/insertion',
        'POST /api/sku-binding/pvt/skuseller/insertion',
        () => backend.bindings.insert({ sellerId: 's', sellerSkuId: 'k', skuId: 1, isActive: true }),
      ],
      [
        'marketplace-protocol-external-seller-fulfillment.json',
        'post',
        '/pvt/orderForms/simulation',
        'POST /pvt/orderForms/simulation',
        () =>
          backend.simulation.simulate({
            ...{ endpoint: baseUrl, sellerId: 's', sellerSkuIds: ['k'], salesChannel: 1 },
            ...{ postalCode: '22270030', country: 'BRA' },
          }),
      ],
    ];
    try {
      for (const [file, method, path, sent, make] of calls) {
        await make();
        const parsed = description.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
        const ajv = new Ajv({ strict: false, logger: false, validateFormats: false });
        ajv.addSchema({ components: parsed.components }, 'doc');
        const [media] = Object.values(operationOf(file, method, path).requestBody?.content ?? {});
        const text = JSON.stringify(media?.schema).replaceAll('"#/components', '"doc#/components');
        // OpenAPI's `nullable` for JSON Schema
        const validate = ajv.compile(JSON.parse(text.replaceAll(/"nullable":true,?/g, '').replaceAll(',}', '}')));
        validate(bodies.get(sent));
        const errors = (validate.errors ?? []).filter((error) => !(error.keyword === 'type' && error.data === null));
        expect(errors.map((error) => `${sent} ${error.instancePath} ${error.message}`)).toEqual([]);
      }
    } finally {
      await backend.close();
      await egress.close();
      server.close();
    }
  });
});
