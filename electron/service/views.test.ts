import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ViewSource, Views } from './views.ts';

interface Deferred {
  readonly signal: AbortSignal;
  finish(): void;
}

/** A source of 0, 1, 2 … up to `total`, whose whole order comes when the test says so. */
function sourceOf(total: () => number) {
  const waiting: Deferred[] = [];
  const source: ViewSource<object, { id: number }> = {
    first: async (_params, limit) => {
      const ids = Array.from({ length: Math.min(limit, total()) }, (_, id) => id);
      return { ids, rows: ids.map((id) => ({ id })) };
    },
    all: (_params, signal) => {
      const ids = Int32Array.from({ length: total() }, (_, id) => id);
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
        waiting.push({ signal, finish: () => resolve(ids) });
      });
    },
    rows: async (ids) => ids.map((id) => ({ id })),
  };
  const told: unknown[] = [];
  const views = new Views(source, (name, payload) => told.push([name, payload]));
  return { views, waiting, told };
}
const signal = new AbortController().signal;

it('answers with the first rows at once, and with the count when the whole order is there', async () => {
  const { views, waiting, told } = sourceOf(() => 1_000);
  const opened = await views.open({}, { first: 50, signal });
  expect(opened).toMatchObject({ count: 50, complete: false });
  expect(opened.rows).toHaveLength(50);
  // what is known already does not wait
  expect(await views.rows(opened.viewId, 10, 20)).toMatchObject({ complete: false });
  const beyond = views.rows(opened.viewId, 900, 910);
  waiting[0]?.finish();
  expect((await beyond).rows.map(({ id }) => id)).toEqual([900, 901, 902, 903, 904, 905, 906, 907, 908, 909]);
  expect(await views.rows(opened.viewId, 0, 1)).toMatchObject({ count: 1_000, complete: true });
  expect(told).toEqual([['view.progress', { viewId: opened.viewId, count: 1_000, complete: true }]]);
});

it('is complete at once when the first rows are all there are', async () => {
  const { views, waiting, told } = sourceOf(() => 3);
  expect(await views.open({}, { first: 50, signal })).toMatchObject({ count: 3, complete: true });
  expect(waiting).toEqual([]);
  await Promise.resolve();
  expect(told).toEqual([]);
});

it('keeps a view’s order while rows come and go', async () => {
  let total = 100;
  const { views, waiting } = sourceOf(() => total);
  const { viewId } = await views.open({}, { first: 10, signal });
  waiting[0]?.finish();
  total = 5;
  expect((await views.rows(viewId, 90, 200)).rows).toHaveLength(10);
});

it('cancels the evaluation of a view that is replaced, closed or the oldest of too many', async () => {
  const { views, waiting } = sourceOf(() => 1_000);
  const first = await views.open({}, { first: 10, signal });
  await views.open({}, { first: 10, signal, replaces: first.viewId });
  expect(waiting[0]?.signal.aborted).toBe(true);
  await expect(views.rows(first.viewId, 0, 1)).rejects.toMatchObject({ code: 'not-found', field: 'viewId' });
  for (let more = 0; more < 24; more++) await views.open({}, { first: 10, signal });
  expect(waiting[1]?.signal.aborted).toBe(true);
  expect(waiting[2]?.signal.aborted).toBe(false);
  views.closeAll();
  expect(waiting.every((each) => each.signal.aborted)).toBe(true);
});

it('resolves a selection to exactly the rows it names', async () => {
  const { views, waiting } = sourceOf(() => 300);
  const { viewId } = await views.open({}, { first: 10, signal });
  waiting[0]?.finish();
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(400), { maxLength: 50 }), async (ids) => {
      expect([...(await views.resolve({ kind: 'ids', ids }))]).toEqual(ids);
      const rest = [...(await views.resolve({ kind: 'view', viewId, except: ids }))];
      expect(rest).toEqual(Array.from({ length: 300 }, (_, id) => id).filter((id) => !ids.includes(id)));
    }),
    { seed: 20_261_125, numRuns: 50 },
  );
  expect(await views.locate(viewId, 250)).toBe(250);
  expect(await views.locate(viewId, 5_000)).toBeNull();
});
