/**
 * The cache: everything here can be pulled again from the protocol backend. "Rebuild the cache" empties these tables
 * and no other. The offer's narrow columns come first and its wide ones live in offer_detail, so that a list that sorts
 * a million rows touches few pages.
 */
export const sql = `
CREATE TABLE table_class (name TEXT PRIMARY KEY, class TEXT NOT NULL CHECK (class IN ('cache', 'kept'))) STRICT, WITHOUT ROWID;

CREATE TABLE seller (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  is_active INTEGER NOT NULL,
  endpoint TEXT,
  seller_type TEXT NOT NULL DEFAULT 'regular',
  email TEXT,
  tax_code TEXT,
  channels TEXT NOT NULL DEFAULT '[]',
  raw TEXT NOT NULL DEFAULT '{}',
  generation INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE category (
  id INTEGER PRIMARY KEY,
  parent_id INTEGER,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  depth INTEGER NOT NULL,
  position INTEGER NOT NULL,
  last_position INTEGER NOT NULL
) STRICT;
CREATE INDEX category_path ON category (path);

CREATE TABLE brand (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE INDEX brand_name ON brand (name COLLATE NOCASE);

CREATE TABLE sku (
  id INTEGER PRIMARY KEY,
  product_id INTEGER NOT NULL,
  is_active INTEGER NOT NULL,
  category_id INTEGER,
  brand_id INTEGER,
  sellers_bound INTEGER NOT NULL DEFAULT 0,
  reference_price INTEGER,
  name TEXT NOT NULL,
  product_name TEXT NOT NULL,
  brand TEXT,
  category_path TEXT,
  reference_id TEXT,
  model TEXT,
  gtins TEXT NOT NULL DEFAULT '[]',
  image_url TEXT,
  specifications TEXT NOT NULL DEFAULT '[]',
  generation INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX sku_product ON sku (product_id);
CREATE INDEX sku_name ON sku (name COLLATE NOCASE, id);
CREATE INDEX sku_brand ON sku (brand COLLATE NOCASE, id);
CREATE INDEX sku_sellers ON sku (sellers_bound, id);
CREATE TABLE sku_identifier (value TEXT NOT NULL, sku_id INTEGER NOT NULL, PRIMARY KEY (value, sku_id)) STRICT, WITHOUT ROWID;
CREATE INDEX sku_identifier_sku ON sku_identifier (sku_id);
CREATE VIRTUAL TABLE sku_text USING fts5 (text, content = '', contentless_delete = 1, detail = none, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');

-- queue: 0 waiting, 1 denied, 2 accepted, 3 expired. band: 0 not matched yet, 1 bind, 2 look, 3 new, 4 conflict.
CREATE TABLE offer (
  id INTEGER PRIMARY KEY,
  queue INTEGER NOT NULL,
  band INTEGER NOT NULL DEFAULT 0,
  score INTEGER,
  category_position INTEGER,
  price INTEGER,
  stock INTEGER,
  seller_id TEXT NOT NULL,
  received_at TEXT NOT NULL,
  title TEXT NOT NULL,
  seller_sku_id TEXT NOT NULL,
  version_id TEXT NOT NULL,
  brand TEXT,
  currency TEXT,
  category_path TEXT,
  best_sku_id INTEGER,
  reason TEXT,
  decision_id TEXT,
  claimed_by TEXT,
  claimed_until TEXT,
  generation INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX offer_identity ON offer (seller_id, seller_sku_id);
CREATE INDEX offer_received ON offer (queue, received_at);
CREATE INDEX offer_price ON offer (queue, price);
CREATE INDEX offer_seller_price ON offer (queue, seller_id, price);
CREATE INDEX offer_stock ON offer (queue, stock, category_position);
CREATE INDEX offer_band_score ON offer (queue, band, score);
CREATE INDEX offer_decided ON offer (decision_id) WHERE decision_id IS NOT NULL;
CREATE INDEX offer_claimed ON offer (claimed_by) WHERE claimed_by IS NOT NULL;
CREATE TABLE offer_detail (offer_id INTEGER PRIMARY KEY REFERENCES offer (id) ON DELETE CASCADE, payload TEXT NOT NULL) STRICT;
CREATE VIRTUAL TABLE offer_text USING fts5 (text, content = '', contentless_delete = 1, detail = none, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');
-- offers whose words are not searchable yet; the writer works it off between a person's commands
CREATE TABLE offer_text_pending (offer_id INTEGER PRIMARY KEY) STRICT;

CREATE TABLE binding (
  id INTEGER PRIMARY KEY,
  seller_id TEXT NOT NULL,
  seller_sku_id TEXT NOT NULL,
  sku_id INTEGER NOT NULL,
  is_active INTEGER NOT NULL,
  is_removed INTEGER NOT NULL,
  updated_at TEXT NOT NULL,
  price INTEGER,
  list_price INTEGER,
  currency TEXT,
  stock INTEGER,
  simulated_at TEXT,
  decision_id TEXT,
  generation INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX binding_identity ON binding (seller_id, seller_sku_id);
CREATE INDEX binding_sku ON binding (sku_id);
CREATE INDEX binding_updated ON binding (updated_at);
CREATE INDEX binding_price ON binding (price);
CREATE INDEX binding_stock ON binding (stock);
CREATE TABLE binding_channel (
  binding_id INTEGER NOT NULL REFERENCES binding (id) ON DELETE CASCADE,
  sales_channel TEXT NOT NULL,
  price INTEGER,
  list_price INTEGER,
  currency TEXT NOT NULL,
  stock INTEGER NOT NULL,
  simulated_at TEXT NOT NULL,
  PRIMARY KEY (binding_id, sales_channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

INSERT INTO table_class (name, class) VALUES
  ('seller', 'cache'), ('category', 'cache'), ('brand', 'cache'), ('sku', 'cache'), ('sku_identifier', 'cache'), ('sku_text', 'cache'),
  ('offer', 'cache'), ('offer_detail', 'cache'), ('offer_text', 'cache'), ('offer_text_pending', 'cache'),
  ('binding', 'cache'), ('binding_channel', 'cache'), ('sync_state', 'cache');
`;
