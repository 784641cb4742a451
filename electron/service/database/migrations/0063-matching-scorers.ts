/**
 * Which model gave a score: 0 the default weights, else the round of learning; -1 nobody knows. And what the matcher had said of an offer
 * when it was decided, which the next look at it would overwrite.
 */
export const sql = `
ALTER TABLE offer ADD COLUMN scorer INTEGER NOT NULL DEFAULT 0;
UPDATE offer SET scorer = -1 WHERE odds IS NOT NULL AND EXISTS (SELECT 1 FROM match_model WHERE model IS NOT NULL);
ALTER TABLE match_example ADD COLUMN scorer INTEGER NOT NULL DEFAULT -1;
UPDATE match_example SET scorer = 0 WHERE NOT EXISTS (SELECT 1 FROM match_model WHERE model IS NOT NULL);

-- until the decision has become an example
CREATE TABLE match_seen (
  decision_id TEXT PRIMARY KEY,
  version_id TEXT NOT NULL,
  band INTEGER,
  odds INTEGER,
  best_sku_id INTEGER,
  scorer INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER decision_seen AFTER INSERT ON decision WHEN new.compensates IS NULL AND new.kind IN ('bind', 'newSku', 'newProduct') BEGIN
  INSERT OR REPLACE INTO match_seen (decision_id, version_id, band, odds, best_sku_id, scorer)
  SELECT new.id, o.version_id, o.band, o.odds, o.best_sku_id, o.scorer FROM offer o
   WHERE o.seller_id = new.seller_id AND o.seller_sku_id = new.seller_sku_id;
END;
INSERT INTO table_class (name, class) VALUES ('match_seen', 'kept');
`;
