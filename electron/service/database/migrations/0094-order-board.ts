/** What needs a person, ranked; orders found by the seller's id and by an invoice's number; the days of the charts. */
export const sql = `
-- the board: what is due first, then what is worth most; an order without a deadline comes after those that have one
CREATE INDEX orders_urgency ON orders (COALESCE(deadline, '9999'), total DESC, id, attention) WHERE attention <> 0;

-- a search names no seller
CREATE INDEX orders_seller_order_id ON orders (seller_order_id) WHERE seller_order_id IS NOT NULL;
CREATE INDEX order_invoice_number ON order_invoice (number, order_id);

-- lateness by day
CREATE INDEX orders_ship_by ON orders (ship_by) WHERE ship_by IS NOT NULL;
CREATE INDEX orders_deliver_by ON orders (deliver_by) WHERE deliver_by IS NOT NULL;
`;
