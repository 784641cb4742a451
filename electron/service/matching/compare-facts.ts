import { type Fact, type KeptFact, sameValue } from './facts.ts';
import { AT, type Feature, type Finding, type Shown } from './features.ts';
import type { OfferSide, Side, SkuSide } from './parse.ts';

/** Measures, packs, colours and versions: one finding for each attribute that either side's title or given attributes name. */
export function compareFacts(offer: OfferSide, sku: SkuSide): Finding[] {
  const attributes = new Set<string>();
  for (const side of [offer, sku]) {
    for (const fact of side.facts) attributes.add(fact.attribute);
    for (const fact of side.given) attributes.add(fact.attribute);
  }
  const findings: Finding[] = [];
  for (const attribute of attributes) findings.push(compareAttribute(attribute, offer, sku));
  const version = compareVersions(offer, sku);
  if (version !== null) findings.push(version);
  return findings;
}

interface Said {
  readonly value: number | string;
  readonly written: string;
  /** Read from a description: it may be of something the product works with. */
  readonly aside: boolean;
}

function said(attribute: string, side: Side & { readonly descriptionFacts: readonly KeptFact[] }): Said[] {
  const own: Said[] = [];
  for (const fact of side.given)
    if (fact.attribute === attribute) own.push({ value: fact.value, written: fact.written, aside: false });
  for (const fact of side.facts)
    if (fact.attribute === attribute)
      own.push({ value: fact.value, written: side.title.slice(fact.start, fact.end), aside: false });
  for (const fact of side.descriptionFacts)
    if (fact.attribute === attribute) own.push({ value: fact.value, written: fact.written, aside: true });
  return own;
}

function compareAttribute(attribute: string, offer: OfferSide, sku: SkuSide): Finding {
  const ours = said(attribute, offer);
  const theirs = said(attribute, sku);
  const [first, other] = [ours[0], theirs[0]];
  if (first === undefined || other === undefined)
    return {
      attribute,
      verdict: 'missing',
      offerValue: first?.written ?? null,
      skuValue: other?.written ?? null,
      features: [],
    };
  for (const a of ours)
    for (const b of theirs)
      if (sameValue(a.value, b.value)) {
        const feature: Feature = attribute === 'color' ? 'colorSame' : 'measureSame';
        const value = a.aside || b.aside ? 0.6 : 1;
        return shown(attribute, 'agrees', a, b, [AT[feature], value]);
      }
  const aside = first.aside || other.aside;
  const feature: Feature =
    attribute === 'color'
      ? 'colorOther'
      : attribute === 'pack'
        ? 'packOther'
        : aside
          ? 'measureOtherInText'
          : 'measureOther';
  // What only a description says differently is a hint, and shown as "near" rather than as a conflict.
  const weak = aside && attribute !== 'pack';
  return shown(attribute, weak ? 'near' : 'conflicts', first, other, [
    AT[feature],
    aside && attribute !== 'size' ? 0.5 : 1,
  ]);
}

function shown(attribute: string, verdict: Finding['verdict'], a: Said, b: Said, features: Shown): Finding {
  return {
    attribute,
    verdict,
    offerValue: a.written,
    skuValue: b.written,
    offerMarks: [[0, a.written.length]],
    skuMarks: [[0, b.written.length]],
    features,
  };
}

function distinct(list: readonly Fact[]): Fact[] {
  const seen = new Set<number | string>();
  return list.filter((fact) => !seen.has(fact.value) && seen.add(fact.value));
}

function compareVersions(offer: Side, sku: Side): Finding | null {
  const ours = distinct(offer.versions);
  const theirs = distinct(sku.versions);
  const [first, other] = [ours[0], theirs[0]];
  const written = (side: Side, fact: Fact): string => side.title.slice(fact.start, fact.end);
  if (first === undefined || other === undefined) return null;
  const theirValues = new Set(theirs.map((fact) => fact.value));
  const shared = ours.filter((fact) => theirValues.has(fact.value));
  const same = shared[0];
  const match = same === undefined ? undefined : theirs.find((fact) => fact.value === same.value);
  const [a, b] = same !== undefined && match !== undefined ? [same, match] : [first, other];
  const [offerValue, skuValue] = [written(offer, a), written(sku, b)];
  const share = (2 * shared.length) / (ours.length + theirs.length);
  return {
    attribute: 'version',
    verdict: same === undefined ? 'conflicts' : share === 1 ? 'agrees' : 'near',
    offerValue,
    skuValue,
    offerMarks: [[0, offerValue.length]],
    skuMarks: [[0, skuValue.length]],
    features:
      same === undefined
        ? [AT.versionOther, 1]
        : [AT.versionSame, share, AT.versionOther, share === 1 ? 0 : (1 - share) / 2],
  };
}

/** Editions and conditions: what one names and the other does not speaks against, since a new thing rarely says that it is new. */
export function compareEditions(offer: Side, sku: Side): Finding | null {
  const [first, other] = [offer.editions[0], sku.editions[0]];
  if (first === undefined && other === undefined) return null;
  const written = (side: Side, list: readonly Fact[]): string | null =>
    list.length === 0 ? null : list.map((fact) => side.title.slice(fact.start, fact.end)).join(' ');
  const theirs = new Set(sku.editions.map((fact) => fact.value));
  const shared = offer.editions.filter((fact) => theirs.has(fact.value)).length;
  const share = (2 * shared) / (offer.editions.length + sku.editions.length);
  const silent = first === undefined || other === undefined;
  return {
    attribute: 'edition',
    verdict: share === 1 ? 'agrees' : silent ? 'missing' : shared > 0 ? 'near' : 'conflicts',
    offerValue: written(offer, offer.editions),
    skuValue: written(sku, sku.editions),
    // A silent side is missing, which weighs nothing: sellers leave the edition out as often as they mean another.
    features: silent ? [] : [AT.editionSame, share, AT.editionOther, 1 - share],
  };
}
