/** Look-alikes of an offer for which a SKU is being made: they are bound to it once it exists. */
export const sql = `
CREATE TABLE match_follower (
  seller_id TEXT NOT NULL,
  seller_sku_id TEXT NOT NULL,
  version_id TEXT NOT NULL,
  decision_id TEXT NOT NULL,
  batch_id TEXT NOT NULL,
  operator_id TEXT NOT NULL,
  operator_name TEXT NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY (seller_id, seller_sku_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX match_follower_decision ON match_follower (decision_id);
INSERT INTO table_class (name, class) VALUES ('match_follower', 'kept');
`;
