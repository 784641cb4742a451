/** The marketplace's own catalogue: brands, category tree, products, SKUs. */
import type { FastifyInstance } from 'fastify';
import type { Product } from '../catalog-state.ts';
import type { Context } from '../context.ts';
import { invalidField, notFound } from '../errors.ts';
import type { Fields } from '../input.ts';
import { bool, fields, number, queryInt, text } from '../input.ts';
import type { State } from '../state.ts';
import type { CatalogSku, Category } from '../world.ts';

const MOST_PAGE = 1000;

function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

/** The record of a SKU: volumes in cubic weight (kg of volume), lengths in centimetres, weight in grams. */
function skuRecord(state: State, sku: CatalogSku): Fields {
  const { height, width, length, weight } = sku.dimensions;
  const cubic = Math.round((height * width * length) / 6) / 1000;
  const path = state.catalog.categoryPath(sku.categoryId);
  const alternate = {
    ...(sku.ean === null ? {} : { Ean: sku.ean }),
    ...(sku.refId === '' ? {} : { RefId: sku.refId }),
  };
  const image = `${state.url}/images/${sku.id}.svg`;
  return {
    Id: sku.id,
    ProductId: sku.productId,
    NameComplete: sku.nameComplete,
    ComplementName: '',
    ProductName: sku.productName,
    ProductDescription: sku.description,
    ProductRefId: '',
    TaxCode: '',
    SkuName: sku.name,
    IsActive: sku.isActive,
    IsTransported: true,
    IsInventoried: true,
    IsGiftCardRecharge: false,
    ImageUrl: image,
    DetailUrl: `/${slug(sku.productName)}/p`,
    CSCIdentification: null,
    BrandId: String(sku.brandId),
    BrandName: state.catalog.brand(sku.brandId)?.name ?? '',
    IsBrandActive: true,
    Dimension: { cubicweight: cubic, height, length, weight, width },
    RealDimension: {
      realCubicWeight: cubic,
      realHeight: height,
      realLength: length,
      realWeight: weight,
      realWidth: width,
    },
    ManufacturerCode: sku.manufacturerCode,
    IsKit: false,
    KitItems: [],
    Services: [],
    Categories: [],
    CategoriesFullPath: [`/${path.map((c) => c.id).join('/')}/`],
    Attachments: [],
    Collections: [],
    SkuSellers: state.bindings.ofSku(sku.id).map((b) => ({
      SellerId: b.sellerId,
      StockKeepingUnitId: b.skuId,
      SellerStockKeepingUnitId: b.sellerSkuId,
      IsActive: b.isActive,
      FreightCommissionPercentage: 0,
      ProductCommissionPercentage: 0,
    })),
    SalesChannels: [1, 2, 3],
    Images: [{ ImageUrl: image, ImageName: 'Main', FileId: sku.id }],
    Videos: [],
    SkuSpecifications: sku.specifications.map((s, n) => ({
      FieldId: n + 1,
      FieldName: s.name,
      FieldValueIds: s.values.map((_, v) => v + 1),
      FieldValues: s.values,
      IsFilter: false,
      FieldGroupId: 1,
      FieldGroupName: 'General',
    })),
    ProductSpecifications: [],
    ProductClustersIds: '',
    PositionsInClusters: {},
    ProductClusterNames: {},
    ProductClusterHighlights: {},
    ProductCategoryIds: `/${path.map((c) => c.id).join('/')}/`,
    IsDirectCategoryActive: true,
    ProductGlobalCategoryId: null,
    ProductCategories: Object.fromEntries(path.map((c) => [String(c.id), c.name])),
    CommercialConditionId: 1,
    RewardValue: 0,
    AlternateIds: alternate,
    AlternateIdValues: Object.values(alternate),
    EstimatedDateArrival: null,
    MeasurementUnit: 'un',
    UnitMultiplier: 1,
    InformationSource: 'Indexer',
    ModalType: null,
    KeyWords: '',
    ReleaseDate: '2025-01-06T00:00:00',
    ProductIsVisible: true,
    ShowIfNotAvailable: true,
    IsProductActive: true,
    ProductFinalScore: 0,
    ReferencePrice: sku.price,
  };
}

