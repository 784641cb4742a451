import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlan, generatedSeller, generatedWorld, generateOffer, generateSku } from './generator.ts';
import { isValidGtin } from './gtin.ts';

const plan = createPlan(7, 1_000_000);
const offerIndex = fc.integer({ min: 0, max: plan.offerCount - 1 });
const options = { numRuns: 2000, seed: 20261125 };

describe('the generator', () => {
  it('gives offer i as a pure function of seed and i', () => {
    const again = createPlan(7, 1_000_000);
    fc.assert(
      fc.property(offerIndex, (i) => {
        expect(generateOffer(again, i)).toEqual(generateOffer(plan, i));
        expect(generatedSeller(plan, i)).toBe(plan.sellers.findIndex((s) => s.id === generateOffer(plan, i).sellerId));
      }),
      options,
    );
  });

  it('gives check digits that are as valid as declared', () => {
    const seen = { valid: 0, invalid: 0, missing: 0 };
    fc.assert(
      fc.property(offerIndex, (i) => {
        const offer = generateOffer(plan, i);
        seen[offer.gtinKind]++;
        if (offer.gtinKind === 'missing') expect(offer.ean).toBeNull();
        else expect(isValidGtin(offer.ean ?? '')).toBe(offer.gtinKind === 'valid');
      }),
      options,
    );
    expect(Math.min(seen.valid, seen.invalid, seen.missing)).toBeGreaterThan(50);
  });

  it('leaves about 15 % of the offers without a SKU and points the others at one', () => {
    let unknown = 0;
    for (let n = 0; n < 2000; n++) {
      const { truth } = generateOffer(plan, n * 499);
      if (truth === null) unknown++;
      else expect(truth).toBeLessThanOrEqual(plan.skuCount);
    }
    expect(unknown / 2000).toBeGreaterThan(0.11);
    expect(unknown / 2000).toBeLessThan(0.19);
  });

  it('differs between seeds', () => {
    expect(generateOffer(createPlan(1, 2000), 5)).not.toEqual(generateOffer(createPlan(2, 2000), 5));
  });

  it('never gives a seller two offers or bindings of one SKU at the default size', () => {
    const world = generatedWorld(1, 2000);
    const seen = new Set<string>();
    for (let j = 0; j < world.bindingCount; j++) seen.add(`${world.bindingAt(j).sellerId} ${world.bindingAt(j).skuId}`);
    expect(seen.size).toBe(world.bindingCount);
    for (let i = 0; i < world.offerCount; i++) {
      const offer = generateOffer(world.plan, i);
      if (offer.truth === null) continue;
      const key = `${offer.sellerId} ${offer.truth}`;
      expect(seen.has(key)).toBe(false);
      seen.add(key);
    }
  });

  it('keeps products and their SKUs consistent, and finds everything by id', () => {
    const world = generatedWorld(3, 4000);
    for (let s = 0; s < world.skuCount; s += 3) {
      const sku = world.skuAt(s);
      expect(world.skuPosition(sku.id)).toBe(s);
      expect(world.refPosition(sku.refId)).toBe(s);
      const siblings = world.productPositions(sku.productId).map((p) => world.skuAt(p));
      expect(siblings).toContainEqual(sku);
      expect(new Set(siblings.map((x) => x.nameComplete)).size).toBe(siblings.length);
      expect(new Set(siblings.map((x) => x.productName)).size).toBe(1);
    }
    for (let i = 0; i < world.offerCount; i += 7) {
      const offer = world.offerAt(i);
      expect(world.offerPosition(offer.sellerId, offer.itemId)).toBe(i);
      expect(offer.productName.length).toBeLessThanOrEqual(150);
      expect(offer.price).toBeGreaterThan(0);
    }
    expect(generateSku(world.plan, world.skuCount + 10).productName).not.toBe('');
  });

  it('refuses sizes that make no sense', () => {
    for (const size of [0, -1, 1.5, 10_000_001, Number.NaN]) expect(() => createPlan(1, size)).toThrow(/size must be/);
  });
});
