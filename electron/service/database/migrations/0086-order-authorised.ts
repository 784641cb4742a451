/** Whether a seller may fulfil an order, which its state alone does not say once a cancellation was asked. */
export const sql = `
ALTER TABLE orders ADD COLUMN authorised INTEGER NOT NULL DEFAULT 0;
UPDATE orders SET authorised = 1 WHERE id IN (
  SELECT order_id FROM order_event WHERE fits = 1 AND type IN ('authorised', 'handling-started', 'invoiced'));
`;
