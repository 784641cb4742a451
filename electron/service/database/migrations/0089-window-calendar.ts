/**
 * A window counts its days in the marketplace's calendar unless it has one of its own. What rules held until now was a copy of that calendar as it
 * was when they were saved (nothing else could be entered), so they follow it from now on.
 */
export const sql = `
CREATE TABLE window_rule_new (
  kind TEXT NOT NULL,
  scope TEXT NOT NULL,
  scope_id TEXT NOT NULL,
  amount INTEGER NOT NULL,
  unit TEXT NOT NULL,
  -- null: the marketplace's
  time_zone TEXT,
  holidays TEXT,
  author TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (kind, scope, scope_id)
) STRICT, WITHOUT ROWID;
INSERT INTO window_rule_new (kind, scope, scope_id, amount, unit, author, updated_at, version)
  SELECT kind, scope, scope_id, amount, unit, author, updated_at, version FROM window_rule;
DROP TABLE window_rule;
ALTER TABLE window_rule_new RENAME TO window_rule;
`;
