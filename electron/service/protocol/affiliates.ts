/** How a store on the platform knows the marketplace (its affiliate), and what the store itself charges with. */
import { z } from 'zod';
import type { Egress } from './egress.ts';
import { createHttpClient, type HttpClientOptions, pathOf } from './http.ts';
import { paymentsUrlOf, type RuleList, readRules } from './payments.ts';

export interface StoreAddress {
  readonly sellerId: string;
  readonly baseUrl: string;
  /** Three consonants by which the store knows the marketplace. */
  readonly affiliateId: string;
  readonly keys: { readonly appKey: string; readonly appToken: string };
}

const affiliate = z.looseObject({ useSellerPaymentMethod: z.boolean() });

export interface AffiliatesApi {
  /** Whether the store sends its own payment methods along. */
  usesOwnMethods(at: StoreAddress): Promise<boolean>;
  /** Everything else of the affiliate stays as the store has it. */
  setUsesOwnMethods(at: StoreAddress, value: boolean): Promise<void>;
  /** The store's own payment conditions. @param digits places of its currency */
  rules(at: StoreAddress, digits: number): Promise<RuleList>;
}

export function createAffiliatesApi(
  egress: Egress,
  http: Omit<HttpClientOptions, 'baseUrl' | 'headers' | 'dispatcher'> = {},
): AffiliatesApi {
  async function clientOf(at: StoreAddress, baseUrl: string) {
    const endpoint = await egress.check(baseUrl);
    return createHttpClient({
      retries: 1,
      timeoutMs: 10_000,
      maxReplyBytes: 4 * 1024 * 1024,
      peer: `Seller ${at.sellerId}`,
      ...http,
      baseUrl: endpoint.href.replace(/#.*$/, ''),
      dispatcher: egress.dispatcher,
      headers: () => ({ 'x-vtex-api-appkey': at.keys.appKey, 'x-vtex-api-apptoken': at.keys.appToken }),
    });
  }
  const pathFor = (at: StoreAddress) => `/api/fulfillment/pvt/affiliates${pathOf(at.affiliateId)}`;
  const read = async (at: StoreAddress) => {
    const client = await clientOf(at, at.baseUrl);
    return {
      client,
      stored: await client.request({ method: 'GET', path: pathFor(at), schema: affiliate, idempotent: true }),
    };
  };
  return {
    async usesOwnMethods(at) {
      return (await read(at)).stored.useSellerPaymentMethod;
    },
    async setUsesOwnMethods(at, value) {
      const { client, stored } = await read(at);
      const body = { ...stored, useSellerPaymentMethod: value };
      await client.send({ method: 'PUT', path: pathFor(at), body, idempotent: true });
    },
    async rules(at, digits) {
      const client = await clientOf(at, paymentsUrlOf(at.baseUrl, null));
      const schema = z.array(z.unknown());
      return readRules(
        await client.request({ method: 'GET', path: '/api/pvt/rules', schema, idempotent: true }),
        digits,
      );
    },
  };
}
