import { type Charge, chargeOf, isPlain } from '../../../shared/domain/commission/charge.ts';
import { type Candidate, type CompiledRules, firstValid } from '../../../shared/domain/commission/choose.ts';
import type { CommissionPart } from '../../../shared/domain/commission/rules.ts';
import { adjustedCommission } from '../../../shared/domain/commission/sold.ts';
import { divideRounded, wholeBasisPoints, wholeOfScaled } from '../../../shared/domain/exact.ts';
import type { SoldColumns } from './sold-columns.ts';

/** The commissions of very many items: rules laid out so that an item finds its charge in neighbouring memory. */

/** What is charged from which moment on: the charge at a place holds from its start to the next. */
interface Course {
  readonly starts: readonly number[];
  readonly charges: readonly (Charge | null)[];
}
/** The first candidate for each moment, brand aside; those behind one that always holds are never reached. */
function courseOf(candidates: readonly Candidate[], part: CommissionPart, brand: number | null): Course {
  const reached: Candidate[] = [];
  for (const candidate of candidates) {
    const { brandId } = candidate.rule.scope;
    if (candidate[part] === null || (brandId !== null && brandId !== brand)) continue;
    reached.push(candidate);
    if (candidate.from === -Infinity && candidate.until === Infinity) break;
  }
  const edges = new Set([-Infinity]);
  for (const { from, until } of reached) edges.add(from).add(until);
  edges.delete(Infinity);
  const starts = [...edges].toSorted((a, b) => a - b);
  return { starts, charges: starts.map((start) => firstValid(reached, part, start)?.[part] ?? null) };
}

/** Nothing is charged. */
const nothing = -1;

/**
 * Courses one behind the other in two arrays, so that an item finds its charge in neighbouring memory. A course is its length, then a start and
 * a code for each piece: a rate in basis points, {@link nothing}, or below that a charge that is more than a percentage.
 */
class Courses {
  #starts = new Float64Array(65_536);
  #codes = new Int32Array(65_536);
  #used = 0;
  readonly #charges: Charge[] = [];

