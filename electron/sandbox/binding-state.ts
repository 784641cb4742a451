/** Bindings of sellers' SKUs to the marketplace's. One live binding a seller SKU, and one a seller and marketplace SKU. */
import { suggestionError } from './errors.ts';
import type { World } from './world.ts';

export interface Binding {
  readonly skuSellerId: number;
  readonly sellerId: string;
  readonly sellerSkuId: string;
  skuId: number;
  isActive: boolean;
  isRemoved: boolean;
  updatedAt: number;
  /** Whether it differs from what was there at the start. */
  changed: boolean;
}

export const bindingKey = (sellerId: string, sellerSkuId: string): string => `${sellerId}\n${sellerSkuId}`;

export class Bindings {
  private readonly byKey = new Map<string, Binding>();
  private readonly bySku = new Map<number, Binding[]>();
  private readonly bySeller = new Map<string, Binding[]>();
  private nextId = 1;

  constructor(world: World, startedAt: number) {
    for (let j = 0; j < world.bindingCount; j++) {
      const b = world.bindingAt(j);
      this.add(b.sellerId, b.sellerSkuId, b.skuId, b.isActive, startedAt, false);
    }
  }

  private add(
    sellerId: string,
    sellerSkuId: string,
    skuId: number,
    isActive: boolean,
    at: number,
    changed: boolean,
  ): Binding {
    const binding: Binding = {
      skuSellerId: this.nextId++,
      sellerId,
      sellerSkuId,
      skuId,
      isActive,
      isRemoved: false,
      updatedAt: at,
      changed,
    };
    const key = bindingKey(sellerId, sellerSkuId);
    const before = this.byKey.get(key);
    if (before !== undefined) {
      // Only a removed one can be there: its place is taken by the new one.
      this.drop(this.bySku, before.skuId, before);
      this.drop(this.bySeller, sellerId, before);
    }
    this.byKey.set(key, binding);
    this.push(this.bySku, skuId, binding);
    this.push(this.bySeller, sellerId, binding);
    return binding;
  }

  private push<K>(map: Map<K, Binding[]>, key: K, binding: Binding): void {
    const list = map.get(key);
    if (list === undefined) map.set(key, [binding]);
    else list.push(binding);
  }

  private drop<K>(map: Map<K, Binding[]>, key: K, binding: Binding): void {
    const list = map.get(key);
    const at = list?.indexOf(binding) ?? -1;
    if (at >= 0) list?.splice(at, 1);
  }

  /** The live binding of a seller SKU. */
  get(sellerId: string, sellerSkuId: string): Binding | undefined {
    const binding = this.byKey.get(bindingKey(sellerId, sellerSkuId));
    return binding === undefined || binding.isRemoved ? undefined : binding;
  }

  ofSku(skuId: number): Binding[] {
    return (this.bySku.get(skuId) ?? []).filter((binding) => !binding.isRemoved);
  }

  /** A seller's bindings, removed ones included on demand, in the order they were made. */
  ofSeller(sellerId: string, withRemoved = false): Binding[] {
    const all = this.bySeller.get(sellerId) ?? [];
    return withRemoved ? all : all.filter((binding) => !binding.isRemoved);
  }

  /** Every binding, removed ones included. */
  all(): Iterable<Binding> {
    return this.byKey.values();
  }

  /** Throws 23 or 22 when a binding of these would collide; `except` is the one being changed. */
  refuseCollision(sellerId: string, sellerSkuId: string, skuId: number, except?: Binding): void {
    const own = this.get(sellerId, sellerSkuId);
    if (own !== undefined && own !== except) {
      throw suggestionError(23, `seller ${sellerId} SKU ${sellerSkuId} is bound to SKU ${own.skuId} already`);
    }
    const other = this.ofSku(skuId).find((binding) => binding.sellerId === sellerId && binding !== except);
    if (other !== undefined) {
      throw suggestionError(
        22,
        `seller ${sellerId} is bound to SKU ${skuId} already, with its SKU ${other.sellerSkuId}`,
      );
    }
  }

  /** Binds. Throws 23 or 22 (both 409). */
  insert(sellerId: string, sellerSkuId: string, skuId: number, isActive: boolean, now: number): Binding {
    this.refuseCollision(sellerId, sellerSkuId, skuId);
    return this.add(sellerId, sellerSkuId, skuId, isActive, now, true);
  }

  /** Moves a binding to another SKU. Throws 22 (409). */
  rebind(binding: Binding, skuId: number, now: number): void {
    this.refuseCollision(binding.sellerId, binding.sellerSkuId, skuId, binding);
    this.drop(this.bySku, binding.skuId, binding);
    binding.skuId = skuId;
    this.push(this.bySku, skuId, binding);
    this.touch(binding, now);
  }

  touch(binding: Binding, now: number): void {
    binding.updatedAt = now;
    binding.changed = true;
  }
}
