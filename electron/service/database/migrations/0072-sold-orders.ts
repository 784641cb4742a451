/** Which orders are in the history of what was sold, and as of which revision. */
export const sql = `
CREATE TABLE sold_order (
  order_id INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL
) STRICT;
INSERT INTO table_class (name, class) VALUES ('sold_order', 'cache');
`;
