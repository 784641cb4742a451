/** The marketplace's catalogue: the world's, plus what was created or changed since the start. */
import type { Brand, CatalogSku, Category, Dimensions, Specification, World } from './world.ts';
import { PRODUCT_ID_OFFSET } from './world.ts';

export interface Product {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly refId: string;
  readonly brandId: number;
  readonly categoryId: number;
  readonly specifications: readonly Specification[];
}

/** What a new SKU needs besides its product. */
export interface NewSku {
  readonly name: string;
  readonly refId: string;
  readonly ean: string | null;
  readonly manufacturerCode?: string;
  readonly specifications: readonly Specification[];
  readonly dimensions: Dimensions;
  /** Cents. */
  readonly price: number;
  readonly isActive: boolean;
}

export class Catalog {
  readonly brands: Brand[];
  readonly categories: Category[];
  private readonly world: World;
  private readonly changed = new Map<number, CatalogSku>();
  private readonly created: CatalogSku[] = [];
  private readonly createdAt = new Map<number, number>();
  private readonly products = new Map<number, Product>();
  private readonly productSkus = new Map<number, number[]>();
  private readonly refs = new Map<string, number>();
  private nextSku: number;
  private nextProduct: number;

  constructor(world: World) {
    this.world = world;
    this.brands = [...world.brands];
    this.categories = [...world.categories];
    let most = 0;
    for (let s = 0; s < world.skuCount; s++)
      most = Math.max(most, world.skuPosition(s + 1) === s ? s + 1 : world.skuAt(s).id);
    this.nextSku = most + 1;
    this.nextProduct = PRODUCT_ID_OFFSET * 2 + 1;
  }

  get skuCount(): number {
    return this.world.skuCount + this.created.length;
  }

  /** SKU at a position; created ones come after the world's. */
  skuAt(position: number): CatalogSku {
    const made = this.created[position - this.world.skuCount];
    const sku = made ?? this.world.skuAt(position);
    return this.changed.get(sku.id) ?? sku;
  }

  sku(id: number): CatalogSku | undefined {
    const changed = this.changed.get(id);
    if (changed !== undefined) return changed;
    const position = this.world.skuPosition(id);
    if (position >= 0) return this.world.skuAt(position);
    const at = this.createdAt.get(id);
    return at === undefined ? undefined : this.created[at];
  }

  skuByRef(refId: string): CatalogSku | undefined {
    const made = this.refs.get(refId);
    if (made !== undefined) return this.sku(made);
    const position = this.world.refPosition(refId);
    return position >= 0 ? this.sku(this.world.skuAt(position).id) : undefined;
  }

  /** A SKU by id or, when no id fits, by reference. */
  skuByIdOrRef(value: string): CatalogSku | undefined {
    return (/^\d+$/.test(value) ? this.sku(Number(value)) : undefined) ?? this.skuByRef(value);
  }

  product(id: number): Product | undefined {
    const own = this.products.get(id);
    if (own !== undefined) return own;
    const first = this.world.productPositions(id)[0];
    if (first === undefined) return undefined;
    const sku = this.world.skuAt(first);
    return {
      id,
      name: sku.productName,
      description: sku.description,
      refId: sku.refId,
      brandId: sku.brandId,
      categoryId: sku.categoryId,
      specifications: [],
    };
  }

  productByIdOrRef(value: string): Product | undefined {
    if (/^\d+$/.test(value)) {
      const product = this.product(Number(value));
      if (product !== undefined) return product;
    }
    for (const product of this.products.values()) if (product.refId === value) return product;
    const sku = this.skuByRef(value);
    return sku === undefined ? undefined : this.product(sku.productId);
  }

  skusOfProduct(id: number): CatalogSku[] {
    const own = this.world.productPositions(id).map((position) => this.skuAt(position));
    for (const skuId of this.productSkus.get(id) ?? []) {
      const sku = this.sku(skuId);
      if (sku !== undefined) own.push(sku);
    }
    return own;
  }

  brand(id: number): Brand | undefined {
    return this.brands[id - 1];
  }

  category(id: number): Category | undefined {
    return this.categories[id - 1];
  }

  /** Names from the root to the category. */
  categoryPath(id: number): Category[] {
    const category = this.category(id);
    if (category === undefined) return [];
    return category.parentId === null ? [category] : [...this.categoryPath(category.parentId), category];
  }

  /** A brand by exact name: a difference in capitals has to be mapped first. */
  brandByName(name: string): Brand | undefined {
    return this.brands.find((brand) => brand.name === name);
  }

  /** A category by its exact path, levels separated by "/". */
  categoryByPath(path: string): Category | undefined {
    let parent: number | null = null;
    let found: Category | undefined;
    for (const name of path.split('/')) {
      found = this.categories.find((category) => category.parentId === parent && category.name === name);
      if (found === undefined) return undefined;
      parent = found.id;
    }
    return found;
  }

  addBrand(name: string): Brand {
    const brand = { id: this.brands.length + 1, name };
    this.brands.push(brand);
    return brand;
  }

  addCategory(name: string, parentId: number | null): Category {
    const category = { id: this.categories.length + 1, name, parentId };
    this.categories.push(category);
    return category;
  }

  addProduct(product: Omit<Product, 'id'>): Product {
    const made = { ...product, id: this.nextProduct++ };
    this.products.set(made.id, made);
    return made;
  }

  updateProduct(product: Product): void {
    this.products.set(product.id, product);
  }

  addSku(product: Product, sku: NewSku): CatalogSku {
    const made: CatalogSku = {
      ...sku,
      id: this.nextSku++,
      productId: product.id,
      manufacturerCode: sku.manufacturerCode ?? '',
      productName: product.name,
      nameComplete: sku.name.startsWith(product.name) ? sku.name : `${product.name} ${sku.name}`,
      description: product.description,
      brandId: product.brandId,
      categoryId: product.categoryId,
    };
    this.createdAt.set(made.id, this.created.length);
    this.created.push(made);
    this.productSkus.set(product.id, [...(this.productSkus.get(product.id) ?? []), made.id]);
    if (made.refId !== '') this.refs.set(made.refId, made.id);
    return made;
  }

  updateSku(sku: CatalogSku): void {
    this.changed.set(sku.id, sku);
    if (sku.refId !== '') this.refs.set(sku.refId, sku.id);
  }
}
