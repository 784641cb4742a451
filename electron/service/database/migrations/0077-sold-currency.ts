/** What was sold keeps its currency: amounts of two are never added. */
export const sql = `
-- ISO 4217; empty: the marketplace's own
ALTER TABLE sold_item ADD COLUMN currency TEXT NOT NULL DEFAULT '';
UPDATE sold_item SET currency = COALESCE((SELECT o.currency FROM orders o WHERE o.marketplace_order_id = sold_item.order_id LIMIT 1), '')
  WHERE EXISTS (SELECT 1 FROM orders o WHERE o.marketplace_order_id = sold_item.order_id);
-- packs know nothing of it
DELETE FROM sold_pack;
DROP TRIGGER sold_item_changed;
CREATE TRIGGER sold_item_changed AFTER UPDATE ON sold_item
WHEN old.order_id IS NOT new.order_id OR old.seller_id IS NOT new.seller_id OR old.seller_sku_id IS NOT new.seller_sku_id
  OR old.category_id IS NOT new.category_id OR old.brand_id IS NOT new.brand_id OR old.sales_channel IS NOT new.sales_channel
  OR old.price IS NOT new.price OR old.quantity IS NOT new.quantity OR old.freight IS NOT new.freight
  OR old.adjustment IS NOT new.adjustment OR old.sold_at IS NOT new.sold_at OR old.currency IS NOT new.currency
BEGIN
  UPDATE sold_segment SET changes = changes + 1 WHERE segment = new.id >> 14;
END;
`;
