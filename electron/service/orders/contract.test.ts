/** Every example of what sellers send about orders goes through the parser that meets it. Needs `../shared/protocol`. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  agreementBody,
  camel,
  cancelBody,
  changeBody,
  invoiceBody,
  parseBody,
  resultBody,
  trackingBody,
  trackingStatusBody,
} from './bodies.ts';

const folder = new URL('../../../../shared/protocol/', import.meta.url);
const isThere = existsSync(folder);
if (!isThere) console.log(`contract tests skipped: there is no ${folder.pathname}`);

const fields = z.record(z.string(), z.unknown());

/** The example of a schema, put together from those of its fields where it has none of its own. */
function exampleOf(root: unknown, given: unknown): unknown {
  const parsed = fields.safeParse(given);
  if (!parsed.success) return undefined;
  const schema = parsed.data;
  if (typeof schema.$ref === 'string')
    return exampleOf(
      root,
      schema.$ref
        .slice(2)
        .split('/')
        .reduce<unknown>((at, key) => fields.parse(at)[key], root),
    );
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.properties !== undefined)
    return Object.fromEntries(
      Object.entries(fields.parse(schema.properties)).map(([name, each]) => [name, exampleOf(root, each)]),
    );
  if (schema.items !== undefined) return [exampleOf(root, schema.items)];
  return undefined;
}

function bodyOf(file: string, method: string, path: string): unknown {
  const root = fields.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  const operation = fields.parse(fields.parse(fields.parse(root.paths)[path])[method]);
  const content = fields.parse(fields.parse(operation.requestBody).content);
  const media = fields.parse(content['application/json'] ?? Object.values(content)[0]);
  return media.example ?? exampleOf(root, media.schema);
}

const seller = 'marketplace-protocol-external-seller-marketplace.json';
const store = 'orders-api.json';
const calls: readonly (readonly [string, string, string, z.ZodType])[] = [
  [seller, 'post', '/pvt/orders/{marketplaceOrderId}/invoice', invoiceBody],
  [seller, 'post', '/pvt/orders/{marketplaceOrderId}/invoice/{invoiceNumber}', trackingBody],
  [seller, 'post', '/pvt/orders/{marketplaceOrderId}/invoice/{invoiceNumber}/tracking', trackingStatusBody],
  [seller, 'post', '/pvt/orders/{marketplaceOrderId}/cancel', cancelBody],
  [seller, 'post', '/pvt/orders/{participantOrderId}/changes/{changeRequestId}/send-agreement', agreementBody],
  [store, 'post', '/api/oms/pvt/orders/{orderId}/invoice', invoiceBody],
  [store, 'patch', '/api/oms/pvt/orders/{orderId}/invoice/{invoiceNumber}', trackingBody],
  [store, 'put', '/api/oms/pvt/orders/{orderId}/invoice/{invoiceNumber}/tracking', trackingStatusBody],
  [store, 'post', '/api/oms/pvt/orders/{orderId}/cancel', cancelBody],
  [store, 'post', '/api/oms/pvt/orders/{orderId}/changes', changeBody],
  [store, 'patch', '/api/order-system/orders/{changeOrderId}/changes', changeBody],
];

describe.runIf(isThere)('the examples of the protocol', () => {
  it.each(calls)('%s %s %s is accepted', (file, method, path, schema) => {
    const body = bodyOf(file, method, path);
    expect(body, 'the description has an example').toBeTypeOf('object');
    const parsed = parseBody(schema, camel(body));
    expect('error' in parsed ? parsed.error : null).toBeNull();
  });
  it('of a change is read whole', () => {
    expect(parseBody(changeBody, bodyOf(store, 'post', '/api/oms/pvt/orders/{orderId}/changes'))).toMatchObject({
      value: {
        requestId: 'change-request-0123',
        change: {
          remove: [{ sellerSkuId: '0', quantity: 1 }],
          add: [{ sellerSkuId: '0', quantity: 1, priceMinor: 2_499 }],
          discountMinor: 100,
          incrementMinor: 100,
        },
      },
    });
    expect(
      parseBody(changeBody, bodyOf(store, 'patch', '/api/order-system/orders/{changeOrderId}/changes')),
    ).toMatchObject({
      value: { change: { replace: [{ from: { sellerSkuId: '1' }, to: { sellerSkuId: '2', priceMinor: 2_499 } }] } },
    });
  });
});

it('a result of a queue is read in both capitalisations', () => {
  const result = {
    accountName: 'x',
    success: true,
    flow: 'PlaceOrder',
    operationId: 'o',
    marketplaceOrderId: '1-01',
    code: 'SOI001',
  };
  const upper = Object.fromEntries(
    Object.entries(result).map(([key, value]) => [key[0]?.toUpperCase() + key.slice(1), value]),
  );
  for (const body of [result, upper])
    expect(parseBody(resultBody, camel(body))).toMatchObject({ value: { code: 'SOI001' } });
});
