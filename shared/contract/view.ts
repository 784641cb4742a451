import { z } from 'zod';
import { direction, viewId } from './core.ts';
import { query } from './method.ts';

/**
 * The four methods of a list. A view (filter and sort) is evaluated once into an ordered array of row ids; the grid's
 * blocks are then fetched by position. `open` answers with the first rows; the count follows as the event
 * `view.progress` when it is not yet complete.
 */
export function viewMethods<Filter extends z.ZodType, Column extends string, Row extends z.ZodType>(
  filter: Filter,
  columns: readonly [Column, ...Column[]],
  row: Row,
) {
  return {
    open: query(
      z.object({
        filter,
        sort: z.object({ column: z.enum(columns), direction }),
        /** How many rows to answer with at once. */
        first: z.int().min(0).max(500).default(100),
        /** Closed as soon as the new one is open. */
        replaces: viewId.optional(),
      }),
      z.object({ viewId, rows: z.array(row), count: z.int(), complete: z.boolean() }),
    ),
    rows: query(
      z.object({ viewId, from: z.int().nonnegative(), to: z.int().nonnegative() }),
      z.object({ rows: z.array(row), count: z.int(), complete: z.boolean() }),
    ),
    /** The position of a row in the view, or null. */
    locate: query(z.object({ viewId, id: z.int() }), z.object({ position: z.int().nullable() })),
    close: query(z.object({ viewId }), z.object({})),
  };
}
