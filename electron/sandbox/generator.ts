/**
 * The generated marketplace. Everything is a pure function of (seed, position): SKU s and offer i can be asked for in any order, and nothing
 * is kept. Sizes: N offers, N/4 SKUs (50 at least), 6 to 90 sellers, N/10 bindings that exist already.
 */
import { gtin13 } from './gtin.ts';
import { choose, coprime, hash } from './random.ts';
import { restate, withTypo } from './restate.ts';
import { AXES, BRAND_HEADS, BRAND_TAILS, FEATURES, SERIES, TREE } from './vocabulary.ts';
import type {
  Brand,
  CatalogSku,
  Category,
  SellerOffer,
  Specification,
  World,
  WorldBinding,
  WorldSeller,
} from './world.ts';
import { OLDEST_AGE, PRODUCT_ID_OFFSET } from './world.ts';

interface LeafCategory {
  readonly id: number;
  readonly path: string;
  readonly nouns: readonly string[];
  readonly axis: string;
  readonly low: number;
  readonly high: number;
}

type GtinKind = 'valid' | 'invalid' | 'missing';

/** An offer with what the generator knows and the marketplace does not. */
export interface GeneratedOffer extends SellerOffer {
  /** The SKU this offer is, or null when the catalogue does not have it. */
  readonly truth: number | null;
  readonly gtinKind: GtinKind;
}

/** The sizes and tables that follow from (seed, size). */
export interface GeneratorPlan {
  readonly seed: number;
  readonly offerCount: number;
  readonly skuCount: number;
  readonly bindingCount: number;
  readonly sellers: readonly WorldSeller[];
  readonly brands: readonly Brand[];
  readonly categories: readonly Category[];
  readonly leaves: readonly LeafCategory[];
  readonly stride: number;
}

const FIRST_OFFER_ID = 1_000_001;
const FIRST_BOUND_ID = 5_000_001;
const BLOCK_PATTERNS: readonly (readonly number[])[] = [
  [0, 0, 0, 0],
  [0, 0, 2, 2],
  [0, 1, 1, 1],
  [0, 1, 2, 3],
];

function categoryTables(): { categories: Category[]; leaves: LeafCategory[] } {
  const categories: Category[] = [];
  const leaves: LeafCategory[] = [];
  const add = (name: string, parentId: number | null): number => {
    categories.push({ id: categories.length + 1, name, parentId });
    return categories.length;
  };
  for (const [department, groups] of TREE) {
    const departmentId = add(department, null);
    for (const [group, groupLeaves] of groups) {
      const groupId = add(group, departmentId);
      for (const [name, nouns, axis, low, high] of groupLeaves) {
        const id = add(name, groupId);
        leaves.push({ id, path: `${department}/${group}/${name}`, nouns: nouns.split('|'), axis, low, high });
      }
    }
  }
  return { categories, leaves };
}

/** The plan of a marketplace with `size` waiting offers. Throws when size is not a whole number from 1 to 10,000,000. */
export function createPlan(seed: number, size: number): GeneratorPlan {
  if (!Number.isInteger(size) || size < 1 || size > 10_000_000)
    throw new Error(`size must be a whole number from 1 to 10000000, not ${size}`);
  const skuCount = Math.max(50, Math.floor(size / 4));
  const sellerCount = Math.min(90, Math.max(6, Math.round(Math.sqrt(size) / 11)));
  const brandCount = Math.min(BRAND_HEADS.length * BRAND_TAILS.length, Math.max(24, Math.round(Math.sqrt(skuCount))));
  const brandStride = coprime(131, BRAND_HEADS.length * BRAND_TAILS.length);
  const brands = Array.from({ length: brandCount }, (_, b) => {
    const n = (b * brandStride + seed) % (BRAND_HEADS.length * BRAND_TAILS.length);
    return { id: b + 1, name: choose(BRAND_HEADS, n) + choose(BRAND_TAILS, Math.floor(n / BRAND_HEADS.length)) };
  });
  const sellers = Array.from({ length: sellerCount }, (_, s) => {
    const h = hash(seed, s, 90);
    const kind = choose(['Trading', 'Store', 'Supply', 'Outlet', 'Direct', 'Depot'], h >>> 8);
    return { id: `seller-${s + 1}`, name: `${choose(BRAND_HEADS, h)}${choose(BRAND_TAILS, h >>> 4)} ${kind} ${s + 1}` };
  });
  const bindingCount = Math.min(Math.floor(size / 10), skuCount);
  return {
    seed,
    offerCount: size,
    skuCount,
    bindingCount,
    sellers,
    brands,
    ...categoryTables(),
    stride: coprime(Math.floor(size * 0.618) | 1, size),
  };
}

function blockStart(plan: GeneratorPlan, s: number): number {
  const pattern = choose(BLOCK_PATTERNS, hash(plan.seed, s >> 2, 1));
  return (s & ~3) + (pattern[s & 3] ?? 0);
}

