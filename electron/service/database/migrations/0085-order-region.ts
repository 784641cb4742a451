/** Where an order goes, as coarse as agreements speak of it: country and state, no buyer's address. */
export const sql = `
ALTER TABLE order_group ADD COLUMN region TEXT NOT NULL DEFAULT '';
`;
