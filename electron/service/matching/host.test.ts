import { afterEach, describe, expect, it } from 'vitest';
import { createCatalogIndex } from './catalog-index.ts';
import { MatchingError } from './channel.ts';
import { ean, entry, offer, SHOP, same } from './fixtures.ts';
import { createMatchingHost, type MatchingHost } from './host.ts';
import type { IndexRequest, Reply } from './messages.ts';
import { Scheduler } from './scheduler.ts';
import type { CatalogEntry } from './types.ts';

const hosts: MatchingHost[] = [];
const errors: MatchingError[] = [];

function host(entryScript?: URL, helpers = 0): MatchingHost {
  const made = createMatchingHost({
    helpers,
    onError: (error) => errors.push(error),
    ...(entryScript ? { entry: entryScript } : {}),
  });
  hosts.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((made) => made.close()));
  errors.length = 0;
});

/** A worker whose script is given as text. */
const script = (source: string): URL => new URL(`data:text/javascript,${encodeURIComponent(source)}`);

describe('the matching host', () => {
  it('answers as the index itself does', async () => {
    const made = host();
    await made.upsert(SHOP);
    const index = createCatalogIndex();
    index.upsert(SHOP);
    const asked = offer('Norvik EtherLine 8-Port Switch EZX88W');
    expect(await made.suggest(asked, 5)).toEqual(index.suggest(asked, 5));
    expect(await made.suggestMany(SHOP.map(same), 3)).toEqual(SHOP.map((sku) => index.suggest(same(sku), 3)));
    expect(await made.suggestMany([])).toEqual([]);
    await made.remove([18807]);
    index.remove([18807]);
    expect(await made.suggest(asked)).toEqual(index.suggest(asked));
    const { skus, bytes } = await made.stats();
    expect(skus).toBe(SHOP.length - 1);
    expect(bytes).toBeGreaterThan(0);
  });

  it('lets a person overtake background work', async () => {
    const made = host();
    await made.upsert(
      Array.from({ length: 5_000 }, (_, at) => entry(at, `Gadget ${at} model AB${at}X`, { gtins: [ean(at)] })),
    );
    const done: string[] = [];
    const many = made
      .suggestMany(Array.from({ length: 2_000 }, (_, at) => offer(`gadget ${at}`)))
      .then((all) => done.push(`many ${all.length}`));
    const one = made.suggest(offer('gadget AB77X')).then((found) => done.push(`one ${found.candidates[0]?.skuId}`));
    await Promise.all([many, one]);
    expect(done).toEqual(['one 77', 'many 2000']);
  });

  it('rejects what was aborted, and goes on', async () => {
    const made = host();
    await made.upsert(SHOP);
    const aborted = new AbortController();
    const many = made.suggestMany(
      Array.from({ length: 3_000 }, () => offer('filler gadget')),
      10,
      { signal: aborted.signal },
    );
    aborted.abort(new Error('changed my mind'));
    await expect(many).rejects.toThrow('changed my mind');
    await expect(made.suggest(offer('x'), 1, { signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow(
      'never',
    );
    expect((await made.suggest(offer('sonique kh240'))).candidates[0]?.skuId).toBe(600);
  });

  it('rejects everything pending when the worker dies, once, and everything after', async () => {
    const made = host(
      script(`import { parentPort } from 'node:worker_threads'; parentPort.once('message', () => process.exit(3));`),
    );
    const pending = [made.suggest(offer('a')), made.upsert(SHOP), made.stats()];
    for (const result of await Promise.allSettled(pending))
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'MatchingError', code: 'died' } });
    expect(errors).toHaveLength(1);
    await expect(made.suggest(offer('a'))).rejects.toBeInstanceOf(MatchingError);
  });

  it('says what a script that cannot start threw', async () => {
    const made = host(script('throw new Error("no index today")'));
    await expect(made.stats()).rejects.toThrow('no index today');
    expect(errors[0]?.code).toBe('died');
  });

  it('rejects with "closed" after close, without an error report', async () => {
    const made = host();
    const pending = made.suggest(offer('a'));
    const outcome = expect(pending).rejects.toMatchObject({ code: 'closed' });
    await made.close();
    await outcome;
    await made.close();
    expect(errors).toEqual([]);
  });
});