function modelNumber(h: number, k: number): string {
  const letters = 'ABCDEFGHKLMNPRSTVWXZ';
  const a = letters.charAt(h % 20) + letters.charAt((h >>> 5) % 20);
  return `${a}-${100 + ((h >>> 10) % 8900)}${letters.charAt((k >>> 3) % 20)}`;
}

/** SKU at position `s` (0 up to the plan's skuCount; beyond it, plausible things that the catalogue does not have). Pure. */
export function generateSku(plan: GeneratorPlan, s: number): CatalogSku {
  const first = blockStart(plan, s);
  const p = hash(plan.seed, first, 2);
  const q = hash(plan.seed, first, 3);
  const v = hash(plan.seed, s, 4);
  const leaf = choose(plan.leaves, p);
  const brand = choose(plan.brands, p >>> 7);
  const noun = choose(leaf.nouns, p >>> 17);
  const series = choose(SERIES, q);
  const axis = AXES[leaf.axis] ?? { name: 'Color', values: ['Black'] };
  const value = choose(axis.values, (q >>> 6) + (s - first));
  const model = modelNumber(q, p);
  const color = leaf.axis === 'color' ? null : choose(AXES.color?.values ?? ['Black'], q >>> 12);
  const manufacturerCode = `${model}/${value.replace(/[^0-9A-Za-z]/g, '').toUpperCase()}`;
  const productName = `${brand.name} ${noun} ${series} ${model}`;
  const name = color === null ? value : `${value} ${color}`;
  const base = leaf.low + ((hash(plan.seed, first, 5) % 10_000) / 10_000) ** 2 * (leaf.high - leaf.low);
  const specifications: Specification[] = [{ name: axis.name, values: [value] }];
  if (color !== null) specifications.push({ name: 'Color', values: [color] });
  specifications.push({ name: 'Series', values: [series] });
  return {
    id: s + 1,
    productId: PRODUCT_ID_OFFSET + first + 1,
    refId: `REF-${String(s + 1).padStart(6, '0')}`,
    ean: hash(plan.seed, s, 6) % 20 === 0 ? null : gtin13(plan.seed, s),
    manufacturerCode,
    name,
    productName,
    nameComplete: `${productName} ${name}`,
    description: `${productName}, ${name}. ${choose(FEATURES, q >>> 3)}, ${choose(FEATURES, q >>> 15)}.`,
    brandId: brand.id,
    categoryId: leaf.id,
    specifications,
    dimensions: {
      height: 4 + (v % 40),
      width: 5 + ((v >>> 6) % 60),
      length: 5 + ((v >>> 12) % 80),
      weight: 100 + ((v >>> 8) % 9000),
    },
    price: Math.round(base * (1 + (s - first) * 0.07)) * 100 - 1,
    isActive: hash(plan.seed, s, 7) % 50 !== 0,
  };
}

/** Where offer i points: slot -> SKU and how many offers of that SKU come before it. */
function offerSlot(plan: GeneratorPlan, i: number): { slot: number; s: number; k: number } {
  const slot = (i * plan.stride + plan.seed) % plan.offerCount;
  return { slot, s: slot % plan.skuCount, k: Math.floor(slot / plan.skuCount) };
}

/**
 * Index of the seller of offer i. Offers of one SKU, and its existing bindings, come from different sellers as long as there are
 * sellers enough, because a seller can sell a SKU once only.
 */
export function generatedSeller(plan: GeneratorPlan, i: number): number {
  const { s, k } = offerSlot(plan, i);
  return (hash(plan.seed, s, 8) + k) % plan.sellers.length;
}

/** Age of offer i at the start, in milliseconds: oldest first by position, with some noise. Pure. */
function generatedAge(plan: GeneratorPlan, i: number): number {
  const part = (i + (hash(plan.seed, i, 9) % 1000) / 1000) / plan.offerCount;
  return Math.floor(OLDEST_AGE * (1 - part)) + 60_000;
}

function offerEan(plan: GeneratorPlan, i: number, ean: string | null): { ean: string | null; gtinKind: GtinKind } {
  const h = hash(plan.seed, i, 10) % 100;
  if (ean === null || h < 30) return { ean: null, gtinKind: 'missing' };
  if (h >= 40) return { ean, gtinKind: 'valid' };
  const last = Number(ean.slice(-1));
  return { ean: ean.slice(0, -1) + String((last + 1 + (h % 8)) % 10), gtinKind: 'invalid' };
}

