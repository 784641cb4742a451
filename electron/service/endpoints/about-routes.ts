/** The endpoints about themselves: their description, the same as a page, and a call that tests a seller's integration. */
import type { FastifyInstance } from 'fastify';
import { instantOf } from '../../../shared/domain/brand.ts';
import { developerPage, pagePolicy } from './developer-page.ts';
import { header, type OwnGate } from './gate.ts';
import { describeEndpoints } from './openapi.ts';
import { createRateLimit } from './rate-limit.ts';
import { checkId, Refusal } from './refusal.ts';
import type { EndpointsOptions } from './types.ts';

export interface AboutOptions {
  readonly gate: OwnGate;
  readonly isBound: EndpointsOptions['isBound'];
  readonly trySimulation: EndpointsOptions['trySimulation'];
  readonly now: () => number;
  readonly version: string;
  /** What sellers are told. */
  readonly url: () => string;
}

interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
}

export function aboutRoutes(server: FastifyInstance, options: AboutOptions): void {
  const { gate, now } = options;
  // anybody may ask for it, without a key: it is written once for each address
  let written: { url: string; description: ReturnType<typeof describeEndpoints>; page: string } | null = null;
  const current = () => {
    const url = options.url();
    if (written?.url !== url) {
      const description = describeEndpoints(url, options.version);
      written = { url, description, page: developerPage(description) };
    }
    return written;
  };
  const open = { onRequest: gate.counted };
  // each goes out to the seller
  const simulations = createRateLimit({ perSecond: 1, burst: 5, now });
  server.get('/openapi.json', open, (_request, reply) =>
    reply.header('cache-control', 'no-cache').header('x-content-type-options', 'nosniff').send(current().description),
  );
  server.get('/developers', open, (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', pagePolicy)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .send(current().page),
  );

  server.get<{ Querystring: { sku?: string | string[] } }>(
    '/integration-test',
    { onRequest: gate.byKey, preHandler: gate.signed },
    async (request, reply) => {
      const { sellerId, signingKey } = gate.holderOf(request);
      const checks: Check[] = [{ name: 'credentials', passed: true, message: `You are ${sellerId}.` }];
      const timestamp = header(request, 'x-bindery-timestamp');
      checks.push({
        name: 'signature',
        passed: true,
        message:
          signingKey === null
            ? 'This key does not sign its calls.'
            : `The signature is right; your clock is ${Math.abs(now() - Number(timestamp))} ms off.`,
      });
      const { sku } = request.query;
      if (typeof sku === 'string') {
        checkId(sku, 'sku');
        const bound = await gate.stored(request, options.isBound(sellerId, sku));
        checks.push({
          name: 'binding',
          passed: bound,
          message: bound ? 'This SKU is bound.' : 'This SKU is not bound: send it as a suggestion.',
        });
        const wait = options.trySimulation === undefined ? 0 : simulations.take(sellerId);
        if (wait > 0)
          throw new Refusal(429, 'TooManyRequests', 'fewer tests, please', { retryAfter: Math.ceil(wait / 1_000) });
        if (options.trySimulation !== undefined)
          checks.push({ name: 'simulation', ...(await options.trySimulation(sellerId, sku)) });
      }
      return reply.header('cache-control', 'no-store').send({
        sellerId,
        passed: checks.every(({ passed }) => passed),
        address: request.ip,
        time: instantOf(now()),
        checks,
      });
    },
  );
}
