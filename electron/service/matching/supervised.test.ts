import { afterEach, expect, it } from 'vitest';
import type { MatchingError } from './channel.ts';
import { offer, SHOP } from './fixtures.ts';
import { createMatchingHost } from './host.ts';
import { type SupervisedMatching, superviseMatching } from './supervised.ts';

const open: SupervisedMatching[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** A worker that ends with the first list of suggestions that names "poison". */
const mortal = `
  import { parentPort } from 'node:worker_threads';
  import { createCatalogIndex } from ${JSON.stringify(new URL('./catalog-index.ts', import.meta.url).href)};
  const index = createCatalogIndex();
  parentPort.on('message', ({ id, kind, entries, offers, offer }) => {
    if (kind === 'upsert') index.upsert(entries);
    if (offers?.some(({ title }) => title.includes('poison'))) process.exit(3);
    const result = kind === 'suggest' ? index.suggest(offer) : kind === 'suggestMany' ? offers.map((each) => index.suggest(each)) : null;
    parentPort.postMessage({ id, ok: true, result });
  });`;

function supervised(fill = SHOP): { matching: SupervisedMatching; restarts: MatchingError[]; fills: () => number } {
  const restarts: MatchingError[] = [];
  let fills = 0;
  const matching = superviseMatching({
    start: (onError) =>
      createMatchingHost({ entry: new URL(`data:text/javascript,${encodeURIComponent(mortal)}`), onError }),
    fill: async (host, usable) => {
      fills++;
      usable();
      await host.upsert(fill);
    },
    onRestart: (error) => restarts.push(error),
    later: (run) => setImmediate(run),
  });
  open.push(matching);
  return { matching, restarts, fills: () => fills };
}

it('starts another worker when one dies, and what waited is answered by it', async () => {
  const { matching, restarts, fills } = supervised();
  await matching.filled();
  const poison = matching.suggestMany([offer('poison')]);
  const waiting = matching.suggestMany([offer('Norvik EtherLine EZX88W')]);
  await expect(poison).rejects.toMatchObject({ code: 'died' });
  expect((await waiting)[0]?.candidates[0]?.skuId).toBe(18807);
  // the poison was tried once more, so that two workers died of it
  expect(restarts).toHaveLength(2);
  expect((await matching.suggest(offer('Norvik EtherLine EZX88W'))).candidates[0]?.skuId).toBe(18807);
  expect(fills()).toBe(3);
});

it('a change that was on its way when the worker died is made good by filling', async () => {
  const { matching } = supervised();
  await matching.filled();
  const poison = matching.suggestMany([offer('poison')]).catch(() => 'died');
  await matching.upsert(SHOP.slice(0, 1));
  expect(await poison).toBe('died');
  expect((await matching.suggest(offer('Norvik EtherLine EZX88W'))).candidates[0]?.skuId).toBe(18807);
});

it('answers nothing after close, and starts nothing', async () => {
  const { matching, restarts } = supervised();
  await matching.filled();
  await matching.close();
  await expect(matching.suggest(offer('a'))).rejects.toMatchObject({ code: 'closed' });
  expect(restarts).toEqual([]);
});
