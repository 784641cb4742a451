/**
 * Decisions on suggestions: one match and the bulk actions, with every validation code in a fixed order. Nothing is changed before all checks
 * have passed.
 */
import type { Product } from './catalog-state.ts';
import type { ErrorBody } from './errors.ts';
import { ProtocolError, suggestionError } from './errors.ts';
import type { Fields } from './input.ts';
import { isFields, number, text } from './input.ts';
import type { State } from './state.ts';
import type { ContentSpecification, SkuFields, SuggestionContent } from './suggestion-content.ts';
import { checkSku, refuseLongSpecifications, skuFieldsOf } from './suggestion-content.ts';

export interface MatchResult {
  readonly matchId: string;
  readonly matcherId: string;
  readonly sellerId: string;
  readonly itemId: string;
  readonly isSuccess: boolean;
  /** Extension: the SKU that the offer is bound to now. */
  readonly skuId: number | null;
  readonly error?: ErrorBody;
}

interface Target {
  readonly sellerId: string;
  readonly itemId: string;
  readonly versionId: string;
  readonly matchId: string;
}

interface Decision {
  readonly matchType: string;
  readonly matcherId: string;
  readonly score: string;
  readonly skuRef: string;
  readonly productRef: string;
  /** For newproduct: what the product is to be. */
  readonly product: {
    name: string;
    description: string;
    categoryId: number | null;
    brandId: number | null;
    specifications: ContentSpecification[];
  };
  /** For productMatch and newproduct. */
  readonly sku: SkuFields;
}

const VERDICTS = new Set(['pending', 'incomplete', 'insufficientScore']);
const BULK_TYPES: Readonly<Record<string, string>> = {
  newproduct: 'newproduct',
  skuassociation: 'itemMatch',
  productassociation: 'productMatch',
  deny: 'deny',
};
const MOST_BULK = 25;

function specificationsOf(value: unknown): ContentSpecification[] {
  if (!isFields(value)) return [];
  return Object.entries(value).map(([fieldName, v]) => ({
    fieldName,
    fieldValues: Array.isArray(v) ? v.map(String) : [String(v)],
  }));
}

function refuseBadCategoryAndBrand(state: State, product: Decision['product']): void {
  if (product.name.trim() === '') throw suggestionError(3, 'the product has no name', 'product.name');
  if (product.categoryId === null) throw suggestionError(1, 'the product has no category', 'product.categoryId');
  if (state.catalog.category(product.categoryId) === undefined) {
    throw suggestionError(20, `there is no category ${product.categoryId}`, 'product.categoryId');
  }
  if (product.brandId === null) throw suggestionError(2, 'the product has no brand', 'product.brandId');
  if (state.catalog.brand(product.brandId) === undefined)
    throw suggestionError(19, `there is no brand ${product.brandId}`, 'product.brandId');
}

function refuseBound(state: State, target: Target): void {
  const bound = state.bindings.get(target.sellerId, target.itemId);
  if (bound !== undefined)
    throw suggestionError(23, `seller ${target.sellerId} SKU ${target.itemId} is bound to SKU ${bound.skuId} already`);
}

function createSku(state: State, product: Product, sku: SkuFields, content: SuggestionContent): number {
  const made = state.catalog.addSku(product, {
    name: sku.name,
    refId: sku.refId,
    ean: sku.ean || null,
    specifications: sku.specifications.map((s) => ({ name: s.fieldName, values: s.fieldValues })),
    dimensions: { height: sku.height ?? 0, width: sku.width ?? 0, length: sku.length ?? 0, weight: sku.weight ?? 0 },
    price: content.Pricing.SalePrice,
    isActive: true,
  });
  state.record('sku.create', { skuId: made.id, productId: product.id, sellerId: content.SellerId });
  return made.id;
}

