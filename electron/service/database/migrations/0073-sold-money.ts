/** What was sold adds up: increments and discounts of changes, and each refund by itself, on the day it was given. */
export const sql = `
-- increments minus discounts on the goods of a line, minor units
ALTER TABLE sold_item ADD COLUMN adjustment INTEGER NOT NULL DEFAULT 0;
-- product and freight together, minor units
CREATE TABLE sold_refund (
  order_id TEXT NOT NULL,
  line INTEGER NOT NULL,
  position INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (order_id, line, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX sold_refund_at ON sold_refund (at);
INSERT INTO sold_refund (order_id, line, position, amount, at)
  SELECT order_id, line, 0, refunded, refunded_at FROM sold_item WHERE refunded > 0 AND refunded_at IS NOT NULL;
DROP INDEX sold_item_refunded;
ALTER TABLE sold_item DROP COLUMN refunded;
ALTER TABLE sold_item DROP COLUMN refunded_at;
-- orders are taken anew, with what was missing
DELETE FROM sold_order;
INSERT INTO table_class (name, class) VALUES ('sold_refund', 'cache');
`;
