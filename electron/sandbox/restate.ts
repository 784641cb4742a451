/** How a seller says the same thing differently: order, abbreviations, dropped and added words, other languages, model spellings, typos. */
import { choose, hash, shuffle, stream } from './random.ts';
import { ABBREVIATIONS, FEATURES, NOISE_WORDS, TRANSLATIONS } from './vocabulary.ts';
import type { CatalogSku } from './world.ts';

export interface Restated {
  readonly productName: string;
  readonly skuName: string;
  readonly nameComplete: string;
  readonly description: string;
}

/** Swaps or drops one inner letter. */
export function withTypo(word: string, h: number): string {
  if (word.length < 4) return word;
  const at = 1 + (h % (word.length - 2));
  return (h >>> 8) % 2 === 0
    ? word.slice(0, at) + word.slice(at + 1)
    : word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
}

function sayModel(model: string, h: number): string {
  const way = h % 5;
  if (way === 0) return model.replace('-', '');
  if (way === 1) return model.replace('-', ' ');
  return way === 2 ? model.toLowerCase() : model;
}

/** The words of offer `i` for this SKU. Pure. */
export function restate(sku: CatalogSku, brandName: string, seed: number, i: number): Restated {
  const next = stream(hash(seed, i, 30));
  const model = sku.productName.slice(sku.productName.lastIndexOf(' ') + 1);
  const middle = sku.productName.slice(brandName.length + 1, sku.productName.lastIndexOf(' ')).split(' ');
  let words = middle.map((word) => {
    const key = word.toLowerCase();
    const roll = next();
    if (roll < 0.12) return ABBREVIATIONS[key] ?? word;
    if (roll < 0.2) return TRANSLATIONS[key] ?? word;
    return roll < 0.25 ? withTypo(word, hash(seed, i, 31)) : word;
  });
  if (next() < 0.2 && words.length > 2) words.splice(Math.floor(next() * words.length), 1);
  if (next() < 0.25) words = shuffle(words, next);
  const modelSaid = next() < 0.2 ? [] : [sayModel(model, hash(seed, i, 32))];
  const brandSaid = next() < 0.15 ? [] : [brandName];
  const order = next();
  const parts =
    order < 0.55
      ? [...brandSaid, ...words, ...modelSaid]
      : order < 0.8
        ? [...brandSaid, ...modelSaid, ...words]
        : [...words, ...modelSaid, ...brandSaid];
  if (next() < 0.2) parts.push(choose(NOISE_WORDS, hash(seed, i, 33)));
  const skuName = sku.name
    .split(' ')
    .map((word) =>
      next() < 0.15 ? (TRANSLATIONS[word.toLowerCase()] ?? ABBREVIATIONS[word.toLowerCase()] ?? word) : word,
    )
    .join(' ');
  const cased = next() < 0.3 ? parts.join(' ').toLowerCase() : parts.join(' ');
  return {
    productName: cased,
    skuName,
    nameComplete: `${cased} ${skuName}`,
    description:
      next() < 0.15
        ? cased
        : `${cased}. ${choose(FEATURES, hash(seed, i, 34))}, ${choose(FEATURES, hash(seed, i, 35))}.`,
  };
}
