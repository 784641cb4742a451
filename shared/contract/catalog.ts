import { z } from 'zod';
import { bindingId, brandId, categoryId, money, productId, sellerId, sellerSkuId, skuId } from './core.ts';
import { query } from './method.ts';
import { viewMethods } from './view.ts';

export const skuFilter = z.object({
  text: z.string().max(200).optional(),
  categoryId: categoryId.optional(),
  brandId: brandId.optional(),
  productId: productId.optional(),
  active: z.boolean().optional(),
  bound: z.boolean().optional(),
});
export type SkuFilter = z.infer<typeof skuFilter>;
export const skuColumns = ['id', 'name', 'brand', 'sellers'] as const;
export type SkuColumn = (typeof skuColumns)[number];

export const skuRow = z.object({
  id: skuId,
  productId,
  name: z.string(),
  productName: z.string(),
  brand: z.string().nullable(),
  categoryPath: z.string().nullable(),
  referenceId: z.string().nullable(),
  gtins: z.array(z.string()),
  referencePrice: money.nullable(),
  isActive: z.boolean(),
  sellersBound: z.int(),
});
export type SkuRow = z.infer<typeof skuRow>;

export const skuDetail = skuRow.extend({
  imageUrl: z.string().nullable(),
  specifications: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
  siblings: z.array(z.object({ skuId, name: z.string(), isActive: z.boolean() })),
  bound: z.array(
    z.object({
      bindingId,
      sellerId,
      sellerName: z.string(),
      sellerSkuId,
      state: z.enum(['active', 'inactive', 'removed']),
      price: money.nullable(),
      stock: z.int().nullable(),
    }),
  ),
});
export type SkuDetail = z.infer<typeof skuDetail>;

export const category = z.object({
  categoryId,
  parentId: categoryId.nullable(),
  name: z.string(),
  path: z.string(),
  depth: z.int(),
});
export type Category = z.infer<typeof category>;

export const catalog = {
  view: viewMethods(skuFilter, skuColumns, skuRow),
  methods: {
    'catalog.sku': query(z.object({ skuId }), skuDetail),
    'catalog.categories': query(z.object({}), z.object({ categories: z.array(category) })),
    'catalog.brands': query(
      z.object({ text: z.string().max(100).default(''), limit: z.int().max(200).default(50) }),
      z.object({ brands: z.array(z.object({ brandId, name: z.string() })) }),
    ),
    /** For pickers and the palette: SKUs by id, GTIN, reference or words of the name. */
    'catalog.search': query(
      z.object({ text: z.string().max(200), limit: z.int().max(50).default(10) }),
      z.object({ skus: z.array(skuRow) }),
    ),
    'catalog.counts': query(z.object({}), z.object({ skus: z.int(), products: z.int(), brands: z.int() })),
  },
};
