/** What sellers say of their waiting offers is counted from an index of it, whatever the number of offers. */
export const sql = `
CREATE INDEX offer_said_category ON offer (seller_id, category_path) WHERE queue = 0;
CREATE INDEX offer_said_brand ON offer (seller_id, brand) WHERE queue = 0;
CREATE INDEX offer_unmapped ON offer (seller_id, category_path) WHERE queue = 0 AND category_position IS NULL AND category_path IS NOT NULL;
`;
