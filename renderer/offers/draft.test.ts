import { expect, it } from 'vitest';
import { offerDetail } from '../../shared/contract/offers.ts';
import { draftOf, skuOf } from './draft.ts';

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
