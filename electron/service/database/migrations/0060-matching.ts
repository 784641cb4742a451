/**
 * The matcher's index is saved beside the database, so what changed of the catalogue since is written down, whoever changed it. Kept: the
 * saved index does not come back from the backend either.
 */
export const sql = `
CREATE TABLE sku_journal (sequence INTEGER PRIMARY KEY AUTOINCREMENT, sku_id INTEGER NOT NULL) STRICT;
CREATE TRIGGER sku_inserted AFTER INSERT ON sku BEGIN
  INSERT INTO sku_journal (sku_id) VALUES (new.id);
END;
CREATE TRIGGER sku_deleted AFTER DELETE ON sku BEGIN
  INSERT INTO sku_journal (sku_id) VALUES (old.id);
END;
CREATE TRIGGER sku_changed AFTER UPDATE OF product_id, is_active, category_id, reference_price, name, brand, category_path, model, gtins, specifications ON sku
  WHEN (old.product_id, old.is_active, old.category_id, old.reference_price, old.name, old.brand, old.category_path, old.model, old.gtins, old.specifications)
    IS NOT (new.product_id, new.is_active, new.category_id, new.reference_price, new.name, new.brand, new.category_path, new.model, new.gtins, new.specifications)
BEGIN
  INSERT INTO sku_journal (sku_id) VALUES (new.id);
END;
INSERT INTO table_class (name, class) VALUES ('sku_journal', 'kept');
`;