/** Offer at position `i` (0 up to the plan's offerCount): the same SKU said differently, or (about 15 %) something unknown. Pure. */
export function generateOffer(plan: GeneratorPlan, i: number): GeneratedOffer {
  const { slot, s } = offerSlot(plan, i);
  const h = hash(plan.seed, i, 11);
  const unknown = hash(plan.seed, i, 12) % 100 < 15;
  const sku = generateSku(plan, unknown ? plan.skuCount + slot : s);
  const leaf = plan.leaves.find((l) => l.id === sku.categoryId);
  const brandName = plan.brands[sku.brandId - 1]?.name ?? 'Unbranded';
  const seller = plan.sellers[generatedSeller(plan, i)];
  const itemId = String(FIRST_OFFER_ID + i);
  const text = restate(sku, brandName, plan.seed, i);
  const code = hash(plan.seed, i, 13) % 10;
  const refId =
    code < 3
      ? sku.manufacturerCode
      : code < 5
        ? sku.manufacturerCode.replace(/[-/]/g, '')
        : `${seller?.id ?? 's'}-${itemId}`;
  const brandSaid = h % 25 === 0 ? withTypo(brandName, h) : h % 12 === 0 ? brandName.toUpperCase() : brandName;
  const path = leaf?.path ?? 'General';
  const noise = 0.85 + (hash(plan.seed, i, 14) % 3000) / 10_000;
  return {
    sellerId: seller?.id ?? 'seller-1',
    itemId,
    productId: `P${itemId}`,
    productName: text.productName.slice(0, 150),
    skuName: text.skuName,
    nameComplete: text.nameComplete,
    description: text.description,
    brandName: brandSaid,
    categoryFullPath:
      (h >>> 9) % 10 === 0 ? path.split('/').slice(0, 2).join('/') : (h >>> 9) % 17 === 0 ? path.toLowerCase() : path,
    refId,
    ...offerEan(plan, i, sku.ean),
    skuSpecifications: (h >>> 14) % 5 === 0 ? [] : sku.specifications.slice(0, 2),
    productSpecifications: sku.specifications.slice(2),
    dimensions: sku.dimensions,
    price: Math.max(100, Math.round(sku.price * noise)),
    stock: (h >>> 18) % 12 === 0 ? 0 : 1 + ((h >>> 20) % 200),
    image: (h >>> 7) % 10 === 0 ? null : sku.id,
    age: generatedAge(plan, i),
    truth: unknown ? null : sku.id,
  };
}

/** Binding at position `j` (0 up to bindingCount) that exists at the start: two sellers on every bound SKU. Pure. */
function generateBinding(plan: GeneratorPlan, j: number): WorldBinding {
  const s = ((j >> 1) * coprime(7, plan.skuCount)) % plan.skuCount;
  const sku = generateSku(plan, s);
  // The offers of a SKU take the first four or five sellers from its own start; bindings count back from there.
  const n = plan.sellers.length;
  const seller = plan.sellers[(hash(plan.seed, s, 8) + 2 * n - 1 - (j & 1)) % n];
  const h = hash(plan.seed, j, 15);
  return {
    sellerId: seller?.id ?? 'seller-1',
    sellerSkuId: String(FIRST_BOUND_ID + j),
    skuId: sku.id,
    isActive: h % 20 !== 0,
    price: Math.max(100, Math.round(sku.price * (0.9 + (h % 2000) / 10_000))),
    stock: (h >>> 12) % 150,
  };
}

/** The generated marketplace behind the World interface. */
export function generatedWorld(seed: number, size: number): World & { readonly plan: GeneratorPlan } {
  const plan = createPlan(seed, size);
  const { sellers, skuCount, offerCount } = plan;
  return {
    plan,
    brands: plan.brands,
    categories: plan.categories,
    sellers,
    skuCount,
    skuAt: (s) => generateSku(plan, s),
    skuPosition: (id) => (Number.isInteger(id) && id >= 1 && id <= skuCount ? id - 1 : -1),
    productPositions: (productId) => {
      const first = productId - PRODUCT_ID_OFFSET - 1;
      if (!Number.isInteger(first) || first < 0 || first >= skuCount) return [];
      const positions: number[] = [];
      for (let s = first; s < Math.min(skuCount, (first & ~3) + 4); s++)
        if (blockStart(plan, s) === first) positions.push(s);
      return positions;
    },
    refPosition: (refId) => {
      const id = /^REF-(\d{6,})$/.exec(refId);
      const s = id ? Number(id[1]) - 1 : -1;
      return s >= 0 && s < skuCount && generateSku(plan, s).refId === refId ? s : -1;
    },
    offerCount,
    offerAt: (i) => generateOffer(plan, i),
    offerPosition: (sellerId, itemId) => {
      const i = /^\d+$/.test(itemId) ? Number(itemId) - FIRST_OFFER_ID : -1;
      return i >= 0 && i < offerCount && sellers[generatedSeller(plan, i)]?.id === sellerId ? i : -1;
    },
    offerSeller: (i) => generatedSeller(plan, i),
    offerAge: (i) => generatedAge(plan, i),
    bindingCount: plan.bindingCount,
    bindingAt: (j) => generateBinding(plan, j),
  };
}