  /** @returns where the course begins */
  add({ starts, charges }: Course): number {
    const place = this.#used;
    if (place + starts.length + 1 > this.#codes.length) {
      const size = Math.max(this.#codes.length * 2, place + starts.length + 1);
      const [olderStarts, olderCodes] = [this.#starts, this.#codes];
      this.#starts = new Float64Array(size);
      this.#codes = new Int32Array(size);
      this.#starts.set(olderStarts);
      this.#codes.set(olderCodes);
    }
    this.#codes[place] = starts.length;
    for (const [index, start] of starts.entries()) {
      this.#starts[place + 1 + index] = start;
      this.#codes[place + 1 + index] = this.#codeOf(charges[index] ?? null);
    }
    this.#used += starts.length + 1;
    return place;
  }
  #codeOf(charge: Charge | null): number {
    if (charge === null) return nothing;
    if (isPlain(charge)) return charge.bands[0]?.rate ?? 0;
    this.#charges.push(charge);
    return nothing - this.#charges.length;
  }
  /** What is charged by a course at a moment, minor units. */
  chargeAt(place: number, moment: number, price: number, quantity: number): number {
    if (price === 0) return 0;
    let at = place + (this.#codes[place] as number);
    while ((this.#starts[at] as number) > moment) at--;
    const code = this.#codes[at] as number;
    if (code === nothing) return 0;
    if (code < nothing) return chargeOf(this.#charges[nothing - 1 - code] as Charge, price, quantity);
    const scaled = price * code * quantity;
    return scaled < mostScaled
      ? wholeOfScaled(scaled)
      : divideRounded(BigInt(price) * BigInt(code) * BigInt(quantity), wholeBasisPoints);
  }
}
const mostScaled = 2 ** 52;

/** Items that rules cannot tell apart but by brand and day: where their courses begin. */
interface Kind {
  readonly candidates: readonly Candidate[];
  /** Brands that a rule about them names: each has courses of its own, made when such an item comes; product, then freight. */
  readonly brands: Map<number, number[] | null>;
  /** A bit for each last five bits of those brands: most items are of none of them, and are not looked up. */
  readonly brandBits: number;
  readonly product: number;
  readonly freight: number;
}

function kindOf(courses: Courses, candidates: readonly Candidate[]): Kind {
  const brands = new Map<number, number[] | null>();
  let brandBits = 0;
  for (const { rule } of candidates) {
    if (rule.scope.brandId === null) continue;
    brands.set(rule.scope.brandId, null);
    brandBits |= 1 << (rule.scope.brandId & 31);
  }
  return {
    candidates,
    brands,
    brandBits,
    product: courses.add(courseOf(candidates, 'product', null)),
    freight: courses.add(courseOf(candidates, 'freight', null)),
  };
}

/**
 * Commission of every item, minor units: how fast rules are chosen is measured on this. Rules are looked up once for each seller, category and
 * channel, and laid out by brand and in time; an item finds its charge among a few moments.
 */
export function commissionsOf(columns: SoldColumns, compiled: CompiledRules, asOf: number | null): Float64Array {
  const { count, sellers, channels, skus, categories } = columns;
  const courses = new Courses();
  const kinds: (Kind | undefined)[] = new Array(sellers.length * categories.length * channels.length);
  const bound = new Set<number>();
  if (compiled.bindings.length > 0) {
    const sellerCodes = new Map(sellers.map((id, code) => [id, code]));
    const skuCodes = new Map(skus.map((id, code) => [id, code]));
    for (const { sellerId, sellerSkuId } of compiled.bindings) {
      const seller = sellerCodes.get(sellerId);
      const sku = skuCodes.get(sellerSkuId);
      if (seller !== undefined && sku !== undefined) bound.add(seller * skus.length + sku);
    }
  }
  const result = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const seller = columns.seller[at] as number;
    const category = columns.categoryCode[at] as number;
    const channel = columns.channel[at] as number;
    const brand = columns.brand[at] as number;
    let kind: Kind | undefined;
    if (bound.size > 0 && bound.has(seller * skus.length + (columns.sku[at] as number)))
      kind = kindOf(
        courses,
        compiled.candidates({
          sellerId: sellers[seller] as string,
          categoryId: categories[category] as number | null,
          brandId: brand < 0 ? null : brand,
          salesChannel: channels[channel] as string,
          sellerSkuId: skus[columns.sku[at] as number] as string,
        }),
      );
    else {
      const place = (seller * categories.length + category) * channels.length + channel;
      kind = kinds[place];
      if (kind === undefined) {
        const own = channels[channel] as string;
        const about = compiled.ofKind(sellers[seller] as string, categories[category] as number | null);
        kind = kindOf(
          courses,
          about.filter(({ rule }) => rule.scope.salesChannel === null || rule.scope.salesChannel === own),
        );
        kinds[place] = kind;
      }
    }
    let { product, freight } = kind;
    if (((kind.brandBits >>> (brand & 31)) & 1) === 1) {
      let own = kind.brands.get(brand);
      if (own === null) {
        own = [
          courses.add(courseOf(kind.candidates, 'product', brand)),
          courses.add(courseOf(kind.candidates, 'freight', brand)),
        ];
        kind.brands.set(brand, own);
      }
      if (own !== undefined) {
        product = own[0] as number;
        freight = own[1] as number;
      }
    }
    const moment = asOf ?? (columns.soldAt[at] as number);
    const price = columns.price[at] as number;
    const quantity = columns.quantity[at] as number;
    const goods = courses.chargeAt(product, moment, price, quantity);
    const adjustment = columns.adjustment[at] as number;
    result[at] =
      (adjustment === 0 ? goods : adjustedCommission(goods, price * quantity, adjustment)) +
      courses.chargeAt(freight, moment, columns.freight[at] as number, 1);
  }
  return result;
}
