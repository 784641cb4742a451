import { expect, it } from 'vitest';
import { createCatalogIndex } from './catalog-index.ts';
import { entry, offer, SHOP } from './fixtures.ts';
import type { Candidate, Evidence, OfferText } from './types.ts';

const shop = createCatalogIndex();
shop.upsert([
  ...SHOP,
  entry(700, 'Velico Edge Graphite running shoes waterproof membrane trail sole', { brand: 'Velico' }),
]);

function candidateOf(skuId: number, text: OfferText): Candidate {
  const found = shop.suggest(text, 50).candidates.find((candidate) => candidate.skuId === skuId);
  if (!found) throw new Error(`SKU ${skuId} is not among the candidates.`);
  return found;
}

const title = (candidate: Candidate): Evidence | undefined =>
  candidate.evidence.find(({ attribute }) => attribute === 'title');

function marked(value: string | null, marks: Evidence['offerMarks']): string[] {
  return (marks ?? []).map(([from, to]) => (value ?? '').slice(from, to).toLowerCase());
}

it('marks what two titles share where they agree, and what only one of them says where they conflict', () => {
  const alike = title(candidateOf(18791, offer('Talgear ProSafe FS108 8-Port Switch', { brand: 'Talgear' })));
  expect(alike?.verdict).toBe('agrees');
  expect(marked(alike?.offerValue ?? null, alike?.offerMarks)).toEqual(expect.arrayContaining(['talgear', 'prosafe']));

  const unlike = title(candidateOf(700, offer('Velico kettle gooseneck stainless thermometer pouring spout brewer')));
  expect(unlike?.verdict).toBe('conflicts');
  const ours = marked(unlike?.offerValue ?? null, unlike?.offerMarks);
  const theirs = marked(unlike?.skuValue ?? null, unlike?.skuMarks);
  expect(ours).toContain('kettle');
  expect(theirs).toContain('membrane');
  expect([...ours, ...theirs]).not.toContain('velico');
});

it('says what would settle a sibling, and nothing of what is plainly another product', () => {
  const sibling = candidateOf(401, offer('Mantella camiseta esportiva masculina azul', { brand: 'Mantella' }));
  expect(sibling.settle).toMatchObject({ code: 'checkAttribute', values: { attribute: 'color' } });

  const other = candidateOf(700, offer('Velico kettle gooseneck silver thermometer pouring spout brewer'));
  expect(other.score).toBeLessThan(800);
  expect(other.settle).toBeNull();
});
