/**
 * What was sold in segments of neighbouring rows, each with a count of its changes, and as it was packed by column when it had changed so often: a
 * what-if reads packs, and rows only of what changed since.
 */
export const sql = `
-- a segment is an id of sold_item shifted by 14 bits
CREATE TABLE sold_segment (
  segment INTEGER PRIMARY KEY,
  changes INTEGER NOT NULL
) STRICT;
INSERT INTO sold_segment (segment, changes) SELECT DISTINCT id >> 14, 1 FROM sold_item;
CREATE TABLE sold_pack (
  segment INTEGER PRIMARY KEY,
  changes INTEGER NOT NULL,
  columns BLOB NOT NULL
) STRICT;
CREATE TRIGGER sold_item_added AFTER INSERT ON sold_item BEGIN
  INSERT INTO sold_segment (segment, changes) VALUES (new.id >> 14, 1) ON CONFLICT (segment) DO UPDATE SET changes = changes + 1;
END;
CREATE TRIGGER sold_item_removed AFTER DELETE ON sold_item BEGIN
  UPDATE sold_segment SET changes = changes + 1 WHERE segment = old.id >> 14;
END;
CREATE TRIGGER sold_item_changed AFTER UPDATE ON sold_item
WHEN old.order_id IS NOT new.order_id OR old.seller_id IS NOT new.seller_id OR old.seller_sku_id IS NOT new.seller_sku_id
  OR old.category_id IS NOT new.category_id OR old.brand_id IS NOT new.brand_id OR old.sales_channel IS NOT new.sales_channel
  OR old.price IS NOT new.price OR old.quantity IS NOT new.quantity OR old.freight IS NOT new.freight
  OR old.adjustment IS NOT new.adjustment OR old.sold_at IS NOT new.sold_at
BEGIN
  UPDATE sold_segment SET changes = changes + 1 WHERE segment = new.id >> 14;
END;
INSERT INTO table_class (name, class) VALUES ('sold_segment', 'cache'), ('sold_pack', 'cache');
`;
