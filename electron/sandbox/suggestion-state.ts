/**
 * The suggestions: what waits for review, and what became of it. The world's offers cost one byte each until somebody touches them; only
 * new versions and offers sent since the start are kept as objects.
 */
import { hash, shuffle, stream } from './random.ts';
import type { SuggestionContent } from './suggestion-content.ts';
import { contentOf, nameComplete } from './suggestion-content.ts';
import type { World } from './world.ts';
import { OLDEST_AGE } from './world.ts';

export type SuggestionStatus = 'pending' | 'accepted' | 'denied' | 'deleted' | 'expired';
const STORED = ['pending', 'accepted', 'denied', 'deleted'] as const;
const EXPIRY_MS = 30 * 86_400_000;

export interface Version {
  readonly versionId: string;
  readonly at: number;
  readonly content: SuggestionContent;
}

export interface Verdict {
  readonly matchId: string;
  readonly matcherId: string;
  readonly score: string;
  readonly matchType: string;
}

export interface Filter {
  readonly status?: string;
  readonly type?: string;
  readonly seller?: string;
  readonly q?: string;
  readonly hasMapping?: boolean;
  readonly matcherId?: string;
}

/** `ddMMyyyyHHmmssSSS` in UTC. */
function versionIdOf(at: number): string {
  const iso = new Date(at).toISOString();
  return (
    iso.slice(8, 10) +
    iso.slice(5, 7) +
    iso.slice(0, 4) +
    iso.slice(11, 13) +
    iso.slice(14, 16) +
    iso.slice(17, 19) +
    iso.slice(20, 23)
  );
}

export class Suggestions {
  private readonly world: World;
  private readonly url: string;
  private readonly startedAt: number;
  private readonly seed: number;
  private statuses: Uint8Array;
  private count: number;
  private readonly versions = new Map<number, Version[]>();
  private readonly extraKeys = new Map<string, number>();
  private readonly verdicts = new Map<number, Verdict>();
  /** Until then no offer of the start can have expired. */
  private readonly noneExpiredUntil: number;
  private revision = 0;
  private requests = 0;
  private readonly cache = new Map<string, { revision: number; at: number; list: Int32Array }>();
  private readonly sellerIndex: Map<string, number>;
  /** Whether brand and category of a content exist in the marketplace; set by the owner of the catalogue. */
  hasMapping: (content: SuggestionContent) => boolean = () => true;

  constructor(world: World, url: string, startedAt: number, seed: number) {
    this.world = world;
    this.url = url;
    this.startedAt = startedAt;
    this.seed = seed;
    this.count = world.offerCount;
    this.noneExpiredUntil = startedAt - OLDEST_AGE - 120_000 + EXPIRY_MS;
    this.statuses = new Uint8Array(this.count + 64);
    this.sellerIndex = new Map(world.sellers.map((seller, i) => [seller.id, i]));
  }

  /** Position of a suggestion that is not deleted, or -1. */
  find(sellerId: string, itemId: string): number {
    const position = this.place(sellerId, itemId);
    return position >= 0 && this.statuses[position] === 3 ? -1 : position;
  }

  private place(sellerId: string, itemId: string): number {
    const own = this.world.offerPosition(sellerId, itemId);
    return own >= 0 ? own : (this.extraKeys.get(`${sellerId}\n${itemId}`) ?? -1);
  }

  versionsOf(position: number): readonly Version[] {
    const kept = this.versions.get(position);
    if (kept !== undefined) return kept;
    const offer = this.world.offerAt(position);
    const at = this.startedAt - offer.age;
    return [{ versionId: versionIdOf(at), at, content: contentOf(offer, this.url) }];
  }

  latest(position: number): Version {
    const list = this.versionsOf(position);
    const last = list[list.length - 1];
    if (last === undefined) throw new RangeError(`no suggestion at ${position}`);
    return last;
  }

  private latestAt(position: number): number {
    const kept = this.versions.get(position);
    return kept === undefined ? this.startedAt - this.world.offerAge(position) : (kept[kept.length - 1]?.at ?? 0);
  }

  status(position: number, now: number): SuggestionStatus {
    const status = STORED[this.statuses[position] ?? 3] ?? 'deleted';
    // Nearly always nothing is old enough; saying so first keeps a list over a million of them cheap.
    if (status !== 'pending' || (now <= this.noneExpiredUntil && position < this.world.offerCount)) return status;
    return now - this.latestAt(position) > EXPIRY_MS ? 'expired' : status;
  }

  setStatus(position: number, status: (typeof STORED)[number]): void {
    this.statuses[position] = STORED.indexOf(status);
    this.revision++;
  }

  verdict(position: number): Verdict | undefined {
    return this.verdicts.get(position);
  }

  setVerdict(position: number, verdict: Verdict): void {
    this.verdicts.set(position, verdict);
    this.revision++;
  }

