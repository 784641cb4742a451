/**
 * The inbox by seller: what is due of each is found without looking at what waits of the others, what was asked for by a sweep
 * last; and what is done is found by its age.
 */
export const sql = `
DROP INDEX inbox_due;
CREATE INDEX inbox_turn ON inbox (seller_id, (kind = 'sweep'), not_before, id) WHERE state = 'waiting';
CREATE INDEX inbox_done ON inbox (received_at) WHERE state = 'done';
CREATE INDEX inbox_aside ON inbox (id) WHERE state = 'aside';
`;
