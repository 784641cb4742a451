import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { end, root, startSandbox } from '../scripts/children.ts';

const labelled = join(root, '../shared/match-data/abt-buy');
/** Real products of two shops, where they are beside the repository; otherwise a generated marketplace stands in. */
export const realInput: string | null = existsSync(join(labelled, 'tableA.csv')) ? labelled : null;

/** One change that the sandbox applied, as its log has it. */
export interface LogEntry {
  readonly seq: number;
  readonly kind: string;
  readonly matchType?: string;
  readonly sellerId?: string;
  readonly sellerSkuId?: string;
  readonly skuId?: number;
  readonly isActive?: boolean;
}

interface State {
  readonly suggestions: { pending: number; accepted: number; denied: number };
  readonly log: readonly LogEntry[];
}

/** The outside world of a test: what the marketplace's backend really holds. */
export class Sandbox {
  readonly url: string;
  readonly appKey: string;
  readonly appToken: string;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, at: { url: string; appKey: string; appToken: string }) {
    this.#child = child;
    this.url = at.url;
    this.appKey = at.appKey;
    this.appToken = at.appToken;
  }

  /** Starts a generated marketplace, or one of the CSV files in a folder (`tableA.csv` the catalogue, `tableB.csv` the offers). */
  static async start(folder: string | null): Promise<Sandbox> {
    const input = folder
      ? ['--catalog', join(folder, 'tableA.csv'), '--offers', join(folder, 'tableB.csv')]
      : ['--size', '300'];
    const { child, sandbox } = await startSandbox(input);
    return new Sandbox(child, sandbox);
  }

  async #control<Answer>(path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST'): Promise<Answer> {
    const response = await fetch(`${this.url}/control/${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`control/${path}: ${response.status} ${await response.text()}`);
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as Answer; // the sandbox is ours
  }

  /** Anything else that a test makes the outside world do. */
  control(path: string, body: unknown): Promise<Record<string, unknown>> {
    return this.#control<Record<string, unknown>>(path, body);
  }

  /** A SKU that a seller sells. */
  async anyBinding(): Promise<{ sellerId: string; sellerSkuId: string }> {
    const { changedBindings } = await this.#control<{
      changedBindings: { sellerId: string; sellerSkuId: string; isActive: boolean }[];
    }>('state?full=1');
    const found = changedBindings.find(({ isActive }) => isActive);
    if (!found) throw new Error('no seller sells anything');
    return { sellerId: found.sellerId, sellerSkuId: found.sellerSkuId };
  }

  /** A SKU that two sellers sell. */
  async sharedSku(): Promise<readonly { sellerId: string; sellerSkuId: string; skuId: number }[]> {
    const { changedBindings } = await this.#control<{
      changedBindings: { sellerId: string; sellerSkuId: string; skuId: number; isActive: boolean }[];
    }>('state?full=1');
    const active = changedBindings.filter(({ isActive }) => isActive);
    const found = active
      .map(({ skuId }) => active.filter((binding) => binding.skuId === skuId))
      .find((sellers) => new Set(sellers.map(({ sellerId }) => sellerId)).size > 1);
    if (!found) throw new Error('no SKU has two sellers');
    return found;
  }

  state(): Promise<State> {
    return this.#control<State>('state?since=0');
  }

  /** A seller sends an offer of a product of no other's, at a price in currency units. */
  async offer(sellerId: string, itemId: string, name: string, price: number): Promise<void> {
    const response = await fetch(`${this.url}/suggestions/${sellerId}/${itemId}`, {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        'X-VTEX-API-AppKey': this.appKey,
        'X-VTEX-API-AppToken': this.appToken,
      },
      body: JSON.stringify({
        ProductName: name,
        ProductId: itemId,
        ProductDescription: '',
        BrandName: 'Qwertzu',
        SkuName: 'Standard',
        SellerId: sellerId,
        Height: 1,
        Width: 1,
        Length: 1,
        Weight: 1,
        RefId: `R-${itemId}`,
        EAN: '',
        CategoryFullPath: 'Home/Light',
        Images: [{ imageName: 'a', imageUrl: 'https://x.example/a.png' }],
        AvailableQuantity: 3,
        Pricing: { Currency: 'USD', SalePrice: price, CurrencySymbol: '$' },
      }),
    });
    if (!response.ok) throw new Error(`PUT /suggestions: ${response.status} ${await response.text()}`);
  }

  /** The applied changes of one kind, or of one kind of match. */
  async applied(kind: string, matchType?: string): Promise<LogEntry[]> {
    const { log } = await this.state();
    return log.filter((entry) => entry.kind === kind && (matchType === undefined || entry.matchType === matchType));
  }

  /** What the backend says that it charges a seller: its default and its categories' own, in per cent. */
  async commissionsOf(sellerId: string): Promise<{ product: number; categories: Record<string, number> }> {
    const headers = { 'X-VTEX-API-AppKey': this.appKey, 'X-VTEX-API-AppToken': this.appToken };
    const get = async (path: string): Promise<unknown> =>
      (await fetch(`${this.url}/api/seller-register/pvt/sellers/${sellerId}${path}`, { headers })).json();
    // the sandbox is ours
    const seller = (await get('')) as { sellerCommissionConfiguration: { productCommissionPercentage: number } };
    const rows = (await get('/commissions')) as { categoryId: string; productCommissionPercentage: number }[];
    return {
      product: seller.sellerCommissionConfiguration.productCommissionPercentage,
      categories: Object.fromEntries(rows.map((row) => [row.categoryId, row.productCommissionPercentage])),
    };
  }

  async sellerName(sellerId: string): Promise<string> {
    const headers = { 'X-VTEX-API-AppKey': this.appKey, 'X-VTEX-API-AppToken': this.appToken };
    const reply = await fetch(`${this.url}/api/seller-register/pvt/sellers/${sellerId}`, { headers });
    // the sandbox is ours
    return String(((await reply.json()) as Record<string, unknown>).name);
  }

  /** The payment condition of this name, as the backend holds it. */
  async paymentRule(name: string): Promise<Record<string, unknown> | undefined> {
    const headers = { 'X-VTEX-API-AppKey': this.appKey, 'X-VTEX-API-AppToken': this.appToken };
    const reply = await fetch(`${this.url}/api/pvt/rules`, { headers });
    // the sandbox is ours
    const rules = (await reply.json()) as Record<string, unknown>[];
    return rules.find((rule) => rule.name === name);
  }

  /** A seller as the register has it; undefined: it is not there. */
  async seller(sellerId: string): Promise<Record<string, unknown> | undefined> {
    const headers = { 'X-VTEX-API-AppKey': this.appKey, 'X-VTEX-API-AppToken': this.appToken };
    const reply = await fetch(`${this.url}/api/seller-register/pvt/sellers/${sellerId}`, { headers });
    // the sandbox is ours
    return reply.ok ? ((await reply.json()) as Record<string, unknown>) : undefined;
  }

  /** Whether the register lets gift cards pay for a seller's items. */
  async allowsHybrid(sellerId: string): Promise<unknown> {
    const headers = { 'X-VTEX-API-AppKey': this.appKey, 'X-VTEX-API-AppToken': this.appToken };
    const reply = await fetch(`${this.url}/api/seller-register/pvt/sellers/${sellerId}`, { headers });
    // the sandbox is ours
    return ((await reply.json()) as Record<string, unknown>).allowHybridPayments;
  }

  async goOffline(): Promise<void> {
    await this.#control('faults', [{ offline: true }]);
  }

  async goOnline(): Promise<void> {
    await this.#control('faults', undefined, 'DELETE');
  }

  /** The seller changes its price and tells the endpoint of ours. */
  changePrice(sellerId: string, sellerSkuId: string, price: number, url: string, headers: Record<string, string>) {
    const path = `seller/${encodeURIComponent(sellerId)}/sku/${encodeURIComponent(sellerSkuId)}`;
    return this.#control<{ notified: { kind: string; status: number }[] }>(path, {
      price,
      notify: { url, kinds: ['price'], headers },
    });
  }

  /** The storefront's price of a SKU at a seller, in cents. */
  async storefrontPrice(skuId: number, sellerId: string): Promise<number | undefined> {
    const response = await fetch(`${this.url}/storefront/offers/${skuId}`);
    const offers = (await response.json()) as { sellerId: string; price: number }[];
    return offers.find((offer) => offer.sellerId === sellerId)?.price;
  }

  close(): Promise<void> {
    return end(this.#child);
  }
}