function tree(state: State, parentId: number | null, levels: number): Fields[] {
  const children = (id: number | null): Category[] =>
    state.catalog.categories.filter((category) => category.parentId === id);
  return children(parentId).map((category) => ({
    id: category.id,
    name: category.name,
    hasChildren: children(category.id).length > 0,
    url: `${state.url}/${slug(category.name)}`,
    children: levels > 1 ? tree(state, category.id, levels - 1) : [],
    Title: category.name,
    MetaTagDescription: '',
  }));
}

function productRecord(product: Product): Fields {
  return {
    Id: product.id,
    Name: product.name,
    DepartmentId: null,
    CategoryId: product.categoryId,
    BrandId: product.brandId,
    LinkId: slug(product.name),
    RefId: product.refId,
    IsVisible: true,
    Description: product.description,
    IsActive: true,
    Title: product.name,
  };
}

function plainSku(sku: CatalogSku): Fields {
  return {
    Id: sku.id,
    ProductId: sku.productId,
    IsActive: sku.isActive,
    Name: sku.name,
    RefId: sku.refId,
    ManufacturerCode: sku.manufacturerCode,
    PackagedHeight: sku.dimensions.height,
    PackagedWidth: sku.dimensions.width,
    PackagedLength: sku.dimensions.length,
    PackagedWeightKg: sku.dimensions.weight / 1000,
    MeasurementUnit: 'un',
    UnitMultiplier: 1,
    IsKit: false,
  };
}

/** A page of positions: `page` from 1, `pagesize` at most 1000 (default 1000). Throws a 400. */
function positions(state: State, query: Fields): number[] {
  const size = Math.min(queryInt(query, 'pagesize', queryInt(query, 'pageSize', MOST_PAGE, 1), 1), MOST_PAGE);
  const first = (queryInt(query, 'page', 1, 1) - 1) * size;
  const count = Math.max(0, Math.min(size, state.catalog.skuCount - first));
  return Array.from({ length: count }, (_, n) => first + n);
}

function named(body: Fields): string {
  const name = text(body, 'Name').trim();
  if (name === '') throw invalidField('Name', 'is required');
  return name;
}

function writeRoutes(app: FastifyInstance, { state }: Context): void {
  const product = (id: string): Product => {
    const found = state().catalog.product(Number(id));
    if (found === undefined) throw notFound(`product ${id}`);
    return found;
  };
  const sku = (id: string): CatalogSku => {
    const found = state().catalog.sku(Number(id));
    if (found === undefined) throw notFound(`SKU ${id}`);
    return found;
  };
  const productFields = (body: Fields, before?: Product): Omit<Product, 'id'> => {
    const brandId = number(body, 'BrandId') ?? before?.brandId ?? 0;
    const categoryId = number(body, 'CategoryId') ?? before?.categoryId ?? 0;
    if (state().catalog.brand(brandId) === undefined) throw invalidField('BrandId', `there is no brand ${brandId}`);
    if (state().catalog.category(categoryId) === undefined)
      throw invalidField('CategoryId', `there is no category ${categoryId}`);
    const description = text(body, 'Description') || (before?.description ?? '');
    return {
      name: named({ Name: before?.name, ...body }),
      description,
      refId: text(body, 'RefId') || (before?.refId ?? ''),
      brandId,
      categoryId,
      specifications: [],
    };
  };
  app.get<{ Params: { id: string } }>('/api/catalog/pvt/product/:id', async (request) =>
    productRecord(product(request.params.id)),
  );
  app.post<{ Body: unknown }>('/api/catalog/pvt/product', async (request) => {
    const made = state().catalog.addProduct(productFields(fields(request.body)));
    state().record('product.create', { productId: made.id });
    return productRecord(made);
  });
  app.put<{ Params: { id: string }; Body: unknown }>('/api/catalog/pvt/product/:id', async (request) => {
    const before = product(request.params.id);
    const next = { ...productFields(fields(request.body), before), id: before.id };
    state().catalog.updateProduct(next);
    state().record('product.update', { productId: next.id });
    return productRecord(next);
  });
  app.get<{ Params: { id: string } }>('/api/catalog/pvt/stockkeepingunit/:id', async (request) =>
    plainSku(sku(request.params.id)),
  );
  const dimensionsOf = (body: Fields, before: CatalogSku['dimensions']): CatalogSku['dimensions'] => {
    const kilograms = number(body, 'PackagedWeightKg');
    return {
      height: number(body, 'PackagedHeight') ?? before.height,
      width: number(body, 'PackagedWidth') ?? before.width,
      length: number(body, 'PackagedLength') ?? before.length,
      weight: kilograms === undefined ? before.weight : Math.round(kilograms * 1000),
    };
  };
  app.post<{ Body: unknown }>('/api/catalog/pvt/stockkeepingunit', async (request) => {
    const body = fields(request.body);
    const owner = product(text(body, 'ProductId'));
    const made = state().catalog.addSku(owner, {
      name: named(body),
      refId: text(body, 'RefId'),
      ean: text(body, 'Ean') || null,
      manufacturerCode: text(body, 'ManufacturerCode'),
      specifications: [],
      dimensions: dimensionsOf(body, { height: 10, width: 10, length: 10, weight: 500 }),
      price: 0,
      isActive: bool(body, 'IsActive') ?? false,
    });
    state().record('sku.create', { skuId: made.id, productId: owner.id });
    return plainSku(made);
  });
  app.put<{ Params: { id: string }; Body: unknown }>('/api/catalog/pvt/stockkeepingunit/:id', async (request) => {
    const body = fields(request.body);
    const before = sku(request.params.id);
    const next: CatalogSku = {
      ...before,
      name: text(body, 'Name') || before.name,
      refId: text(body, 'RefId') || before.refId,
      manufacturerCode: text(body, 'ManufacturerCode') || before.manufacturerCode,
      dimensions: dimensionsOf(body, before.dimensions),
      isActive: bool(body, 'IsActive') ?? before.isActive,
    };
    state().catalog.updateSku(next);
    state().record('sku.update', { skuId: next.id, isActive: next.isActive });
    return plainSku(next);
  });
  app.post<{ Body: unknown }>('/api/catalog/pvt/brand', async (request) => {
    const brand = state().catalog.addBrand(named(fields(request.body)));
    return { Id: brand.id, Name: brand.name, Active: true };
  });
  app.post<{ Body: unknown }>('/api/catalog/pvt/category', async (request) => {
    const body = fields(request.body);
    const parent = number(body, 'FatherCategoryId') ?? null;
    if (parent !== null && state().catalog.category(parent) === undefined)
      throw invalidField('FatherCategoryId', `there is no category ${parent}`);
    const category = state().catalog.addCategory(named(body), parent);
    return { Id: category.id, Name: category.name, FatherCategoryId: category.parentId, IsActive: true };
  });
}

