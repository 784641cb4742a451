/** An invoice that a person took out, and how often its number was. */
export const sql = `
ALTER TABLE order_invoice ADD COLUMN voided_at TEXT;
ALTER TABLE order_invoice ADD COLUMN voids INTEGER NOT NULL DEFAULT 0;
`;
