/** What the backend tells of its storefront's orders, and what became of each. */
export const sql = `
-- told: the status that came last; taken: the one that was last acted upon. due: there is something to do about it
CREATE TABLE backend_order (
  order_id TEXT PRIMARY KEY,
  told_status TEXT NOT NULL,
  told_at TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('feed', 'hook', 'sweep')),
  taken_status TEXT,
  outcome TEXT CHECK (outcome IN ('taken', 'elsewhere', 'ignored', 'problem')),
  problem TEXT,
  created_at TEXT,
  due INTEGER NOT NULL DEFAULT 1,
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX backend_order_due ON backend_order (not_before) WHERE due = 1;
CREATE INDEX backend_order_problem ON backend_order (told_at) WHERE outcome = 'problem';
CREATE INDEX backend_order_open ON backend_order (created_at) WHERE outcome = 'taken' AND taken_status NOT IN ('invoiced', 'canceled', 'replaced');
INSERT INTO table_class (name, class) VALUES ('backend_order', 'kept');
`;
