/** Changes of orders, until when they may be changed, and what a change of seller follows from. */
export const sql = `
ALTER TABLE orders ADD COLUMN change_ends_at TEXT;
-- increments minus discounts of the changes that were applied
ALTER TABLE orders ADD COLUMN adjustment INTEGER NOT NULL DEFAULT 0;

-- a change that was asked for, by the marketplace or by the seller; kept when it is over. change: the lines, as they were asked for
CREATE TABLE order_change (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  order_id INTEGER NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('marketplace', 'seller')),
  state TEXT NOT NULL,
  -- the seller's own id of the request, where it gave one
  seller_request_id TEXT,
  reason TEXT NOT NULL,
  change TEXT NOT NULL,
  total_before INTEGER NOT NULL,
  total_after INTEGER NOT NULL,
  requested_at TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  acknowledged_at TEXT,
  decided_at TEXT,
  decided_by TEXT,
  problem TEXT
) STRICT;
CREATE INDEX order_change_order ON order_change (order_id, sequence);
-- one change at a time: what the next one starts from has to be known
CREATE UNIQUE INDEX order_change_open ON order_change (order_id) WHERE state IN ('proposed', 'requested', 'acknowledged', 'canceling');

INSERT INTO table_class (name, class) VALUES ('order_change', 'kept');
`;
