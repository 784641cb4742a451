/**
 * The log of notifications: how each arrived (never its token), what became of it, and what the answer changed; the raw body,
 * sealed, in a table of its own; traffic of each seller by minute and hour; refused calls, gathered; sellers whose
 * notifications a person stopped handling; and how stale each seller's prices are. One index serves the list: it holds all
 * that a filter asks for, in the order of the list.
 */
export const sql = `
ALTER TABLE inbox ADD COLUMN outcome INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inbox ADD COLUMN credential_id TEXT;
ALTER TABLE inbox ADD COLUMN address TEXT;
ALTER TABLE inbox ADD COLUMN target TEXT;
ALTER TABLE inbox ADD COLUMN digest TEXT;
ALTER TABLE inbox ADD COLUMN operation_id TEXT;
ALTER TABLE inbox ADD COLUMN reply INTEGER;
ALTER TABLE inbox ADD COLUMN raw_id INTEGER;
ALTER TABLE inbox ADD COLUMN replay_of INTEGER;
ALTER TABLE inbox ADD COLUMN handled_at TEXT;
-- the newest of those that one answer served; it has the effect, as JSON
ALTER TABLE inbox ADD COLUMN settled_by INTEGER;
ALTER TABLE inbox ADD COLUMN effect TEXT;
UPDATE inbox SET outcome = CASE WHEN state = 'done' THEN 7 WHEN state = 'aside' THEN 2 WHEN attempts > 0 THEN 1 ELSE 0 END;
CREATE INDEX inbox_log ON inbox (received_at, id, outcome, kind, seller_id, seller_sku_id);
CREATE INDEX inbox_settled ON inbox (settled_by) WHERE settled_by IS NOT NULL;
CREATE INDEX inbox_replays ON inbox (replay_of) WHERE replay_of IS NOT NULL;
-- what is asked for by a sweep, or to find drift, waits for everything else
DROP INDEX IF EXISTS inbox_turn;
CREATE INDEX inbox_turn ON inbox (seller_id, (kind = 'sweep' OR kind = 'reconcile'), not_before, id) WHERE state = 'waiting';

CREATE TABLE inbox_raw (id INTEGER PRIMARY KEY, sealed TEXT NOT NULL) STRICT;

CREATE TABLE seller_traffic (
  span INTEGER NOT NULL,
  start INTEGER NOT NULL,
  seller_id TEXT NOT NULL,
  received INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0,
  handled INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  lag_most INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (span, start, seller_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE endpoint_refusal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  minute INTEGER NOT NULL,
  seller_id TEXT NOT NULL,
  status INTEGER NOT NULL,
  code TEXT NOT NULL,
  route TEXT NOT NULL,
  address TEXT NOT NULL,
  count INTEGER NOT NULL,
  last_at TEXT NOT NULL,
  UNIQUE (minute, seller_id, status, code, route, address)
) STRICT;
CREATE INDEX endpoint_refusal_seller ON endpoint_refusal (seller_id, id);

CREATE TABLE seller_pause (seller_id TEXT PRIMARY KEY, at TEXT NOT NULL, author TEXT NOT NULL, reason TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE seller_staleness (
  seller_id TEXT PRIMARY KEY,
  swept_at TEXT NOT NULL,
  asked INTEGER NOT NULL,
  swept INTEGER NOT NULL DEFAULT 0,
  drifted INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX binding_stale ON binding (seller_id, simulated_at) WHERE is_active = 1 AND is_removed = 0;

INSERT INTO table_class (name, class) VALUES ('inbox_raw', 'kept'), ('seller_traffic', 'kept'), ('endpoint_refusal', 'kept'),
  ('seller_pause', 'kept'), ('seller_staleness', 'kept');
`;
