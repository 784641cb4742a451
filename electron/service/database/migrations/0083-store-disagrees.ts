/** What a seller's store says that no news explains, until it says otherwise or the order moves. */
export const sql = `
ALTER TABLE orders ADD COLUMN store_disagrees TEXT;
`;
