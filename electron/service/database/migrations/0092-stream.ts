/**
 * What several processes of one workspace share: how far each stream was applied here, where an entry of the inbox stands in it,
 * and, for the engine that is a file, the messages and the lease themselves.
 */
export const sql = `
ALTER TABLE inbox ADD COLUMN sequence INTEGER;
CREATE TABLE stream_cursor (name TEXT PRIMARY KEY, sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE stream_message (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE TABLE stream_lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, fence INTEGER NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO table_class (name, class) VALUES ('stream_cursor', 'kept'), ('stream_message', 'kept'), ('stream_lease', 'kept');
`;
