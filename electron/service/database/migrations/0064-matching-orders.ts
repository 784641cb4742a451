/** Queues by value in stock, and by what a decision would teach, in the order of an index; the expressions are those of offers/view.ts. */
export const sql = `
CREATE INDEX offer_value ON offer (queue, price * stock);
CREATE INDEX offer_lesson ON offer (queue, -ABS(odds));
`;
