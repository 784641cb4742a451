/**
 * Who worked on a draft of commissions, and which version each of its changes was made against. A version knows whether its day brought it
 * into force, or a person.
 */
export const sql = `
ALTER TABLE commission_version ADD COLUMN is_scheduled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE commission_change ADD COLUMN base_version INTEGER NOT NULL DEFAULT 0;
UPDATE commission_change SET base_version = (SELECT base_version FROM commission_draft WHERE id = draft_id);
CREATE TABLE commission_draft_editor (
  draft_id TEXT NOT NULL REFERENCES commission_draft (id),
  operator_id TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (draft_id, operator_id)
) STRICT, WITHOUT ROWID;
-- what versions changed since a draft began
CREATE INDEX commission_rule_removed ON commission_rule (removed_in) WHERE removed_in IS NOT NULL;
INSERT INTO table_class (name, class) VALUES ('commission_draft_editor', 'kept');
`;
