/** The sellers as the marketplace registers them, and the sellers' own systems (their prices and stock). */

import { hash, hashText } from './random.ts';
import { contentOf } from './suggestion-content.ts';
import type { World } from './world.ts';

export interface SalesChannel {
  readonly id: number;
  readonly name: string;
}

export const SALES_CHANNELS: readonly SalesChannel[] = [
  { id: 1, name: 'Main store' },
  { id: 2, name: 'App' },
  { id: 3, name: 'Outlet' },
];

/** A seller's record in the register: the protocol's own fields, kept as they come. */
export interface SellerRecord extends Record<string, unknown> {
  id: string;
  name: string;
  isActive: boolean;
  fulfillmentEndpoint: string;
}

export interface KeyPair {
  readonly appKey: string;
  readonly appToken: string;
}

function hex(seed: number, owner: string, salt: number, length: number): string {
  let out = '';
  for (let n = 0; out.length < length; n++)
    out += hash(seed, hashText(owner), salt + n)
      .toString(16)
      .padStart(8, '0');
  return out.slice(0, length).toUpperCase();
}

/** Key and token of an owner; the same for the same seed. */
export function keyPairOf(owner: string, seed: number): KeyPair {
  return { appKey: `appkey-${owner}-${hex(seed, owner, 60, 6)}`, appToken: hex(seed, owner, 70, 40) };
}

/** A seller's record with every field that the register knows. */
export function newSeller(
  id: string,
  name: string,
  url: string,
  over: Readonly<Record<string, unknown>> = {},
): SellerRecord {
  return {
    isActive: true,
    fulfillmentEndpoint: `${url}/sellers/${encodeURIComponent(id)}`,
    allowHybridPayments: false,
    taxCode: '',
    email: `contact@${id}.example`,
    description: '',
    sellerCommissionConfiguration: {
      freightCommissionPercentage: 0,
      productCommissionPercentage: 0,
      categoriesCommissionConfiguration: [],
    },
    isBetterScope: false,
    sellerType: 1,
    availableSalesChannels: SALES_CHANNELS.map((channel) => ({ ...channel, isSelected: true })),
    CSCIdentification: '',
    account: id,
    channel: '',
    salesChannel: '1',
    isVtex: false,
    exchangeReturnPolicy: '',
    deliveryPolicy: '',
    securityPrivacyPolicy: null,
    fulfillmentSellerId: null,
    groups: [],
    user: null,
    password: null,
    catalogSystemEndpoint: '',
    trustPolicy: 'Default',
    score: 0,
    ...over,
    id,
    name,
  };
}

/** What a seller's own system says of one of its SKUs. Cents. */
export interface SellerSku {
  price: number;
  listPrice: number;
  stock: number;
  /** Prices that were set for a sales channel alone. */
  prices: Record<string, number>;
}

export class SellerSystems {
  private readonly world: World;
  private readonly own = new Map<string, SellerSku>();
  private readonly bound = new Map<string, { price: number; stock: number }>();

  constructor(world: World) {
    this.world = world;
    for (let j = 0; j < world.bindingCount; j++) {
      const b = world.bindingAt(j);
      this.bound.set(`${b.sellerId}\n${b.sellerSkuId}`, { price: b.price, stock: b.stock });
    }
  }

  /** What the world started with, whatever was set since. */
  initial(sellerId: string, sellerSkuId: string): SellerSku | undefined {
    const bound = this.bound.get(`${sellerId}\n${sellerSkuId}`);
    if (bound !== undefined) return { price: bound.price, listPrice: bound.price, stock: bound.stock, prices: {} };
    const position = this.world.offerPosition(sellerId, sellerSkuId);
    if (position < 0) return undefined;
    const content = contentOf(this.world.offerAt(position), '');
    return {
      price: content.Pricing.SalePrice,
      listPrice: content.Pricing.SalePrice,
      stock: content.AvailableQuantity,
      prices: {},
    };
  }

  get(sellerId: string, sellerSkuId: string): SellerSku | undefined {
    return this.own.get(`${sellerId}\n${sellerSkuId}`) ?? this.initial(sellerId, sellerSkuId);
  }

  set(sellerId: string, sellerSkuId: string, change: Partial<SellerSku>): SellerSku {
    const before = this.get(sellerId, sellerSkuId) ?? { price: 0, listPrice: 0, stock: 0, prices: {} };
    const next = { ...before, ...change, prices: { ...before.prices, ...change.prices } };
    if (change.price !== undefined && change.listPrice === undefined)
      next.listPrice = Math.max(before.listPrice, change.price);
    this.own.set(`${sellerId}\n${sellerSkuId}`, next);
    return next;
  }
}

/** Price of a SKU in a sales channel: 1 the price itself, 2 two percent less, 3 three percent more, unless one was set. Cents. */
export function channelPrice(sku: SellerSku, salesChannel: string): number {
  const set = sku.prices[salesChannel];
  if (set !== undefined) return set;
  const percent = salesChannel === '2' ? 98 : salesChannel === '3' ? 103 : 100;
  return Math.round((sku.price * percent) / 100);
}
