/** What a person settled outside of the protocol, with why: until the order moves, its two sides may contradict each other. */
export const sql = `
ALTER TABLE orders ADD COLUMN settled_reason TEXT;
`;