export function catalogRoutes(app: FastifyInstance, context: Context): void {
  const { state } = context;
  app.get('/api/catalog_system/pvt/brand/list', async () =>
    state().catalog.brands.map((b) => ({
      id: b.id,
      name: b.name,
      isActive: true,
      title: b.name,
      metaTagDescription: '',
      imageUrl: null,
    })),
  );
  app.get<{ Params: { levels: string } }>('/api/catalog_system/pub/category/tree/:levels', async (request) =>
    tree(state(), null, queryInt({ levels: request.params.levels }, 'levels', 1, 1)),
  );
  app.get<{ Querystring: Fields }>('/api/catalog_system/pvt/sku/stockkeepingunitids', async (request) =>
    positions(state(), request.query).map((position) => state().catalog.skuAt(position).id),
  );
  app.get<{ Querystring: Fields }>('/api/catalog_system/pvt/sku/stockkeepingunitidsbysaleschannel', async (request) =>
    positions(state(), request.query).map((position) => state().catalog.skuAt(position).id),
  );
  app.get<{ Params: { id: string } }>('/api/catalog_system/pvt/sku/stockkeepingunitbyid/:id', async (request) => {
    const sku = state().catalog.sku(Number(request.params.id));
    if (sku === undefined) throw notFound(`SKU ${request.params.id}`);
    return skuRecord(state(), sku);
  });
  app.get<{ Querystring: Fields }>('/api/catalog_system/pvt/sku/stockkeepingunits', async (request) => {
    const s = state();
    if (!s.settings.skuBulk) throw notFound('stockkeepingunits');
    return positions(s, request.query).map((position) => skuRecord(s, s.catalog.skuAt(position)));
  });
  app.post<{ Body: unknown }>('/api/catalog_system/pub/sku/stockkeepingunitidsbyrefids', async (request) => {
    if (!Array.isArray(request.body)) throw invalidField('body', 'must be an array of references');
    return Object.fromEntries(
      request.body.map((ref) => {
        const id = state().catalog.skuByRef(String(ref))?.id;
        return [String(ref), id === undefined ? null : String(id)];
      }),
    );
  });
  writeRoutes(app, context);
}
