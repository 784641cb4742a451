/**
 * Commissions. A rule's row holds from the version it came with to the version it went with, so that every past version is still there;
 * a draft is a list of changes to the version in force. What the backend says is cache, what was pushed to it is kept.
 */
export const sql = `
CREATE TABLE commission_version (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  active_from TEXT NOT NULL,
  activated_at TEXT NOT NULL,
  author TEXT NOT NULL,
  approver TEXT
) STRICT;
CREATE INDEX commission_version_active ON commission_version (active_from);
CREATE TABLE commission_rule (
  row INTEGER PRIMARY KEY,
  rule_id TEXT NOT NULL,
  added_in INTEGER NOT NULL REFERENCES commission_version (number),
  removed_in INTEGER REFERENCES commission_version (number),
  payload TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX commission_rule_current ON commission_rule (rule_id) WHERE removed_in IS NULL;
CREATE INDEX commission_rule_version ON commission_rule (added_in, removed_in);

-- state: draft, submitted (waits for a second person), scheduled, activated, discarded
CREATE TABLE commission_draft (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  base_version INTEGER NOT NULL,
  author_id TEXT NOT NULL,
  author TEXT NOT NULL,
  created_at TEXT NOT NULL,
  activate_at TEXT,
  approver TEXT,
  problem TEXT
) STRICT, WITHOUT ROWID;
-- payload null: the rule is removed
CREATE TABLE commission_change (
  draft_id TEXT NOT NULL REFERENCES commission_draft (id),
  rule_id TEXT NOT NULL,
  payload TEXT,
  PRIMARY KEY (draft_id, rule_id)
) STRICT, WITHOUT ROWID;

-- category 0: the seller's own default. Basis points.
CREATE TABLE commission_backend (
  seller_id TEXT NOT NULL,
  category_id INTEGER NOT NULL,
  product INTEGER NOT NULL,
  freight INTEGER NOT NULL,
  PRIMARY KEY (seller_id, category_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE commission_pushed (
  seller_id TEXT NOT NULL,
  category_id INTEGER NOT NULL,
  product INTEGER NOT NULL,
  freight INTEGER NOT NULL,
  pushed_at TEXT NOT NULL,
  PRIMARY KEY (seller_id, category_id)
) STRICT, WITHOUT ROWID;

-- what was sold: minor units; price a unit, freight a line, refunded a line (product and freight together)
CREATE TABLE sold_item (
  id INTEGER PRIMARY KEY,
  order_id TEXT NOT NULL,
  line INTEGER NOT NULL,
  seller_id TEXT NOT NULL,
  seller_sku_id TEXT NOT NULL,
  sku_id INTEGER NOT NULL,
  category_id INTEGER,
  brand_id INTEGER,
  sales_channel TEXT NOT NULL,
  price INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  freight INTEGER NOT NULL,
  sold_at TEXT NOT NULL,
  refunded INTEGER NOT NULL DEFAULT 0,
  refunded_at TEXT
) STRICT;
CREATE UNIQUE INDEX sold_item_line ON sold_item (order_id, line);
CREATE INDEX sold_item_seller ON sold_item (seller_id, sold_at);
CREATE INDEX sold_item_sold ON sold_item (sold_at);
CREATE INDEX sold_item_refunded ON sold_item (refunded_at) WHERE refunded_at IS NOT NULL;

INSERT INTO table_class (name, class) VALUES
  ('commission_version', 'kept'), ('commission_rule', 'kept'), ('commission_draft', 'kept'), ('commission_change', 'kept'),
  ('commission_backend', 'cache'), ('commission_pushed', 'kept'), ('sold_item', 'cache');
`;
