import { type MatchingError, MatchingError as Problem } from './channel.ts';
import type { MatchingHost } from './host.ts';
import type { LearnedModel } from './learned-model.ts';

export interface SupervisedOptions {
  /** Starts a worker; `onError` when it dies by itself. */
  readonly start: (onError: (error: MatchingError) => void) => MatchingHost;
  /**
   * Brings a fresh worker up to date. `usable` is called as soon as it may answer those who wait for a single suggestion; lists wait until
   * the whole is done.
   */
  readonly fill: (host: MatchingHost, usable: () => void) => Promise<void>;
  readonly onRestart: (error: MatchingError, attempt: number) => void;
  /** Calls back later, as setTimeout; the tests' own. */
  readonly later?: (run: () => void, milliseconds: number) => void;
}

/** A matching host that outlives its worker. */
export interface SupervisedMatching extends MatchingHost {
  /** Resolves when the index holds the whole catalogue. */
  filled(): Promise<void>;
}

/** The longest wait before a worker that died again is started anew, in milliseconds. */
const LONGEST_WAIT = 30_000;
/** A worker that has answered for this long has recovered. */
const HEALTHY_AFTER = 60_000;

/** One life of the worker. */
interface Life {
  readonly host: MatchingHost;
  readonly usable: Promise<void>;
  readonly filled: Promise<void>;
}

/**
 * A matching host that outlives its worker. When it dies, another is started and filled; what was being asked is asked once more of the new
 * one. What kills it twice is given back as the error it is. Changes of the catalogue are not sent again: filling reads them anew.
 */
export function superviseMatching(options: SupervisedOptions): SupervisedMatching {
  const { start, fill, onRestart } = options;
  const later = options.later ?? ((run, milliseconds) => void setTimeout(run, milliseconds).unref());
  let closed = false;
  let deaths = 0;
  let began = performance.now();
  let model: LearnedModel | null = null;
  let life = begin();

  function begin(): Promise<Life> {
    const host = start((error) => {
      if (closed) return;
      if (performance.now() - began > HEALTHY_AFTER) deaths = 0;
      deaths++;
      onRestart(error, deaths);
      life = new Promise((resolve) => {
        later(
          () => {
            began = performance.now();
            resolve(begin());
          },
          Math.min(LONGEST_WAIT, deaths === 1 ? 0 : 250 * 2 ** deaths),
        );
      });
    });
    let isUsable: () => void = () => undefined;
    const usable = new Promise<void>((resolve) => {
      isUsable = resolve;
    });
    if (model !== null) host.use(model).catch(() => undefined);
    const filled = fill(host, isUsable);
    // whoever waits for it is told; without anybody, the next life fills again
    filled.catch(() => undefined).finally(isUsable);
    return Promise.resolve({ host, usable, filled });
  }

  const isDeath = (error: unknown): boolean => error instanceof Problem && error.code === 'died';

  let retrying: Promise<unknown> = Promise.resolve();

  async function ask<Answer>(
    when: 'usable' | 'filled',
    call: (host: MatchingHost) => Promise<Answer>,
  ): Promise<Answer> {
    const once = async (): Promise<Answer> => {
      if (closed) throw new Problem('closed', 'Matching was closed');
      const { host, ...ready } = await life;
      await ready[when];
      return call(host);
    };
    try {
      return await once();
    } catch (error) {
      if (!isDeath(error) || closed) throw error;
    }
    // one after the other: what killed the worker kills the next one alone, not what was asked beside it
    const again = retrying.then(once);
    retrying = again.catch(() => undefined);
    return again;
  }

  /** What a new life's filling makes good for. */
  async function change(call: (host: MatchingHost) => Promise<void>): Promise<void> {
    const now = await life;
    await call(now.host).catch(async (error: unknown) => {
      if (!isDeath(error) || closed) throw error;
      await (await life).filled;
    });
  }

  return {
    upsert: (entries) => change((host) => host.upsert(entries)),
    remove: (skuIds) => change((host) => host.remove(skuIds)),
    clear: () => change((host) => host.clear()),
    suggest: (...of) => ask('usable', (host) => host.suggest(...of)),
    suggestMany: (...of) => ask('filled', (host) => host.suggestMany(...of)),
    featured: (...of) => ask('filled', (host) => host.featured(...of)),
    learn: (...of) => ask('filled', (host) => host.learn(...of)),
    use(wanted) {
      model = wanted;
      return change((host) => host.use(wanted));
    },
    load: async (file) => (await life).host.load(file),
    save: async (file, stamp) => (await life).host.save(file, stamp),
    stats: () => ask('usable', (host) => host.stats()),
    filled: () => ask('filled', async () => undefined),
    async close() {
      closed = true;
      // one that is about to be started anew is not waited for
      const now = await Promise.race([life, new Promise<null>((resolve) => setImmediate(() => resolve(null)))]);
      await now?.host.close();
    },
  };
}
