/** Notes of people about orders, and that a buyer's data is no more. */
export const sql = `
CREATE TABLE order_note (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id INTEGER NOT NULL,
  at TEXT NOT NULL,
  operator_id TEXT NOT NULL,
  author TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX order_note_order ON order_note (order_id, id);

ALTER TABLE order_group ADD COLUMN erased_at TEXT;
-- what retention looks at: groups whose buyer is still known, the oldest first
CREATE INDEX order_group_buyer ON order_group (received_at) WHERE buyer_sealed IS NOT NULL;

INSERT INTO table_class (name, class) VALUES ('order_note', 'kept');
`;
