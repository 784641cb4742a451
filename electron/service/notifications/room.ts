/** The log of notifications: what windows are told of it, what is gathered for it, and the search for silent drift. */
import { instantOf } from '../../../shared/domain/brand.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import type { AccessLine, EndpointRoutes } from '../endpoints/types.ts';
import type { SecretStore } from '../secrets.ts';
import type { Session } from '../session.ts';
import { type CertificateKey, openCertificateKey } from './certificate.ts';
import { notificationHandlers } from './handlers.ts';
import { createRefusalGatherer } from './refusals.ts';

export interface NotificationsRoomOptions extends ServiceContext {
  readonly secrets: SecretStore;
  readonly sealer: { unseal(sealed: string): string | null };
  readonly marketplace: string;
}

export interface NotificationsRoom {
  readonly handlers: Pick<Handlers<Session>, Extract<keyof Handlers<Session>, `notifications.${string}`>>;
  readonly routes: EndpointRoutes;
  /** A call was answered. */
  onAnswer(line: AccessLine): void;
  /** Entries of the inbox came; or, by their ids, changed. */
  onCame(): void;
  onSettled(ids: readonly number[]): void;
  start(): void;
  stop(): Promise<void>;
}

/** Milliseconds between two tellings of the windows: that rows came, and that they changed. */
const tellCame = 1_500;
const tellChanged = 500;
/** Between two writes of what was refused, two looks for sellers to sweep, and two sweeps of one seller. */
const flushEvery = 2_000;
const lookEvery = 60_000;
const sweepEvery = 3_600_000;
/** Sellers whose sweep begins at one look. */
const sellersAtOnce = 20;
/** A binding that was asked for this recently is not asked for by a sweep. */
const recent = 3_600_000;

export function createNotificationsRoom(options: NotificationsRoomOptions): NotificationsRoom {
  const { database, events, ambient, log, sync } = options;
  const refusals = createRefusalGatherer();
  let key: Promise<CertificateKey> | null = null;
  const certificateKey = () => {
    key ??= openCertificateKey(options.secrets).catch((error: unknown) => {
      key = null;
      throw error;
    });
    return key;
  };
  const timers: NodeJS.Timeout[] = [];
  let came: NodeJS.Timeout | null = null;
  let changing: NodeJS.Timeout | null = null;
  let changed: number[] | null = [];
  let sweeping: Promise<unknown> = Promise.resolve();
  let isStopped = false;

  function onCame(): void {
    came ??= setTimeout(() => {
      came = null;
      events.emit('list.changed', { list: 'notifications' });
    }, tellCame);
  }
  function onSettled(ids: readonly number[]): void {
    if (changed !== null) changed = changed.length + ids.length > 200 ? null : [...changed, ...ids];
    changing ??= setTimeout(() => {
      changing = null;
      events.emit('rows.changed', { list: 'notifications', ids: changed });
      changed = [];
    }, tellChanged);
  }
  async function flush(): Promise<void> {
    const taken = refusals.take();
    if (taken.length === 0) return;
    await database.write('notifications.refused', { refusals: taken }, { priority: 'background' });
    onCame();
  }
  async function sweep(sellers: readonly string[]): Promise<number> {
    let asked = 0;
    for (const sellerId of sellers) {
      if (isStopped) break;
      const now = ambient.now();
      asked += await database.write(
        'notifications.sweep',
        { sellerId, now: instantOf(now), askedBefore: instantOf(now - recent) },
        { priority: 'background' },
      );
    }
    if (asked > 0) {
      sync.wakeInbox();
      onCame();
    }
    return asked;
  }
  const due = (sweptBefore: number, limit: number) =>
    database.write(
      'notifications.sweepDue',
      { sweptBefore: instantOf(sweptBefore), limit },
      { priority: 'background' },
    );
  const background = (work: () => Promise<unknown>, what: string) => {
    const started = work().catch((error: unknown) => {
      if (!isStopped) log('warn', what, { problem: String(error) });
    });
    // a stop waits for all of it, not for the newest alone
    sweeping = Promise.all([sweeping, started]);
  };

  return {
    handlers: notificationHandlers({
      ...options,
      certificateKey,
      onChanged: (ids) => {
        if (ids === null) {
          events.emit('list.changed', { list: 'notifications' });
          events.emit('list.changed', { list: 'sellers' });
        } else onSettled(ids);
      },
      sweep: async (sellerId) => sweep(sellerId === null ? await due(ambient.now(), 1_000) : [sellerId]),
    }),
    routes(server, gate) {
      // what a certificate is checked with; no secret
      server.get('/certificate-key', { onRequest: gate.counted }, async (_request, reply) =>
        reply
          .type('application/x-pem-file')
          .header('x-content-type-options', 'nosniff')
          .send((await certificateKey()).publicKey),
      );
    },
    onAnswer: (line) => refusals.note(line, ambient.now()),
    onCame,
    onSettled,
    start() {
      timers.push(
        setInterval(() => background(flush, 'refused calls were not noted'), flushEvery),
        setInterval(
          () =>
            background(async () => {
              // of several desks, the one that leads looks
              if (options.member?.isLeading !== false)
                await sweep(await due(ambient.now() - sweepEvery, sellersAtOnce));
              await database.write(
                'notifications.prune',
                { now: Math.floor(ambient.now() / 1_000) },
                { priority: 'background' },
              );
            }, 'the search for drift failed; it is tried again'),
          lookEvery,
        ),
      );
      for (const timer of timers) timer.unref();
    },
    async stop() {
      isStopped = true;
      for (const timer of timers) clearInterval(timer);
      if (came !== null) clearTimeout(came);
      if (changing !== null) clearTimeout(changing);
      await sweeping;
      await flush().catch(() => undefined);
    },
  };
}
