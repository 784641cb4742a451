import { describe, expect, it } from 'vitest';
import type { ReplyOf } from '../../shared/contract/index.ts';
import type { SellerQuote } from '../../shared/contract/order-changes.ts';
import type { SellerId, SkuId } from '../../shared/domain/brand.ts';
import { type CartBuyer, canSell, deliveryOf, missingOf, newOrderId, placeBodyOf, sellerOf, sumOf } from './cart.ts';

const money = (minor: number) => ({ minor, currency: 'BRL' });
type Delivery = SellerQuote['items'][number]['deliveries'][number];
const delivery = (id: string, price: number | null, channel = 'delivery'): Delivery => ({
  id,
  name: id,
  channel,
  price: price === null ? null : money(price),
  estimate: '3bd',
  pickupPoint: null,
  windows: [],
});
const quote = (
  sellerId: string,
  price: number,
  deliveries: Delivery[],
  over: Partial<SellerQuote> = {},
): SellerQuote => ({
  sellerId: sellerId as SellerId,
  sellerName: sellerId,
  state: 'answered',
  problem: null,
  available: true,
  items: [
    {
      sellerSkuId: `${sellerId}-sku`,
      name: 'A lamp',
      quantity: 2,
      available: true,
      price: money(price),
      listPrice: null,
      stock: 9,
      merchant: null,
      deliveries,
    },
  ],
  goods: null,
  freight: null,
  total: money(price),
  estimate: null,
  score: 100,
  stock: 9,
  answeredAt: null,
  took: null,
  points: null,
  parts: { price: 0, total: 0, delivery: 0, score: 0, stock: 0 },
  exclusion: null,
  ...over,
});
type Line = ReplyOf<'exposure.simulate'>['lines'][number];
const line = (skuId: number, quotes: SellerQuote[], winner: string | null): Line => ({
  skuId: skuId as SkuId,
  name: `SKU ${skuId}`,
  quantity: 2,
  ruleOf: null,
  quotes,
  winner: winner as SellerId | null,
  because: null,
});
const buyer: CartBuyer = {
  email: 'a@b.example',
  firstName: 'Ana',
  lastName: 'Souza',
  documentType: 'cpf',
  document: '1',
  street: 'Rua',
  number: '12',
  city: 'Curitiba',
  state: 'PR',
  postalCode: '80250000',
  country: 'BRA',
};

describe('a cart that a person places', () => {
  it('takes the cheapest delivery to the door, a pick-up only where there is no other, and none without a price', () => {
    const both = [delivery('shop', 0, 'pickup-in-point'), delivery('fast', 900), delivery('slow', 500)];
    expect(deliveryOf(quote('a', 100, both))?.id).toBe('slow');
    expect(deliveryOf(quote('a', 100, both.slice(0, 1)))?.id).toBe('shop');
    expect(deliveryOf(quote('a', 100, [delivery('x', null)]))).toBeNull();
  });
  it('is sold by whom the operator chose while that seller can, else by the buy box', () => {
    const able = quote('a', 100, [delivery('d', 5)]);
    const best = quote('b', 90, [delivery('d', 5)]);
    const out = quote('c', 50, [delivery('d', 5)], { available: false });
    const of = line(1, [able, best, out], 'b');
    expect(sellerOf(of, undefined)?.sellerId).toBe('b');
    expect(sellerOf(of, 'a')?.sellerId).toBe('a');
    expect(sellerOf(of, 'c')?.sellerId).toBe('b');
    expect(sellerOf(line(1, [out], null), 'c')).toBeNull();
    expect(canSell(quote('d', 1, []))).toBe(false);
  });
  it('becomes the protocol’s body: a delivery for each item, prices of one, and sums that agree', () => {
    const lines = [
      { line: line(7, [], null), quote: quote('a', 100, [delivery('d', 5)]) },
      { line: line(8, [], null), quote: quote('b', 30, [delivery('e', 0)]) },
    ];
    const body = placeBodyOf({ orderId: 'D1', salesChannel: '2', isPaid: true, buyer, lines });
    expect(body).toMatchObject({
      orderId: 'D1',
      salesChannel: '2',
      currency: 'BRL',
      paymentStatus: 'approved',
      items: [
        { id: 'a-sku', seller: 'a', skuId: 7, quantity: 2, price: 100 },
        { id: 'b-sku', seller: 'b', skuId: 8, quantity: 2, price: 30 },
      ],
      shippingData: {
        address: { receiverName: 'Ana Souza', postalCode: '80250000', state: 'PR', number: '12' },
        logisticsInfo: [
          { itemIndex: 0, selectedSla: 'd', price: 5, shippingEstimate: '3bd' },
          { itemIndex: 1, selectedSla: 'e', price: 0 },
        ],
      },
    });
    const sent =
      body.items.reduce((sum, { quantity, price }) => sum + quantity * price, 0) +
      body.shippingData.logisticsInfo.reduce((sum, { price }) => sum + price, 0);
    expect(sumOf(lines)).toBe(sent);
    expect(placeBodyOf({ orderId: 'D1', salesChannel: '2', isPaid: false, buyer, lines }).paymentStatus).toBe(
      'pending',
    );
  });
  it('names what is missing, and has an id of the form that is taken', () => {
    expect(missingOf(buyer)).toEqual([]);
    expect(missingOf({ ...buyer, city: ' ', postalCode: '' })).toEqual(['city', 'postalCode']);
    expect(newOrderId()).toMatch(/^[\w.-]{6,40}$/);
    expect(newOrderId()).not.toBe(newOrderId());
  });
});
