import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import type { Session } from '../session.ts';
import { AutoBinder } from './auto-binder.ts';
import { bindFollowers } from './followers.ts';
import { type MatchingMethod, matchingHandlers } from './handlers.ts';
import { Learner } from './learner.ts';

/** Milliseconds between two looks at what was decided. */
const tick = 1_000;
/** New evidence is weighed anew at most this often, in milliseconds. */
const weighEvery = 5_000;

/** Learning from decisions, promising, and binding by itself: what runs of it in the background, and its methods. */
export interface MatchingRoom {
  readonly handlers: Pick<Handlers<Session>, MatchingMethod>;
  /** The matcher has looked at these offers. */
  matched(ids: readonly number[]): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Sets the room up; nothing runs before `start`. */
export function createMatchingRoom(context: ServiceContext): MatchingRoom {
  const { ambient, log, events } = context;
  const binder = new AutoBinder(context);
  const learner = new Learner(context, (ids) => binder.matched(ids));
  let stopped = false;
  let running: Promise<void> | null = null;
  let isStale = false;
  let weighedAt = Number.NEGATIVE_INFINITY;

  const work = async (): Promise<void> => {
    if (await learner.turn()) isStale = true;
    if (isStale && ambient.now() - weighedAt >= weighEvery) {
      isStale = false;
      weighedAt = ambient.now();
      binder.reload();
      events.emit('list.changed', { list: 'matching' });
    }
    await binder.turn();
    await bindFollowers(context);
  };
  const turn = (): void => {
    if (stopped) return;
    running ??= work()
      .catch((error: unknown) => {
        if (!stopped) log('warn', 'learning from decisions failed; it goes on', { problem: String(error) });
      })
      .finally(() => {
        running = null;
      });
  };
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    handlers: matchingHandlers(context, binder),
    matched: (ids) => binder.matched(ids),
    async start() {
      await learner.start();
      // what waited when the service ended
      binder.reload();
      timer = setInterval(turn, tick);
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      binder.stop();
      await learner.stop();
      await running;
    },
  };
}