describe('helpers', () => {
  const things = (from: number, count: number, of: string): CatalogEntry[] =>
    Array.from({ length: count }, (_, at) =>
      entry(from + at, `${of} gadget ${from + at} of make AB${from + at}X in black`, { gtins: [ean(from + at)] }),
    );

  it('read the same index, also while it grows, moves and is compacted', async () => {
    const made = host(undefined, 2);
    const index = createCatalogIndex();
    const asked = Array.from({ length: 80 }, (_, at) => offer(`gadget make AB${at * 37}X ${at} black`));
    const changes: ((target: Pick<MatchingHost, 'upsert' | 'remove'>) => unknown)[] = [
      (target) => target.upsert(things(0, 1_500, 'first')),
      (target) => target.upsert(things(1_000, 6_000, 'second')),
      (target) => target.remove(Array.from({ length: 900 }, (_, at) => at * 3)),
      // two in three die: all is built anew, in other memory
      (target) => target.upsert(things(0, 7_000, 'third')),
      (target) => target.upsert([entry(1, 'gadget AB37X black and white')]),
    ];
    for (const change of changes) {
      const local = {
        upsert: async (e: readonly CatalogEntry[]) => index.upsert(e),
        remove: async (ids: readonly number[]) => index.remove(ids),
      };
      await change(local);
      // not waited for: a list sees every change that was sent before it
      const applied = change(made);
      expect(await made.suggestMany(asked, 3)).toEqual(asked.map((each) => index.suggest(each, 3)));
      await applied;
    }
  });

  it('let changes in between, and stop with a list that is called off', async () => {
    const made = host(undefined, 1);
    await made.upsert(things(0, 3_000, 'first'));
    const aborted = new AbortController();
    const long = made.suggestMany(
      Array.from({ length: 4_000 }, (_, at) => offer(`gadget ${at}`)),
      10,
      { signal: aborted.signal },
    );
    const outcome = expect(long).rejects.toThrow('enough');
    await made.upsert([entry(9_999, 'zebra amplifier CD5678X')]);
    expect((await made.suggest(offer('CD5678X'))).candidates[0]?.skuId).toBe(9_999);
    aborted.abort(new Error('enough'));
    await outcome;
    expect(
      await made.suggestMany(
        Array.from({ length: 20 }, () => offer('CD5678X')),
        1,
      ),
    ).toHaveLength(20);
  });

  it('take the whole with them when they die, whatever they held', async () => {
    const worker = new URL('./worker.ts', import.meta.url).href;
    const made = host(
      script(`import { parentPort, workerData } from 'node:worker_threads';
        if (workerData.role === 'helper') { Atomics.add(new Int32Array(workerData.lock), 0, 1); process.exit(5); }
        else await import(${JSON.stringify(worker)});`),
      1,
    );
    await made.upsert(things(0, 50, 'first'));
    const many = made.suggestMany(things(0, 40, 'first').map(same));
    await expect(many).rejects.toMatchObject({ code: 'died' });
    await expect(made.upsert(things(0, 5, 'again'))).rejects.toMatchObject({ code: 'died' });
    expect(errors).toHaveLength(1);
  });
});

describe('the order of work', () => {
  function scheduler(): { accept: (request: IndexRequest) => void; turn: () => void; replies: number[] } {
    const replies: number[] = [];
    const turns: (() => void)[] = [];
    let clock = 0;
    const made = new Scheduler({
      create: createCatalogIndex,
      load: () => null,
      reply: (reply: Reply) => replies.push(reply.id),
      later: (run) => turns.push(run),
      // Each look at the clock finds ten milliseconds gone, so that a slice is two steps long.
      now: () => {
        clock += 10;
        return clock;
      },
    });
    return { accept: (request) => made.accept(request), turn: () => turns.shift()?.(), replies };
  }

  it('is: single suggestions, then changes of the catalogue, then lists, in slices', () => {
    const { accept, turn, replies } = scheduler();
    const offers = Array.from({ length: 6 }, () => offer('a'));
    accept({ kind: 'suggestMany', id: 1, offers, limit: 1 });
    accept({ kind: 'upsert', id: 2, entries: SHOP });
    accept({ kind: 'suggest', id: 3, offer: offer('a'), limit: 1 });
    turn();
    expect(replies).toEqual([3, 2]);
    accept({ kind: 'suggest', id: 4, offer: offer('a'), limit: 1 });
    turn();
    expect(replies).toEqual([3, 2, 4]);
    for (let at = 0; at < 6; at++) turn();
    expect(replies).toEqual([3, 2, 4, 1]);
  });

  it('drops what is cancelled, but no change of the catalogue', () => {
    const { accept, turn, replies } = scheduler();
    accept({ kind: 'suggest', id: 1, offer: offer('a'), limit: 1 });
    accept({ kind: 'suggestMany', id: 2, offers: [offer('a')], limit: 1 });
    accept({ kind: 'remove', id: 3, skuIds: [1] });
    for (const id of [1, 2, 3]) accept({ kind: 'cancel', id });
    for (let at = 0; at < 4; at++) turn();
    expect(replies).toEqual([3]);
  });
});
