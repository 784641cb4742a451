/**
 * A seller's credentials, several at a time so that one replaces another without a gap. Tokens are kept as SHA-256; a signing
 * key is in the secret store under the credential's id. A signature that was accepted is remembered for as long as it would
 * be valid, in the same transaction as what it signed, so that no restart lets it in again.
 */
export const sql = `
CREATE TABLE seller_credential (
  id TEXT PRIMARY KEY,
  seller_id TEXT NOT NULL,
  app_key TEXT NOT NULL UNIQUE,
  token_hash TEXT NOT NULL,
  signs INTEGER NOT NULL DEFAULT 0,
  issued_at TEXT NOT NULL,
  issued_by TEXT NOT NULL,
  expires_at TEXT,
  revoked_at TEXT,
  last_used_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX seller_credential_seller ON seller_credential (seller_id, issued_at);
INSERT INTO seller_credential (id, seller_id, app_key, token_hash, issued_at, issued_by)
  SELECT 'first-' || seller_id, seller_id, app_key, token_hash, issued_at, '' FROM seller_token;
DROP TABLE seller_token;
DELETE FROM table_class WHERE name = 'seller_token';

CREATE TABLE signature_seen (digest TEXT PRIMARY KEY, subject TEXT NOT NULL, signed_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX signature_seen_signed ON signature_seen (signed_at);

INSERT INTO table_class (name, class) VALUES ('seller_credential', 'kept'), ('signature_seen', 'kept');
`;
