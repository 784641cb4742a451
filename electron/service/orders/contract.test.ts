/** Every example of what sellers send about orders goes through the parser that meets it. Needs `../shared/protocol`. */
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { bodyOf, isThere } from '../testing/protocol-examples.ts';
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
