/** Notes of people about orders, that a buyer's data is no more, and a way to an order's tasks that reads no others. */
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

-- every event looks for stopped tasks of its order; the partial index serves only who names all of its states
CREATE INDEX order_task_order ON order_task (order_id, state);

INSERT INTO table_class (name, class) VALUES ('order_note', 'kept');
`;