  /** A new version, pending from `at` on (one millisecond later when that id is taken). A new suggestion goes to the end of the list. */
  put(
    sellerId: string,
    itemId: string,
    content: SuggestionContent,
    now: number,
  ): { position: number; version: Version } {
    let position = this.place(sellerId, itemId);
    const fresh = position < 0;
    if (fresh) {
      position = this.count++;
      if (position >= this.statuses.length) {
        const grown = new Uint8Array(this.statuses.length * 2);
        grown.set(this.statuses);
        this.statuses = grown;
      }
      this.extraKeys.set(`${sellerId}\n${itemId}`, position);
    }
    const before = fresh ? [] : this.versionsOf(position);
    const last = before[before.length - 1];
    const at = last !== undefined && now <= last.at ? last.at + 1 : now;
    const version = { versionId: versionIdOf(at), at, content };
    this.versions.set(position, [...before, version]);
    this.verdicts.delete(position);
    this.setStatus(position, 'pending');
    return { position, version };
  }

  private sellerOf(position: number): number {
    if (position < this.world.offerCount) return this.world.offerSeller(position);
    const id = this.versions.get(position)?.[0]?.content.SellerId ?? '';
    const known = this.sellerIndex.get(id);
    if (known !== undefined) return known;
    this.sellerIndex.set(id, this.sellerIndex.size);
    return this.sellerIndex.size - 1;
  }

  private matches(position: number, filter: Filter, words: readonly string[]): boolean {
    if (filter.type !== undefined && (this.versions.get(position)?.length ?? 1) > 1 !== (filter.type === 'update'))
      return false;
    if (
      filter.matcherId !== undefined &&
      (this.verdicts.get(position)?.matcherId ?? 'vtex-matcher') !== filter.matcherId
    )
      return false;
    if (words.length === 0 && filter.hasMapping === undefined) return true;
    const { content } = this.latest(position);
    if (filter.hasMapping !== undefined && this.hasMapping(content) !== filter.hasMapping) return false;
    const haystack =
      `${nameComplete(content)} ${content.BrandName} ${content.EAN ?? ''} ${content.RefId ?? ''} ${content.SellerStockKeepingUnitId}`.toLowerCase();
    return words.every((word) => haystack.includes(word));
  }

  /** Positions that match, oldest first. Kept until something changes. */
  list(filter: Filter, now: number): Int32Array {
    const key = JSON.stringify(filter);
    const kept = this.cache.get(key);
    // The clock moves all the time; only a list from the same minute may be reused, expiry being a matter of days.
    if (kept !== undefined && kept.revision === this.revision && Math.abs(now - kept.at) < 60_000) return kept.list;
    const seller = filter.seller === undefined ? undefined : (this.sellerIndex.get(filter.seller) ?? -1);
    const words = (filter.q ?? '')
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const found = new Int32Array(this.count);
    let n = 0;
    for (let position = 0; position < this.count; position++) {
      const status = this.status(position, now);
      if (status === 'deleted' || status === 'expired') continue;
      if (filter.status !== undefined && status !== filter.status) continue;
      if (seller !== undefined && this.sellerOf(position) !== seller) continue;
      if (this.matches(position, filter, words)) found[n++] = position;
    }
    const list = found.subarray(0, n);
    if (this.cache.size > 8) this.cache.clear();
    this.cache.set(key, { revision: this.revision, at: now, list });
    return list;
  }

  /**
   * Positions `from` to `to` (included) of a list as one request sees it: cut into windows that are shuffled anew, and cut elsewhere, for every
   * request, so that an item is up to `window - 1` from its place. A window of 1 is the plain order.
   */
  page(list: Int32Array, from: number, to: number, window: number): number[] {
    const request = this.requests++;
    const result: number[] = [];
    if (window <= 1) return Array.from(list.subarray(from, to + 1));
    const shift = hash(this.seed, request, 50) % window;
    const end = Math.min(to + 1, list.length);
    for (let start = Math.floor((from + shift) / window) * window - shift; start < end; start += window) {
      const low = Math.max(0, start);
      const part = Array.from(list.subarray(low, Math.max(low, start + window)));
      shuffle(part, stream(hash(this.seed, request, 51 + (low % 1009))));
      for (const [offset, position] of part.entries())
        if (low + offset >= from && low + offset < end) result.push(position);
    }
    return result;
  }

  counts(now: number): Record<SuggestionStatus, number> {
    const counts = { pending: 0, accepted: 0, denied: 0, deleted: 0, expired: 0 };
    for (let position = 0; position < this.count; position++) counts[this.status(position, now)]++;
    return counts;
  }

  /** Keys "seller/item" of the suggestions in a state. */
  keysOf(status: SuggestionStatus, now: number): string[] {
    const keys: string[] = [];
    for (let position = 0; position < this.count; position++) {
      if (this.status(position, now) === status) keys.push(this.keyOf(position).join('/'));
    }
    return keys;
  }

  /** Seller id and item id at a position. */
  keyOf(position: number): [string, string] {
    if (position < this.world.offerCount) {
      const offer = this.world.offerAt(position);
      return [offer.sellerId, offer.itemId];
    }
    for (const [key, at] of this.extraKeys) if (at === position) return key.split('\n') as [string, string];
    throw new RangeError(`no suggestion at ${position}`);
  }
}
