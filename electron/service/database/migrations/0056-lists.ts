/**
 * What follows from a change is worked off in small pieces (sweep, batch_undo) and survives a restart; what the backend no
 * longer has is marked and its history stays; the lists get the indexes that they lacked.
 */
export const sql = `
-- Offers and bindings to be gone through after a change: kind says what for, value narrows it, after is how far it is.
CREATE TABLE sweep (
  kind TEXT NOT NULL,
  seller_id TEXT NOT NULL,
  value TEXT NOT NULL,
  after TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (kind, seller_id, value)
) STRICT, WITHOUT ROWID;

-- Batches that a person takes back: each decision of it is cancelled or compensated, however often the service restarts meanwhile.
CREATE TABLE batch_undo (
  batch_id TEXT PRIMARY KEY,
  operator_id TEXT NOT NULL,
  operator_name TEXT NOT NULL,
  role TEXT NOT NULL,
  asked_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE sku ADD COLUMN gone_at TEXT;
ALTER TABLE brand ADD COLUMN gone_at TEXT;
ALTER TABLE seller ADD COLUMN gone_at TEXT;
-- the marketplace's channels that the register has the seller selected for, as a JSON list of their numbers; null: it does not say
ALTER TABLE seller ADD COLUMN sales_channels TEXT;

-- filled after an offer has been taken in, so that it costs the first synchronisation nothing
CREATE INDEX offer_best ON offer (best_sku_id) WHERE best_sku_id IS NOT NULL;
CREATE INDEX binding_seller_sku ON binding (seller_sku_id);

INSERT INTO table_class (name, class) VALUES ('sweep', 'cache'), ('batch_undo', 'kept');
`;
