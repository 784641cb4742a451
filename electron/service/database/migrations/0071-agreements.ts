/** Agreements with sellers: every version stays; a withdrawn one is kept and counts no more. Templates and attached documents. */
export const sql = `
CREATE TABLE agreement_version (
  seller_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  valid_from TEXT NOT NULL,
  terms TEXT NOT NULL,
  note TEXT NOT NULL,
  author TEXT NOT NULL,
  written_at TEXT NOT NULL,
  withdrawn_at TEXT,
  PRIMARY KEY (seller_id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE agreement_template (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  terms TEXT NOT NULL,
  author TEXT NOT NULL,
  written_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE agreement_document (
  id TEXT PRIMARY KEY,
  seller_id TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  content BLOB NOT NULL,
  author TEXT NOT NULL,
  attached_at TEXT NOT NULL
) STRICT;
CREATE INDEX agreement_document_seller ON agreement_document (seller_id, attached_at);
INSERT INTO table_class (name, class) VALUES ('agreement_version', 'kept'), ('agreement_template', 'kept'), ('agreement_document', 'kept');
`;
