/**
 * The indexes of words leave what was removed in its place: to take it out at a tenth of the index, which is what they do of themselves,
 * holds up whoever writes for as long as a large index takes to be written. It is taken out piece by piece, see words.tidy.
 */
export const sql = `
INSERT INTO sku_text (sku_text, rank) VALUES ('deletemerge', 0);
INSERT INTO offer_text (offer_text, rank) VALUES ('deletemerge', 0);
`;
