/**
 * Orders, and everything that happened to them. Nothing here can be pulled again as it was, so all of it is kept. Buyers'
 * personal fields and raw messages are sealed before they get here; what is in the clear is what lists and rules need.
 */
export const sql = `
-- what the storefront handed over; one row an order of the storefront, however often it is sent
CREATE TABLE order_group (
  id TEXT PRIMARY KEY,
  received_at TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  sales_channel TEXT NOT NULL,
  currency TEXT NOT NULL,
  source TEXT NOT NULL,
  buyer_sealed TEXT
) STRICT, WITHOUT ROWID;

-- narrow: lists sort and count a million of these. state, seller_state: positions in the flow's lists. attention: a set of bits
CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  state INTEGER NOT NULL,
  seller_state INTEGER NOT NULL,
  attention INTEGER NOT NULL DEFAULT 0,
  payment INTEGER NOT NULL DEFAULT 0,
  total INTEGER NOT NULL,
  seller_id TEXT NOT NULL,
  received_at TEXT NOT NULL,
  deadline TEXT,
  look_again_at TEXT,
  marketplace_order_id TEXT NOT NULL UNIQUE,
  group_id TEXT NOT NULL,
  seller_order_id TEXT,
  currency TEXT NOT NULL,
  sales_channel TEXT NOT NULL,
  title TEXT NOT NULL,
  units INTEGER NOT NULL,
  items_total INTEGER NOT NULL,
  freight INTEGER NOT NULL,
  invoiced INTEGER NOT NULL DEFAULT 0,
  returned INTEGER NOT NULL DEFAULT 0,
  packages INTEGER NOT NULL DEFAULT 0,
  packages_delivered INTEGER NOT NULL DEFAULT 0,
  state_since TEXT NOT NULL,
  ship_by TEXT,
  deliver_by TEXT,
  delivery_estimate TEXT,
  authorise_by TEXT,
  cancellation_ends_at TEXT,
  change_seller_ends_at TEXT,
  cancellation_refused INTEGER NOT NULL DEFAULT 0,
  invoice_mismatch INTEGER NOT NULL DEFAULT 0,
  unseen_misfits INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  problem_code TEXT,
  assigned_to TEXT,
  replaces_id INTEGER,
  replaced_by_id INTEGER,
  revision INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX orders_received ON orders (received_at, id);
CREATE INDEX orders_state ON orders (state, received_at, id);
CREATE INDEX orders_seller ON orders (seller_id, received_at, id);
CREATE INDEX orders_total ON orders (total, id);
CREATE INDEX orders_attention ON orders (attention, deadline, total, id) WHERE attention <> 0;
CREATE INDEX orders_deadline ON orders (deadline, id) WHERE deadline IS NOT NULL;
CREATE INDEX orders_look_again ON orders (look_again_at) WHERE look_again_at IS NOT NULL;
CREATE INDEX orders_group ON orders (group_id);
CREATE INDEX orders_seller_order ON orders (seller_id, seller_order_id) WHERE seller_order_id IS NOT NULL;
CREATE INDEX orders_assigned ON orders (assigned_to, received_at) WHERE assigned_to IS NOT NULL;

CREATE TABLE order_item (
  order_id INTEGER NOT NULL,
  position INTEGER NOT NULL,
  sku_id INTEGER,
  seller_sku_id TEXT NOT NULL,
  name TEXT NOT NULL,
  category_id INTEGER,
  quantity INTEGER NOT NULL,
  price INTEGER NOT NULL,
  freight INTEGER NOT NULL,
  sla TEXT,
  estimate TEXT,
  commission INTEGER NOT NULL DEFAULT 0,
  freight_commission INTEGER NOT NULL DEFAULT 0,
  -- what the seller said when it was simulated once more
  simulated_price INTEGER,
  simulated_freight INTEGER,
  simulated_stock INTEGER,
  PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_item_sku ON order_item (seller_sku_id);

-- every event, with how it was taken: applied, duplicate never gets here, misfit is kept and shown
CREATE TABLE order_event (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  type TEXT NOT NULL,
  at TEXT NOT NULL,
  source TEXT NOT NULL,
  fits INTEGER NOT NULL,
  seen INTEGER NOT NULL DEFAULT 0,
  from_state INTEGER NOT NULL,
  to_state INTEGER NOT NULL,
  seller_from INTEGER NOT NULL,
  seller_to INTEGER NOT NULL,
  author TEXT,
  details TEXT NOT NULL DEFAULT '{}',
  message_id INTEGER
) STRICT;
CREATE UNIQUE INDEX order_event_key ON order_event (order_id, key);

-- messages in and out, sealed
CREATE TABLE order_message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id INTEGER,
  at TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  peer TEXT NOT NULL,
  call TEXT NOT NULL,
  status INTEGER,
  body_sealed TEXT,
  answer_sealed TEXT
) STRICT;
CREATE INDEX order_message_order ON order_message (order_id, id);

CREATE TABLE order_invoice (
  order_id INTEGER NOT NULL,
  number TEXT NOT NULL,
  is_return INTEGER NOT NULL,
  value INTEGER NOT NULL,
  counted INTEGER NOT NULL,
  issued_at TEXT,
  received_at TEXT NOT NULL,
  courier TEXT,
  tracking_number TEXT,
  tracking_url TEXT,
  dispatched_at TEXT,
  delivered_at TEXT,
  items TEXT NOT NULL DEFAULT '[]',
  receipt TEXT NOT NULL,
  PRIMARY KEY (order_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_tracking (
  order_id INTEGER NOT NULL,
  number TEXT NOT NULL,
  position INTEGER NOT NULL,
  at TEXT,
  city TEXT,
  state TEXT,
  description TEXT NOT NULL,
  PRIMARY KEY (order_id, number, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_cancellation (
  id TEXT PRIMARY KEY,
  order_id INTEGER NOT NULL,
  requested_at TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  by_user INTEGER NOT NULL,
  reason TEXT NOT NULL,
  inside_window INTEGER NOT NULL,
  outcome TEXT NOT NULL DEFAULT 'asked',
  decided_at TEXT,
  receipt TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX order_cancellation_order ON order_cancellation (order_id, requested_at);

-- what has to be done at a seller: durable, one open task of a kind for an order, marked as sent before it is sent
CREATE TABLE order_task (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  ambiguous INTEGER NOT NULL DEFAULT 0,
  not_before TEXT NOT NULL,
  problem TEXT,
  problem_code TEXT
) STRICT;
CREATE UNIQUE INDEX order_task_open ON order_task (order_id, kind, subject) WHERE state IN ('pending', 'sent', 'stopped');
CREATE INDEX order_task_due ON order_task (not_before, sequence) WHERE state = 'pending';
CREATE INDEX order_task_sent ON order_task (sequence) WHERE state = 'sent';

-- how a seller is spoken to about orders
CREATE TABLE order_seller (
  seller_id TEXT PRIMARY KEY,
  face TEXT NOT NULL,
  base_url TEXT,
  affiliate_id TEXT,
  workspace_id TEXT NOT NULL DEFAULT '',
  author TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;

CREATE TABLE window_rule (
  kind TEXT NOT NULL,
  scope TEXT NOT NULL,
  scope_id TEXT NOT NULL,
  amount INTEGER NOT NULL,
  unit TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  holidays TEXT NOT NULL DEFAULT '[]',
  author TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (kind, scope, scope_id)
) STRICT, WITHOUT ROWID;

INSERT INTO table_class (name, class) VALUES
  ('order_group', 'kept'), ('orders', 'kept'), ('order_item', 'kept'), ('order_event', 'kept'), ('order_message', 'kept'),
  ('order_invoice', 'kept'), ('order_tracking', 'kept'), ('order_cancellation', 'kept'), ('order_task', 'kept'),
  ('order_seller', 'kept'), ('window_rule', 'kept');
`;
