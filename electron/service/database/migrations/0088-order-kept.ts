/** An invoice that a person took out, and how often its number was; what the buyer chose of a line and of its delivery, sealed. */
export const sql = `
ALTER TABLE order_invoice ADD COLUMN voided_at TEXT;
ALTER TABLE order_invoice ADD COLUMN voids INTEGER NOT NULL DEFAULT 0;
ALTER TABLE order_item ADD COLUMN chosen_sealed TEXT;
ALTER TABLE order_item ADD COLUMN delivery_sealed TEXT;
`;
