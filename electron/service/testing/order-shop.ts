/** A storefront and sellers of the sandbox at a service's endpoints, for tests of orders. */

import type { OrderDetail } from '../../../shared/contract/orders.ts';
import type { SellerId } from '../../../shared/domain/brand.ts';
import type { Sandbox } from '../../sandbox/index.ts';
import type { ServiceHarness } from './harness.ts';

export interface Told {
  readonly status: number;
  readonly answer: Readonly<Record<string, unknown>>;
}

export interface Shop {
  readonly sellerId: string;
  readonly sku: { readonly id: string; readonly price: number };
  /** The storefront's call. */
  call(method: string, path: string, body?: unknown): Promise<Told>;
  /** Any call with the seller's key. */
  sellerCall(method: string, path: string, body?: unknown): Promise<Told>;
  control(path: string, body?: unknown): Promise<Record<string, unknown>>;
  order(id: string, over?: object): Record<string, unknown>;
  /** Waits for a state of the one order of a hand-over. */
  reached(id: string, state: OrderDetail['state']): Promise<OrderDetail>;
  detail(id: string): Promise<OrderDetail>;
}

async function send(url: string, method: string, headers: Record<string, string>, body: unknown): Promise<Told> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  // both sides are ours: an object, or nothing
  return { status: response.status, answer: (text === '' ? {} : JSON.parse(text)) as Told['answer'] };
}

/** Opens the shop: keys issued, one SKU of one seller in stock. */
export async function openShop(sandbox: Sandbox, harness: ServiceHarness): Promise<Shop> {
  await harness.signIn();
  const binding = sandbox.state.world.bindingAt(0);
  const { sellerId, sellerSkuId } = binding;
  await harness.until(
    async () => (await harness.client.call('sellers.list', {})).sellers.some((seller) => seller.sellerId === sellerId),
    'the sellers',
  );
  const store = await harness.client.call('orders.issueStorefrontToken', {});
  // the id the sandbox gave
  const keys = await harness.client.call('sellers.issueToken', { sellerId: sellerId as SellerId });
  const base = harness.service.endpointsUrl ?? '';
  const headersOf = ({ appKey, appToken }: { appKey: string; appToken: string }) => ({
    'x-vtex-api-appkey': appKey,
    'x-vtex-api-apptoken': appToken,
  });
  const control: Shop['control'] = async (path, body) => ({
    ...(await send(`${sandbox.url}/control/${path}`, body === undefined ? 'GET' : 'POST', {}, body)).answer,
  });
  await control(`seller/${sellerId}/sku/${sellerSkuId}`, { price: 1_000, stock: 10_000 });
  await control(`sellers/${sellerId}/orders`, { headers: headersOf(keys) });
  const detail: Shop['detail'] = async (id) => {
    const { answer } = await send(`${base}/storefront/orders/${id}`, 'GET', headersOf(store), undefined);
    const [order] = answer.orders as { id: number }[]; // what the desk answers with
    return await harness.client.call('orders.detail', { orderId: order?.id ?? 0 });
  };
  return {
    sellerId,
    sku: { id: sellerSkuId, price: 1_000 },
    call: (method, path, body) => send(`${base}${path}`, method, headersOf(store), body),
    sellerCall: (method, path, body) => send(`${base}${path}`, method, headersOf(keys), body),
    control,
    detail,
    order: (orderId, over = {}) => ({
      orderId,
      items: [{ id: sellerSkuId, seller: sellerId, quantity: 2, price: 1_000, name: 'A lamp' }],
      clientProfileData: {
        email: 'maria.prado@buyer.example',
        firstName: 'Maria',
        lastName: 'Prado',
        documentType: 'cpf',
        document: '11144477735',
      },
      shippingData: {
        address: {
          addressType: 'residential',
          receiverName: 'Maria Prado',
          postalCode: '80250000',
          city: 'Curitiba',
          state: 'PR',
          country: 'BRA',
          street: 'Rua das Flores',
          number: '12',
          geoCoordinates: [-49.289, -25.482],
        },
        logisticsInfo: [{ itemIndex: 0, selectedSla: 'Standard', price: 600, shippingEstimate: '3bd' }],
      },
      ...over,
    }),
    reached: (id, state) =>
      harness.until(async () => {
        const order = await detail(id);
        return order.state === state ? order : null;
      }, `order ${id} to be ${state}`),
  };
}