/** The SKU that an accepting decision ends in. Checks first, creates what it needs, changes nothing when it throws. */
function resolveSku(state: State, target: Target, decision: Decision, content: SuggestionContent): number {
  if (decision.matchType === 'itemMatch') {
    const sku = decision.skuRef === '' ? undefined : state.catalog.skuByIdOrRef(decision.skuRef);
    if (sku === undefined) throw suggestionError(14, `there is no SKU "${decision.skuRef}"`, 'skuRef');
    state.bindings.refuseCollision(target.sellerId, target.itemId, sku.id);
    return sku.id;
  }
  if (decision.matchType === 'productMatch') {
    const product = decision.productRef === '' ? undefined : state.catalog.productByIdOrRef(decision.productRef);
    if (product === undefined) throw suggestionError(21, `there is no product "${decision.productRef}"`, 'productRef');
    checkSku(decision.sku);
    refuseBound(state, target);
    return createSku(state, product, decision.sku, content);
  }
  refuseBadCategoryAndBrand(state, decision.product);
  checkSku(decision.sku);
  refuseLongSpecifications(decision.product.specifications, 'product.specifications');
  refuseBound(state, target);
  const { name, description, categoryId, brandId, specifications } = decision.product;
  const product = state.catalog.addProduct({
    name,
    description,
    refId: content.ProductId,
    categoryId: categoryId ?? 0,
    brandId: brandId ?? 0,
    specifications: specifications.map((s) => ({ name: s.fieldName, values: s.fieldValues })),
  });
  state.record('product.create', { productId: product.id, sellerId: content.SellerId });
  return createSku(state, product, decision.sku, content);
}

async function decide(
  state: State,
  target: Target,
  decisionFor: (content: SuggestionContent) => Decision,
): Promise<MatchResult> {
  const position = state.suggestions.find(target.sellerId, target.itemId);
  // Read of the suggestion's content is needed for bulk decisions; the checks of the decision itself come first all the same.
  const probe = position < 0 ? undefined : state.suggestions.latest(position);
  const decision = decisionFor(probe?.content ?? EMPTY);
  if (decision.matcherId === '') throw suggestionError(13, 'matcherId is required', 'matcherId');
  const score = Number(decision.score);
  if (decision.score.trim() === '' || !(score >= 0 && score <= 100))
    throw suggestionError(15, 'score must be a number from 0 to 100', 'score');
  if (probe === undefined) throw suggestionError(16, `there is no suggestion ${target.sellerId}/${target.itemId}`);
  if (probe.versionId !== target.versionId) {
    throw suggestionError(17, `version ${target.versionId} is not the latest, which is ${probe.versionId}`, 'version');
  }
  const status = state.suggestions.status(position, state.now());
  const unblocks = status === 'denied' && decision.matchType === 'pending';
  if (status !== 'pending' && !unblocks) throw suggestionError(18, `the suggestion is ${status}`);
  const verdict = {
    matchId: target.matchId,
    matcherId: decision.matcherId,
    score: decision.score,
    matchType: decision.matchType,
  };
  let skuId: number | null = null;
  if (VERDICTS.has(decision.matchType)) {
    if (unblocks) state.suggestions.setStatus(position, 'pending');
  } else if (decision.matchType === 'deny') {
    state.suggestions.setStatus(position, 'denied');
  } else if (
    decision.matchType === 'itemMatch' ||
    decision.matchType === 'productMatch' ||
    decision.matchType === 'newproduct'
  ) {
    skuId = resolveSku(state, target, decision, probe.content);
    state.suggestions.setStatus(position, 'accepted');
  } else {
    throw suggestionError(0, `"${decision.matchType}" is not a match type`, 'matchType');
  }
  state.suggestions.setVerdict(position, verdict);
  const entry = { ...target, matcherId: decision.matcherId, matchType: decision.matchType, skuId };
  // to call pending what waits already is noted, and changes nothing
  const changed = unblocks || !VERDICTS.has(decision.matchType);
  state.matches.push({ ...entry, changed, at: state.iso() });
  state.record('match', {
    sellerId: target.sellerId,
    sellerSkuId: target.itemId,
    matchId: target.matchId,
    matchType: decision.matchType,
    versionId: target.versionId,
    skuId,
  });
  if (skuId !== null) {
    const binding = state.bindings.insert(target.sellerId, target.itemId, skuId, true, state.now());
    state.record('binding.insert', { sellerId: target.sellerId, sellerSkuId: target.itemId, skuId });
    await state.refresh(binding, 'binding');
  }
  return {
    matchId: target.matchId,
    matcherId: decision.matcherId,
    sellerId: target.sellerId,
    itemId: target.itemId,
    isSuccess: true,
    skuId,
  };
}

