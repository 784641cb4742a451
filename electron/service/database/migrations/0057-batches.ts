/** How far the taking back of a batch is, so that it is done bit by bit and goes on after a restart. */
export const sql = `
-- the decision up to which it was gone through, and the first one whose answer was outstanding then
ALTER TABLE batch_undo ADD COLUMN after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batch_undo ADD COLUMN first_left INTEGER;
-- when somebody last worked on it: who finds it left alone goes on with it
ALTER TABLE batch_undo ADD COLUMN touched_at TEXT NOT NULL DEFAULT '';
`;
