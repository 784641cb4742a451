/** Which seller of a SKU stands in the buy box: rules of the workspace, for all of the marketplace or a category. */
export const sql = `
CREATE TABLE exposure_rule (
  category_id TEXT PRIMARY KEY,
  weights TEXT NOT NULL,
  excluded_sellers TEXT NOT NULL DEFAULT '[]',
  minimum_stock INTEGER NOT NULL,
  minimum_score INTEGER NOT NULL,
  longest_delivery_hours INTEGER,
  workspace_id TEXT NOT NULL DEFAULT '',
  author TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;

INSERT INTO table_class (name, class) VALUES ('exposure_rule', 'kept');
`;