const EMPTY: SuggestionContent = {
  ProductName: '',
  ProductId: '',
  ProductDescription: '',
  BrandName: '',
  SkuName: '',
  SellerId: '',
  Height: 0,
  Width: 0,
  Length: 0,
  Weight: 0,
  RefId: null,
  EAN: null,
  SellerStockKeepingUnitId: '',
  CategoryFullPath: '',
  SkuSpecifications: [],
  ProductSpecifications: [],
  Images: [],
  MeasurementUnit: 'un',
  UnitMultiplier: 1,
  AvailableQuantity: 0,
  Pricing: { Currency: 'USD', SalePrice: 0, CurrencySymbol: '$' },
};

/** One match as the protocol's single call has it. Throws the codes 0 to 23. */
export function matchOne(state: State, target: Target, body: Fields): Promise<MatchResult> {
  const product = isFields(body.product) ? body.product : {};
  const sku = isFields(body.sku) ? body.sku : {};
  const eans = Array.isArray(sku.eans) ? sku.eans.filter((ean) => typeof ean === 'string' && ean !== '') : [];
  const images = isFields(sku.images) ? Object.values(sku.images).map(String) : [];
  return decide(state, target, () => ({
    matchType: text(body, 'matchType'),
    matcherId: text(body, 'matcherId'),
    score: text(body, 'score'),
    skuRef: text(body, 'skuRef'),
    productRef: text(body, 'productRef'),
    product: {
      name: text(product, 'name'),
      description: text(product, 'description'),
      categoryId: number(product, 'categoryId') ?? null,
      brandId: number(product, 'brandId') ?? null,
      specifications: specificationsOf(product.specifications),
    },
    sku: {
      name: text(sku, 'name'),
      height: number(sku, 'height'),
      width: number(sku, 'width'),
      length: number(sku, 'length'),
      weight: number(sku, 'weight'),
      ean: typeof eans[0] === 'string' ? eans[0] : '',
      refId: text(sku, 'refId'),
      images,
      specifications: specificationsOf(sku.specifications),
    },
  }));
}

/** What a suggestion says by itself: for bulk actions and automatic approval. Brand and category by name when not given. */
function ownDecision(state: State, content: SuggestionContent, matchType: string, item: Fields): Decision {
  return {
    matchType,
    matcherId: text(item, 'matcherId'),
    score: '100',
    skuRef: text(item, 'skuRef'),
    productRef: text(item, 'productRef'),
    product: {
      name: content.ProductName,
      description: content.ProductDescription,
      categoryId: number(item, 'categoryId') ?? state.catalog.categoryByPath(content.CategoryFullPath)?.id ?? null,
      brandId: number(item, 'brandId') ?? state.catalog.brandByName(content.BrandName)?.id ?? null,
      specifications: [...content.ProductSpecifications],
    },
    sku: skuFieldsOf(content),
  };
}

/** The bulk call: at most 25 items, each judged on its own, results in the same order. Throws 400 for an unknown action or too many. */
export async function matchMany(state: State, action: string, items: readonly Fields[]): Promise<MatchResult[]> {
  const matchType = BULK_TYPES[action];
  if (matchType === undefined) throw suggestionError(0, `"${action}" is not an action`, 'actionName');
  if (items.length === 0 || items.length > MOST_BULK) {
    throw new ProtocolError(400, {
      code: 'TooManyItems',
      name: 'TooManyItems',
      message: `1 to ${MOST_BULK} items a call, not ${items.length}`,
    });
  }
  const results: MatchResult[] = [];
  for (const item of items) {
    const target = {
      sellerId: text(item, 'sellerId'),
      itemId: text(item, 'itemId'),
      versionId: text(item, 'versionId'),
      matchId: text(item, 'matchId'),
    };
    try {
      results.push(await decide(state, target, (content) => ownDecision(state, content, matchType, item)));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const { sellerId, itemId, matchId } = target;
      results.push({
        matchId,
        matcherId: text(item, 'matcherId'),
        sellerId,
        itemId,
        isSuccess: false,
        skuId: null,
        error: error.body,
      });
    }
  }
  return results;
}

/** Accepts a suggestion as a new product without a person, as automatic approval does; one that cannot be accepted stays pending. */
export async function approveAutomatically(
  state: State,
  sellerId: string,
  itemId: string,
  versionId: string,
): Promise<void> {
  const target = { sellerId, itemId, versionId, matchId: `${versionId}-auto` };
  try {
    await decide(state, target, (content) => ownDecision(state, content, 'newproduct', { matcherId: 'auto-approval' }));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
}
