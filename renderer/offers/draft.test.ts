import { expect, it } from 'vitest';
import { offerDetail, suggestion } from '../../shared/contract/offers.ts';
import { draftOf, productToStartWith, skuOf } from './draft.ts';

const offer = offerDetail.parse({
  id: 1,
  sellerId: 's1',
  sellerName: 'Acme',
  sellerSkuId: 'a',
  versionId: 'v1',
  title: 'Caneta azul',
  brand: 'BIC Brasil',
  categoryPath: 'Papelaria/Canetas',
  price: null,
  stock: null,
  receivedAt: '2026-11-25T09:00:00.000Z',
  expiresAt: '2026-12-25T09:00:00.000Z',
  queue: 'waiting',
  band: null,
  score: null,
  bestSkuId: null,
  reason: null,
  decision: null,
  claim: null,
  description: null,
  gtins: [],
  referenceId: null,
  model: null,
  dimensions: { height: 1, width: 1, length: 14, weight: 6 },
  images: [{ name: 'front', url: 'https://images.example/1.jpg' }],
  specifications: [{ name: 'Cor', values: ['azul', 'marinho'] }],
  mappedSpecifications: [{ name: 'Colour', values: ['azul', 'marinho'] }],
  measurementUnit: null,
  unitMultiplier: null,
  mappedCategoryId: 12,
  mappedBrandId: 5,
  decisions: [],
});

it('fills a new product in with what the seller’s words mean here', () => {
  const draft = draftOf(offer, null);
  expect(draft).toMatchObject({ categoryId: '12', brandId: '5', specifications: 'Colour: azul, marinho' });
  expect(skuOf(draft, offer).specifications).toEqual({ Colour: 'azul, marinho' });
});

it('starts a new SKU with a likely product, or the one that was gone to, and never with a hopeless one', () => {
  const suggested = (skuId: number, score: number) =>
    suggestion.parse({
      skuId,
      productId: skuId * 10,
      score,
      name: 'Pen',
      productName: 'Pens',
      brand: null,
      categoryPath: null,
      imageUrl: null,
      sellersBound: 0,
      evidence: [],
      turn: null,
      settle: null,
    });
  expect(productToStartWith([suggested(1, 9_000)], 0)).toBe(10);
  expect(productToStartWith([suggested(1, 0), suggested(2, 0)], 0)).toBeNull();
  expect(productToStartWith([suggested(1, 0), suggested(2, 0)], 1)).toBe(20);
  expect(productToStartWith([], 0)).toBeNull();
});
