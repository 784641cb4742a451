import { sameValue } from './facts.ts';
import { parseSide, type Side, type SideInput } from './parse.ts';

/** A waiting offer of something that the catalogue lacks. */
export interface Groupable extends SideInput {
  readonly offerId: number;
  readonly sellerId: string;
}

/** What ties an offer to its group: a GTIN in common, a brand and a model number, or the same words. */
export type GroupedBy = 'gtin' | 'model' | 'title';

/** Offers of one product, of several sellers. */
export interface OfferGroup {
  readonly sellers: number;
  /** In the order of their ids. */
  readonly offers: readonly { readonly offerId: number; readonly by: GroupedBy }[];
}

/** Shorter model numbers are shared by too much. */
const LEAST_CODE = 5;
/** Titles of fewer words say too little to be one product by. */
const LEAST_WORDS = 3;
/** Here nothing is rare: what is in common is compared whole. */
const RARITY = { of: () => 1 };

interface Member {
  readonly offer: Groupable;
  readonly side: Side;
}

/** What a group's offers say between them; two groups that say differently are two products, or two variants. */
interface Cluster {
  members: number[];
  readonly gtins: Set<string>;
  readonly said: Map<string, (number | string)[]>;
}

/**
 * Groups offers of one product, so that staff create it once: first by valid GTINs, then by brand and model number, then by titles of the
 * same words. The latter two never join what has different GTINs, or states a measure, colour, pack, edition or bare number differently. Only groups of
 * several sellers are given, the most offered first. Deterministic, whatever the order of the offers.
 */
export function groupOffers(offers: readonly Groupable[]): OfferGroup[] {
  const members = offers
    .toSorted((a, b) => a.offerId - b.offerId)
    .map((offer): Member => ({ offer, side: parseSide(offer, RARITY) }));
  const clusters = members.map(
    ({ side }, at): Cluster => ({
      members: [at],
      gtins: new Set(side.validGtins),
      said: saidBy(side),
    }),
  );
  const of = members.map((_, at) => at);
  const by: (GroupedBy | null)[] = members.map(() => null);
  for (const [kind, keysOf] of [
    ['gtin', ({ side }: Member) => side.validGtins],
    ['model', modelKeys],
    ['title', titleKeys],
  ] as const) {
    const buckets = new Map<string, number[]>();
    for (const [at, member] of members.entries())
      for (const key of keysOf(member)) {
        const bucket = buckets.get(key);
        if (bucket) bucket.push(at);
        else buckets.set(key, [at]);
      }
    for (const bucket of buckets.values()) {
      // with the first of them that it does not contradict
      for (const [place, at] of bucket.entries())
        for (const other of bucket.slice(0, Math.min(place, MOST_TRIED))) {
          const [a, b] = [of[other] ?? other, of[at] ?? at];
          if (a === b) break;
          const [into, from] = [clusters[a], clusters[b]];
          if (into === undefined || from === undefined || (kind !== 'gtin' && contradict(into, from))) continue;
          join(into, from);
          for (const member of from.members) of[member] = a;
          from.members = [];
          by[at] ??= kind;
          by[other] ??= kind;
          break;
        }
    }
  }
  return clusters
    .map(({ members: all }): OfferGroup => {
      const ids = all.toSorted((a, b) => a - b);
      return {
        sellers: new Set(ids.map((at) => members[at]?.offer.sellerId)).size,
        offers: ids.map((at) => ({ offerId: members[at]?.offer.offerId ?? 0, by: by[at] ?? 'title' })),
      };
    })
    .filter(({ sellers }) => sellers > 1)
    .sort(
      (a, b) =>
        b.sellers - a.sellers ||
        b.offers.length - a.offers.length ||
        (a.offers[0]?.offerId ?? 0) - (b.offers[0]?.offerId ?? 0),
    );
}

/** Clusters of one key that an offer is held against: hostile sellers may send thousands that contradict each other. */
const MOST_TRIED = 20;

function join(into: Cluster, from: Cluster): void {
  into.members.push(...from.members);
  for (const gtin of from.gtins) into.gtins.add(gtin);
  for (const [attribute, values] of from.said)
    into.said.set(attribute, [...new Set([...(into.said.get(attribute) ?? []), ...values])]);
}

function contradict(a: Cluster, b: Cluster): boolean {
  if (a.gtins.size > 0 && b.gtins.size > 0 && ![...a.gtins].some((gtin) => b.gtins.has(gtin))) return true;
  for (const [attribute, values] of b.said) {
    const others = a.said.get(attribute);
    if (others !== undefined && !values.some((value) => others.some((other) => sameValue(value, other)))) return true;
  }
  return false;
}

function saidBy(side: Side): Map<string, (number | string)[]> {
  const said = new Map<string, (number | string)[]>();
  for (const { attribute, value } of [...side.facts, ...side.given, ...side.editions, ...side.versions])
    said.set(attribute, [...(said.get(attribute) ?? []), value]);
  return said;
}

function modelKeys({ side }: Member): string[] {
  const brand = side.brandKey === '' ? (side.words[0]?.key ?? '') : side.brandKey;
  const codes = side.codes.filter(({ mixed, loose }) => mixed && !loose).map(({ code }) => code);
  if (/[0-9]/.test(side.modelCode) && /[A-Z]/.test(side.modelCode)) codes.push(side.modelCode);
  return [...new Set(codes)].filter((code) => code.length >= LEAST_CODE).map((code) => `${brand} ${code}`);
}

function titleKeys({ side }: Member): string[] {
  return side.keys.size < LEAST_WORDS ? [] : [[...side.keys].sort().join(' ')];
}
