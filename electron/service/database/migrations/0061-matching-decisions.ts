/** What the matcher learns from decisions, the models it learnt, and where it may bind by itself. */
export const sql = `
ALTER TABLE offer ADD COLUMN odds INTEGER;

-- one line a decision that a person made about one offer: what the matcher had said, and what a model can learn. outcome: 1 the best
-- candidate was the one, 0 it was not; null says nothing of it. candidates: see electron/service/matching-room/examples.ts.
CREATE TABLE match_example (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  decision_id TEXT NOT NULL UNIQUE,
  seller_id TEXT NOT NULL,
  category_id INTEGER NOT NULL,
  band INTEGER NOT NULL,
  odds INTEGER,
  outcome INTEGER,
  width INTEGER NOT NULL,
  candidates BLOB NOT NULL
) STRICT;

CREATE TABLE match_model (
  version INTEGER PRIMARY KEY,
  trained_at TEXT NOT NULL,
  report TEXT NOT NULL,
  -- null where the default stayed
  model TEXT
) STRICT;

-- where suggestions are bound without a look; '' and 0 mean any
CREATE TABLE match_rule (
  seller_id TEXT NOT NULL,
  category_id INTEGER NOT NULL,
  operator_id TEXT NOT NULL,
  operator_name TEXT NOT NULL,
  since TEXT NOT NULL,
  PRIMARY KEY (seller_id, category_id)
) STRICT, WITHOUT ROWID;

INSERT INTO table_class (name, class) VALUES ('match_example', 'kept'), ('match_model', 'kept'), ('match_rule', 'kept');
`;
