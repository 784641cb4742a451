/** What came by the stream of a workspace is found by what it is about; nothing is in here where there is no stream. */
export const sql = `
CREATE INDEX inbox_shared ON inbox (seller_id, seller_sku_id, sequence) WHERE sequence IS NOT NULL;
`;
