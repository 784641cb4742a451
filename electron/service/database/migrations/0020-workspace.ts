/** What cannot be pulled again: people, decisions, outbox, inbox, audit, mapping, history, preferences. Never dropped. */
export const sql = `
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE operator (id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, created_at TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE preference (operator_id TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (operator_id, key)) STRICT, WITHOUT ROWID;

CREATE TABLE decision (
  id TEXT PRIMARY KEY,
  batch_id TEXT,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  seller_id TEXT NOT NULL,
  seller_sku_id TEXT NOT NULL,
  version_id TEXT,
  sku_id INTEGER,
  product_id INTEGER,
  previous_sku_id INTEGER,
  title TEXT NOT NULL,
  payload TEXT NOT NULL DEFAULT '{}',
  deny_reason TEXT,
  operator_id TEXT NOT NULL,
  operator_name TEXT NOT NULL,
  role TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  held_until TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  problem_code TEXT,
  compensates TEXT,
  settled_at TEXT
) STRICT;
CREATE INDEX decision_entity ON decision (seller_id, seller_sku_id, decided_at);
CREATE INDEX decision_state ON decision (state, decided_at);
CREATE INDEX decision_operator ON decision (operator_id, decided_at);
CREATE INDEX decision_compensates ON decision (compensates) WHERE compensates IS NOT NULL;
CREATE INDEX decision_batch ON decision (batch_id) WHERE batch_id IS NOT NULL;

-- state: held, pending, sent, done, stopped (a conflict or refusal that waits for the operator)
CREATE TABLE outbox (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  entity TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('decision', 'forward', 'relay')),
  payload TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before TEXT NOT NULL,
  ambiguous INTEGER NOT NULL DEFAULT 0,
  problem TEXT
) STRICT;
CREATE INDEX outbox_open ON outbox (entity, sequence) WHERE state IN ('held', 'pending', 'sent', 'stopped');
CREATE INDEX outbox_due ON outbox (state, not_before) WHERE state IN ('held', 'pending', 'sent');

CREATE TABLE inbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  seller_id TEXT NOT NULL,
  seller_sku_id TEXT NOT NULL,
  received_at TEXT NOT NULL,
  body TEXT,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before TEXT NOT NULL,
  problem TEXT
) STRICT;
CREATE INDEX inbox_open ON inbox (seller_id, seller_sku_id, id) WHERE state = 'waiting';
CREATE INDEX inbox_due ON inbox (not_before, id) WHERE state = 'waiting';

CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  operator_id TEXT,
  operator_name TEXT NOT NULL,
  role TEXT NOT NULL,
  action TEXT NOT NULL,
  entity TEXT NOT NULL,
  details TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX audit_entity ON audit (entity, sequence);

CREATE TABLE mapping (
  seller_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  seller_value TEXT NOT NULL,
  target_id TEXT NOT NULL,
  author TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (seller_id, kind, seller_value)
) STRICT, WITHOUT ROWID;

CREATE TABLE price_history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  seller_id TEXT NOT NULL,
  seller_sku_id TEXT NOT NULL,
  sales_channel TEXT NOT NULL,
  price INTEGER,
  list_price INTEGER,
  currency TEXT NOT NULL,
  stock INTEGER NOT NULL,
  simulated_at TEXT NOT NULL,
  cause TEXT NOT NULL
) STRICT;
CREATE INDEX price_history_entity ON price_history (seller_id, seller_sku_id, id);

-- what a seller's answers say of its health, and the hash of the token that it calls us with
CREATE TABLE seller_health (
  seller_id TEXT PRIMARY KEY,
  last_answer_at TEXT,
  last_notification_at TEXT,
  answers TEXT NOT NULL DEFAULT '[]',
  failures INTEGER NOT NULL DEFAULT 0,
  problem TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE seller_token (seller_id TEXT PRIMARY KEY, app_key TEXT NOT NULL, token_hash TEXT NOT NULL, issued_at TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE invitation (lead_id TEXT PRIMARY KEY, email_sealed TEXT NOT NULL, status TEXT NOT NULL, sent_at TEXT NOT NULL) STRICT, WITHOUT ROWID;

INSERT INTO table_class (name, class) VALUES
  ('setting', 'kept'), ('operator', 'kept'), ('preference', 'kept'), ('decision', 'kept'), ('outbox', 'kept'), ('inbox', 'kept'),
  ('audit', 'kept'), ('mapping', 'kept'), ('price_history', 'kept'), ('seller_health', 'kept'), ('seller_token', 'kept'), ('invitation', 'kept');
`;
