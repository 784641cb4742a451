/** What lets operators in at the console of `serve`: tokens as SHA-256, each of one operator, until it expires or is revoked. */
export const sql = `
CREATE TABLE operator_token (
  id TEXT PRIMARY KEY,
  operator_id TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  issued_at TEXT NOT NULL,
  issued_by TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  revoked_at TEXT,
  last_used_at TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO table_class (name, class) VALUES ('operator_token', 'kept');
`;
