/**
 * Which workspace is open, and how another one takes its place: the next one is opened whole before the one that is open
 * stops, and what cannot be opened changes nothing.
 */
import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Ambient, Log } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { Actor } from '../decisions/writes.ts';
import type { ProfilePlace, Profiles } from './profiles.ts';

/** One opened profile: its database, its backend, its endpoints, its windows. */
export interface Workspace {
  readonly database: Pick<ServiceDatabase, 'write'>;
  readonly endpointsUrl: string | null;
  /** Begins to listen, to synchronise and to send. What an earlier run left behind is recovered. */
  start(): Promise<void>;
  /** Lets go of its ports and finishes what is on its way; windows stay connected, and their calls are still answered. */
  stop(): Promise<void>;
  /** Stops, and closes windows and database. */
  close(): Promise<void>;
}

/** A change of profile that a person asked for. */
export interface ProfileCommand {
  readonly actor: Actor;
  readonly action: string;
  readonly details: Readonly<Record<string, string>>;
}

export interface LifecycleOptions<Opened extends Workspace> {
  readonly profiles: Profiles;
  readonly first: ProfilePlace;
  /** Opens everything that can fail; it neither listens nor sends yet. `lost`: its database has stopped for good. */
  readonly open: (place: ProfilePlace, lost: (problem: string) => void) => Promise<Opened>;
  readonly ambient: Ambient;
  readonly log: Log;
  /** Nothing more can be done here: the process is to end, and its host to start another. */
  readonly onFatal: (problem: string) => void;
}

export interface Lifecycle<Opened extends Workspace> {
  readonly current: Opened;
  /** Opens another profile and remembers it. @throws BinderyError; the one that was open then stays open */
  change(place: ProfilePlace, command: ProfileCommand): Promise<void>;
  close(): Promise<void>;
}

/** So often within so many milliseconds a workspace whose database stopped is opened again. */
const mostReopenings = 3;
const reopeningsWithin = 5 * 60_000;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Opens the first profile and keeps one open from then on. */
export async function startLifecycle<Opened extends Workspace>(
  options: LifecycleOptions<Opened>,
): Promise<Lifecycle<Opened>> {
  const { profiles, ambient, log, onFatal } = options;
  const lost = new WeakMap<Workspace, string>();
  /** By folder: what is closing is waited for before its files are opened again. */
  const closings = new Map<string, Promise<void>>();
  const folders = new WeakMap<Workspace, string>();
  const reopenings: number[] = [];
  let closed = false;
  let turn: Promise<unknown> = Promise.resolve();
  let current: Opened | null = null;
  let currentPlace = options.first;

  async function open(place: ProfilePlace): Promise<Opened> {
    await closings.get(place.folder);
    let opened: Opened | null = null;
    let early: string | null = null;
    const workspace = await options.open(place, (problem) => {
      // a database may stop before the rest of the profile is open
      if (opened === null) early = problem;
      else {
        lost.set(opened, problem);
        if (current === opened) reopen(opened, problem);
      }
    });
    opened = workspace;
    folders.set(workspace, place.folder);
    if (early !== null) lost.set(workspace, early);
    return workspace;
  }

  /** After what is being answered has been answered: the window that asked is among those that start over. */
  function closeSoon(workspace: Workspace): void {
    const folder = folders.get(workspace) ?? '';
    const closing = Promise.all([closings.get(folder), new Promise((resolve) => setImmediate(resolve))])
      .then(() => workspace.close())
      .catch((error: unknown) => log('error', 'a profile did not close cleanly', { problem: textOf(error) }))
      .finally(() => {
        if (closings.get(folder) === closing) closings.delete(folder);
      });
    closings.set(folder, closing);
  }

  function take(place: ProfilePlace, next: Opened): void {
    if (current) closeSoon(current);
    current = next;
    currentPlace = place;
    const problem = lost.get(next);
    if (problem !== undefined) reopen(next, problem);
  }

  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = turn.then(() => {
      if (closed) throw new BinderyError('cancelled', 'Bindery is closing.');
      return work();
    });
    turn = result.catch(() => undefined);
    return result;
  }

  function reopen(workspace: Workspace, problem: string): void {
    inTurn(async () => {
      if (workspace !== current) return;
      const now = ambient.now();
      reopenings.push(now);
      if (reopenings.filter((at) => at > now - reopeningsWithin).length > mostReopenings) throw new Error(problem);
      log('error', 'the database stopped; the profile is opened again', { problem });
      await workspace.stop();
      const next = await open(currentPlace);
      await next.start();
      take(currentPlace, next);
    }).catch((error: unknown) => {
      if (!closed) onFatal(`The database stopped and could not be opened again: ${textOf(error)}`);
    });
  }

  async function change(place: ProfilePlace, { actor, action, details }: ProfileCommand): Promise<void> {
    const before = current ?? first;
    const placeBefore = currentPlace;
    const at = () => instantOf(ambient.now());
    let next: Opened | null = null;
    try {
      next = await open(place);
      // whoever connects a marketplace sets it up: nobody else can be its first administrator
      await next.database.write('operators.found', { id: actor.operatorId, name: actor.name, at: at() });
    } catch (error) {
      log('error', 'a profile could not be opened', { profile: place.id, problem: textOf(error) });
      await next?.close().catch(() => undefined);
      throw failure(error);
    }
    try {
      await before.stop();
      await next.start();
      profiles.remember(place);
    } catch (error) {
      log('error', 'a profile could not be started; the one before is opened again', {
        profile: place.id,
        problem: textOf(error),
      });
      await next.close().catch(() => undefined);
      try {
        const again = await open(placeBefore);
        await again.start();
        take(placeBefore, again);
      } catch (second) {
        onFatal(`The profile ${placeBefore.id} could not be opened again: ${textOf(second)}`);
      }
      throw failure(error);
    }
    for (const { database } of [before, next])
      await database
        .write('audit.append', {
          actor,
          at: at(),
          action,
          entity: 'profile',
          details: { profileId: place.id, ...details },
        })
        .catch((error: unknown) => log('error', 'a change of profile was not audited', { problem: textOf(error) }));
    take(place, next);
  }

  const first = await open(options.first);
  try {
    await first.start();
  } catch (error) {
    await first.close().catch(() => undefined);
    throw error;
  }
  take(options.first, first);
  return {
    get current() {
      return current ?? first;
    },
    change: (place, command) => inTurn(() => change(place, command)),
    async close() {
      closed = true;
      await turn;
      await (current ?? first).close();
      await Promise.all(closings.values());
    },
  };
}

/** What the window is told. */
function failure(error: unknown): BinderyError {
  if (error instanceof BinderyError) return error;
  return new BinderyError(
    'internal',
    `This profile could not be opened, and the one before stays open: ${textOf(error)}`,
  );
}
