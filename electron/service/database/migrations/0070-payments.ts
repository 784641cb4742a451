/**
 * Payment conditions and merge policies. Every text of a condition stays, by version; the highest is the one that counts, and a null payload
 * means that it was removed. What the backend says is cache, what was pushed to it is kept.
 */
export const sql = `
CREATE TABLE payment_condition (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  -- empty: the marketplace's own; otherwise the seller whose method it is
  owner TEXT NOT NULL,
  payload TEXT,
  author TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;
-- which rule of the backend a condition is
CREATE TABLE payment_link (
  condition_id TEXT PRIMARY KEY,
  backend_id TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;
CREATE TABLE payment_backend (
  backend_id TEXT PRIMARY KEY,
  payload TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE payment_pushed (
  backend_id TEXT PRIMARY KEY,
  payload TEXT NOT NULL,
  pushed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE payment_system (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  group_name TEXT NOT NULL,
  implementation TEXT
) STRICT;

CREATE TABLE merge_policy (
  seller_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  policy TEXT NOT NULL,
  hybrid INTEGER NOT NULL,
  author TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (seller_id, version)
) STRICT, WITHOUT ROWID;
-- use_own null: the seller cannot be asked
CREATE TABLE merge_backend (
  seller_id TEXT PRIMARY KEY,
  hybrid INTEGER NOT NULL,
  use_own INTEGER,
  read_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE merge_pushed (
  seller_id TEXT PRIMARY KEY,
  hybrid INTEGER NOT NULL,
  use_own INTEGER,
  pushed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO table_class (name, class) VALUES
  ('payment_condition', 'kept'), ('payment_link', 'kept'), ('payment_backend', 'cache'), ('payment_pushed', 'kept'), ('payment_system', 'cache'),
  ('merge_policy', 'kept'), ('merge_backend', 'cache'), ('merge_pushed', 'kept');
`;
