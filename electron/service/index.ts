import { randomUUID } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { methods } from '../../shared/contract/index.ts';
import type { Settings } from '../../shared/contract/workspace.ts';
import { instantOf } from '../../shared/domain/brand.ts';
import { BinderyError } from '../../shared/domain/errors.ts';
import { isLoopbackHost } from '../../shared/domain/listener.ts';
import { mayRun } from '../../shared/domain/roles.ts';
import type { SecretStoreState } from '../../shared/host/messages.ts';
import type { Port } from '../../shared/rpc/port.ts';
import { type Handlers, serve } from '../../shared/rpc/server.ts';
import { accessHandlers } from './access/handlers.ts';
import type { TokenHolder } from './access/statements.ts';
import { agreementHandlers } from './agreements/handlers.ts';
import { bindingHandlers } from './bindings/handlers.ts';
import { catalogHandlers } from './catalog/handlers.ts';
import { type ClusterOptions, createMember } from './cluster/member.ts';
import { pullCommissions } from './commissions/backend-sync.ts';
import { commissionHandlers } from './commissions/handlers.ts';
import type { Ambient, Log, ServiceContext } from './context.ts';
import { hashToken, openCredentials } from './credentials/directory.ts';
import { credentialHandlers } from './credentials/handlers.ts';
import { signatureWindow } from './credentials/signature.ts';
import { scheduleBackups } from './database/backups.ts';
import { isCheckedLater, markDamaged, prepareDatabase } from './database/open.ts';
import { reviewRestored } from './database/restored.ts';
import { startDatabase } from './database/threads.ts';
import {
  type EndpointRoute,
  type Gateway,
  type ListenerConfig,
  openGateway,
  type TlsFiles,
} from './endpoints/index.ts';
import { workerEntry } from './entries.ts';
import { createEvents } from './events.ts';
import { type DirectoryLock, lockDirectory } from './lifecycle/directory-lock.ts';
import { readKeys, writeKeys } from './lifecycle/keys.ts';
import { type Lifecycle, startLifecycle, type Workspace } from './lifecycle/lifecycle.ts';
import { openProfiles, type ProfilePlace, type Profiles, profileOf } from './lifecycle/profiles.ts';
import { mappingHandlers } from './mapping/handlers.ts';
import { usualHelpers } from './matching/helpers.ts';
import { createMatchingHost } from './matching/host.ts';
import { superviseMatching } from './matching/supervised.ts';
import { createMatchingRoom, type MatchingRoom } from './matching-room/room.ts';
import { createMetrics } from './metrics.ts';
import { createNotificationsRoom, type NotificationsRoom } from './notifications/room.ts';
import { offerHandlers } from './offers/handlers.ts';
import { createOrdersRoom } from './orders/room.ts';
import { pullPayments } from './payments/backend-sync.ts';
import { paymentHandlers } from './payments/handlers.ts';
import { createBackend } from './protocol/backend.ts';
import { createEgress } from './protocol/egress.ts';
import { createFileSecretStore, createSealer, named, type SecretStore } from './secrets.ts';
import { sellerHandlers } from './sellers/handlers.ts';
import { readSellerKeys } from './sellers/keys.ts';
import { createSession, endSession, type Session } from './session.ts';
import { type Host, readSettings, settingHandlers } from './settings/handlers.ts';
import { CatalogueIndex } from './sync/catalogue-index.ts';
import { Engine } from './sync/engine.ts';
import { inboxEntriesOf } from './sync/inbox-entries.ts';

export type { Log } from './context.ts';
export type { SecretStore } from './secrets.ts';

export interface ServiceOptions {
  /** Holds one folder a profile: the demonstration and each marketplace share no file. */
  readonly dataDirectory: string;
  /** The backend given on the command line; null: what Settings stored, if anything. */
  readonly backendUrl: string | null;
  readonly appKey: string | null;
  readonly appToken: string | null;
  readonly profileKind: 'demo' | 'real';
  /** Where the service runs, for the About line. */
  readonly runtime: string;
  /** 0: any free one. */
  readonly endpointsPort: number;
  /** What the command line says of the listener; it goes before Settings. */
  readonly endpointsHost?: string;
  readonly endpointsTls?: TlsFiles;
  readonly proxies?: readonly string[];
  readonly publicUrl: string | null;
  readonly consolePort?: number;
  /** Logs each answered call of the sellers' listener. */
  readonly accessLog?: boolean;
  /** safeStorage on the desktop; a sealed file otherwise. */
  readonly secrets?: SecretStore;
  /** How that keeps them. */
  readonly secretStore?: SecretStoreState;
  /** Several processes run the workspace; without it this one is alone. */
  readonly cluster?: ClusterOptions;
  readonly log: Log;
  readonly ambient?: Ambient;
  /** The service cannot go on: its process is to end with an error, so that whoever started it starts another. */
  readonly onFatal?: (problem: string) => void;
  /** How long a holder of the data directory that is about to end is waited for. Milliseconds. */
  readonly lockPatience?: number;
  /** The script of the database threads; another one where a test makes them die. */
  readonly databaseEntry?: string;
}

export interface Service {
  /** Serves the contract on a window's port, until it closes. `operator`: who it is, when a token of the console told. */
  connect(port: Port, operator?: TokenHolder | null): void;
  /** Whom an operator's token lets in; and the same by the token's id. Null: nobody. */
  signIn(token: string): Promise<TokenHolder | null>;
  holder(tokenId: string): Promise<TokenHolder | null>;
  /** Told of each token that no longer counts. @returns stops */
  onRevoked(listener: (tokenId: string) => void): () => void;
  /** The text for a Prometheus server. */
  metrics(): Promise<{ readonly text: string; readonly contentType: string }>;
  readonly endpointsUrl: string | null;
  /** Every route of the sellers' listener. */
  readonly endpointRoutes: readonly EndpointRoute[];
  /** Why it cannot take sellers' calls now; null when it can. */
  notReady(): string | null;
  close(): Promise<void>;
}

/** Shown in About. Kept equal to package.json's by a test. */
export const version = '0.1.0';

const systemAmbient: Ambient = { now: Date.now, random: Math.random, uuid: randomUUID };

/** One opened profile: its database, its backend, its endpoints, its windows. */
interface OpenWorkspace extends Workspace, Pick<Service, 'connect' | 'signIn' | 'holder' | 'metrics' | 'notReady'> {
  /** Every route of the sellers' listener. */
  readonly endpointRoutes: readonly EndpointRoute[];
}

/** What runs a profile: how it can be left for another, and whether the command line's backend and keys are its own. */
interface Surroundings {
  readonly control: Pick<Host, 'profiles' | 'connect' | 'open'>;
  readonly isNamed: boolean;
  readonly onLost: (problem: string) => void;
  /** Told when an operator's token stops to work. */
  readonly onRevoked: (tokenId: string) => void;
}

/** All were tried; the first that failed says so. */
function throwFirst(results: readonly PromiseSettledResult<unknown>[]): void {
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** A large file is checked so long after the start, in milliseconds. */
const checkedAfter = 20_000;
/** @throws BinderyError that says what to do when the file cannot be written */
function prepared(file: string, at: string): ReturnType<typeof prepareDatabase> {
  try {
    return prepareDatabase(file, at);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!/^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_FULL|EACCES|EPERM|EROFS|ENOSPC)/.test(code)) throw error;
    throw new BinderyError(
      'not-allowed',
      `The local database at ${file} cannot be written (${code}). Give Bindery the right to write there, make room, or choose another data directory.`,
    );
  }
}

/** Opens one profile, everything that can fail of it. It neither listens nor sends before it is started. */
async function openWorkspace(
  options: ServiceOptions,
  place: ProfilePlace,
  surroundings: Surroundings,
): Promise<OpenWorkspace> {
  const opened: { close(): Promise<unknown> }[] = [];
  const closeAll = async (): Promise<void> => {
    // the database last: what closes may still write
    const closed: PromiseSettledResult<unknown>[] = [];
    for (const each of opened.splice(0).reverse()) closed.push(...(await Promise.allSettled([each.close()])));
    throwFirst(closed);
  };
  try {
    return await assembleWorkspace(options, place, surroundings, {
      keep: (part) => {
        opened.push(part);
        return part;
      },
      closeAll,
    });
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function assembleWorkspace(
  options: ServiceOptions,
  place: ProfilePlace,
  { control, isNamed, onLost, onRevoked }: Surroundings,
  parts: { keep<Part extends { close(): Promise<unknown> }>(part: Part): Part; closeAll(): Promise<void> },
): Promise<OpenWorkspace> {
  const { log } = options;
  const ambient = options.ambient ?? systemAmbient;
  const { kind, folder, marketplace } = place;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'bindery.sqlite');
  const preparation = prepared(file, instantOf(ambient.now()));
  reviewRestored(file, instantOf(ambient.now()));
  if (preparation.message) log('warn', preparation.message);

  const database = parts.keep(
    startDatabase({ file, entry: options.databaseEntry ?? workerEntry('database'), log, onLost }),
  );
  const catalogueIndex = new CatalogueIndex({
    database,
    file: join(folder, 'matching.index'),
    log,
    uuid: ambient.uuid,
    now: () => performance.now(),
  });
  const matching = parts.keep(
    superviseMatching({
      start: (onError) =>
        createMatchingHost({
          entry: workerEntry('matching'),
          helpers: usualHelpers(),
          onError,
        }),
      fill: (host, usable) => catalogueIndex.fill(host, usable),
      onRestart: ({ message }, attempt) =>
        log('error', 'the matching worker failed and is started again', { problem: message, attempt }),
    }),
  );
  const store = options.secrets ?? createFileSecretStore(folder, log);
  // what one profile keeps is another's neither to read nor to replace
  const secrets = named(store, place.id);
  const events = createEvents();

  const backendUrl = marketplace?.backendUrl ?? (isNamed ? options.backendUrl : null);
  const kept = await readKeys(store, place.id);
  const appKey = (isNamed ? options.appKey : null) ?? kept?.appKey ?? null;
  const appToken = (isNamed ? options.appToken : null) ?? kept?.appToken ?? null;
  const host: Host = {
    profile: profileOf(place),
    version,
    runtime: options.runtime,
    backendUrl,
    consolePort: options.consolePort ?? null,
    secretStore: options.secretStore ?? { protection: 'file', problem: null },
    database: preparation,
    ...control,
  };
  // the sellers of a marketplace that runs on this machine live beside it, as the demonstration's do; nobody else's do
  const isHere = backendUrl !== null && (kind === 'demo' || isLoopbackHost(new URL(backendUrl).hostname));
  const egress = parts.keep(
    createEgress(
      isHere ? { allowedOrigins: [new URL(backendUrl).origin], svgFromAllowedOrigins: kind === 'demo' } : {},
    ),
  );
  const backend =
    backendUrl && appKey && appToken
      ? parts.keep(
          createBackend({
            baseUrl: backendUrl,
            account: kind === 'demo' ? 'demo' : host.profile.account,
            appKey,
            appToken,
            egress,
            log,
            limits: kind === 'demo' ? { concurrency: 16, perSecond: 2_000 } : {},
          }),
        )
      : null;

  const settings = () => readSettings(database, host, backend !== null);

  const sealer = createSealer(folder);
  const member = options.cluster ? createMember(options.cluster, { database, sealer, secrets, ambient, log }) : null;
  let gateway: Gateway | null = null;
  let notifications: NotificationsRoom | null = null;
  let suggesting: MatchingRoom | null = null;
  const sync = new Engine({
    database,
    backend,
    matching,
    catalogueIndex,
    events,
    ambient,
    log,
    currency: async () => (await settings()).currency,
    sellerKeys: (sellerId) => readSellerKeys(secrets, sellerId),
    onMatched: (ids) => suggesting?.matched(ids),
    afterPull: async (signal) => {
      // one that fails leaves the other alone
      const pulled = await Promise.allSettled([
        pullCommissions({ database, backend, events, ambient, log }, signal),
        pullPayments({ database, backend, events, ambient, log, egress, secrets }, signal),
      ]);
      throwFirst(pulled);
    },
    endpoints: () => ({
      url: gateway?.publicUrl ?? null,
      receivedPerSecond: gateway?.stats().perSecond ?? 0,
      problem: gateway?.problem ?? member?.problem() ?? null,
    }),
    onInbox: (ids) => notifications?.onSettled(ids),
    ...(member ? { shared: member, onWoken: () => member.wake() } : {}),
  });
  const context: ServiceContext = {
    database,
    matching,
    backend,
    sync,
    events,
    egress,
    secrets,
    ambient,
    log,
    member,
    holdMilliseconds: async () => (await settings()).holdMilliseconds,
  };

  const matchingRoom = createMatchingRoom(context);
  suggesting = matchingRoom;
  const orders = createOrdersRoom({
    ...context,
    sealer,
    currency: async () => (await settings()).currency,
    endpoint: () => gateway?.publicUrl ?? '',
  });

  const room = createNotificationsRoom({
    ...context,
    sealer,
    marketplace: host.profile.account || host.profile.name,
  });
  notifications = room;

  const metrics = createMetrics();
  const configured = await settings();
  // statements read the currency from the database too: what was assumed is written down
  if ((await database.read('settings.all', {})).currency === undefined)
    await database.write('settings.set', { values: { currency: configured.currency } });
  const credentials = await openCredentials({ database, secrets, ambient, log });
  const flushing = setInterval(() => {
    credentials
      .flush()
      .catch((error: unknown) => log('warn', 'the use of credentials was not noted', { problem: String(error) }));
  }, 60_000);
  flushing.unref();
  /** What the command line says goes before Settings, and holds until the next start without it. */
  const listenerOf = (wanted: Settings): ListenerConfig => ({
    port: options.endpointsPort || wanted.endpointsPort,
    host: options.endpointsHost ?? wanted.endpointsHost,
    publicUrl: options.publicUrl ?? wanted.publicUrl,
    tls:
      options.endpointsTls ??
      (wanted.tls.certificateFile === null || wanted.tls.keyFile === null
        ? null
        : { certificateFile: wanted.tls.certificateFile, keyFile: wanted.tls.keyFile }),
    proxies: options.proxies ?? wanted.proxies,
  });
  const reopen = async (wanted: Settings): Promise<void> => {
    if (options.endpointsPort !== 0 && wanted.endpointsPort !== configured.endpointsPort)
      throw new BinderyError(
        'not-allowed',
        'The port was given on the command line. Start Bindery without --endpoints-port to choose it here.',
        { field: 'endpointsPort' },
      );
    if (options.publicUrl !== null && wanted.publicUrl !== configured.publicUrl)
      throw new BinderyError(
        'not-allowed',
        'The public address was given on the command line. Start Bindery without --public-url to choose it here.',
        { field: 'publicUrl' },
      );
    await gateway?.apply(listenerOf(wanted));
  };

  const sessions = new Set<Session>();
  const handlers: Handlers<Session> = {
    ...offerHandlers(context),
    ...bindingHandlers(context),
    ...catalogHandlers(context),
    ...sellerHandlers({ ...context, sealer }),
    ...orders.handlers,
    ...room.handlers,
    ...accessHandlers({ ...context, onRevoked }),
    ...mappingHandlers(context),
    ...matchingRoom.handlers,
    ...commissionHandlers(context),
    ...paymentHandlers(context),
    ...agreementHandlers(context),
    ...credentialHandlers({ ...context, credentials }),
    ...settingHandlers({ ...context, reopen, sessions }, host),
  };
  let checking: NodeJS.Timeout | undefined;
  let backups: ReturnType<typeof scheduleBackups> | null = null;
  const start = async (): Promise<void> => {
    gateway = await openGateway(
      listenerOf(configured),
      {
        log,
        shared: {
          verify: credentials.verify,
          seenSignatures: await database.read('signatures.since', { since: ambient.now() - signatureWindow }),
          accept: async (arrived) => {
            if (member) return member.accept(arrived);
            await database.write('inbox.append', {
              entries: arrived.flatMap((each) => inboxEntriesOf(each, sealer.seal)),
            });
            room.onCame();
            sync.wakeInbox();
          },
          notReady: () => member?.problem() ?? null,
          ofMarketplaceSku: (sellerId, skuId) => database.read('bindings.ofSku', { sellerId, skuId }),
          isBound: (sellerId, sellerSkuId) => database.read('bindings.isBound', { sellerId, sellerSkuId }),
          trySimulation: (sellerId, sellerSkuId) => sync.trySimulation(sellerId, sellerSkuId),
          version,
          routes: [orders.routes, room.routes],
          onAnswer: (line) => {
            room.onAnswer(line);
            metrics.onAnswer(line);
            if (options.accessLog) log('info', 'call answered', { ...line });
          },
          now: ambient.now,
          log,
        },
      },
      options.endpointsPort !== 0,
    );
    await sync.start();
    member?.start({
      onApplied: (applied) => {
        room.onCame();
        sync.applied(applied);
      },
      onLead: () => {
        sync.wakeInbox();
        sync.wakeOutbox();
      },
      onCredentials: async () => {
        await credentials.reload();
        events.emit('list.changed', { list: 'sellers' });
      },
      onPauses: () => {
        events.emit('list.changed', { list: 'sellers' });
        sync.wakeInbox();
      },
      async isBound(sellerId, sellerSkuId) {
        if (sync.status().lastSyncedAt === null) throw new Error('the cache is not filled yet');
        return database.read('bindings.isBound', { sellerId, sellerSkuId });
      },
      ofMarketplaceSku: (sellerId, skuId) => database.read('bindings.ofSku', { sellerId, skuId }),
      trySimulation: (sellerId, sellerSkuId) => sync.trySimulation(sellerId, sellerSkuId),
    });
    await orders.start();
    await matchingRoom.start();
    room.start();
    backups = scheduleBackups({ file, copy: (target) => database.copy(target), now: ambient.now, log });
    if (isCheckedLater(file)) {
      const damage = (problem: string) => {
        markDamaged(file);
        log('error', 'the local database is damaged; the next start keeps it aside and recovers', { problem });
      };
      // reads the whole file: not while a window fills
      checking = setTimeout(() => {
        database.check().then(
          (problem) => problem !== null && damage(problem),
          (error: unknown) => log('warn', 'the local database could not be checked', { problem: String(error) }),
        );
      }, checkedAfter);
    }
  };

  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      clearTimeout(checking);
      clearInterval(flushing);
      backups?.stop();
      // one after the other, and each whatever became of the one before
      const stopped: PromiseSettledResult<unknown>[] = [];
      for (const stopOne of [
        () => gateway?.close(),
        () => member?.stop(),
        () => credentials.flush().catch(() => undefined),
        () => sync.stop(),
        () => matchingRoom.stop(),
        () => orders.stop(),
        () => room.stop(),
      ])
        stopped.push(...(await Promise.allSettled([stopOne()])));
      throwFirst(stopped);
    })();
    return stopping;
  };

  const connections = new Set<{ close(): void }>();
  return {
    get endpointsUrl() {
      return gateway?.url ?? null;
    },
    database,
    start,
    get endpointRoutes() {
      return gateway?.routes ?? [];
    },
    notReady: () => member?.problem() ?? null,
    signIn: (token) => database.write('access.use', { tokenHash: hashToken(token), now: instantOf(ambient.now()) }),
    holder: (tokenId) => database.read('access.holder', { tokenId, now: instantOf(ambient.now()) }),
    async metrics() {
      const now = ambient.now();
      const status = sync.status();
      const { oldest, paused } = await database.read('notifications.measure', {});
      const text = await metrics.text({
        status,
        listening: (gateway?.url ?? null) !== null,
        pending: gateway?.stats().pending ?? 0,
        oldestWaiting: oldest === null ? 0 : Math.max(0, now - Date.parse(oldest)) / 1_000,
        sellersPaused: paused,
        sellersLeftAlone: sync.leftAlone().size,
        windows: connections.size,
        syncedAgo: status.lastSyncedAt === null ? null : Math.max(0, now - Date.parse(status.lastSyncedAt)) / 1_000,
        shared: member && { ready: member.problem() === null, leading: member.isLeading },
        walBytes: statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0,
      });
      return { text, contentType: metrics.contentType };
    },
    connect(port, operator = null) {
      sync.windowOpened();
      const who = operator && { operatorId: operator.operatorId, name: operator.name, role: operator.role };
      const session = createSession(database, (name, payload) => connection.send(name, payload), who);
      const connection = serve(port, {
        handlers,
        session,
        authorise(method, { operator }) {
          const { needs } = methods[method];
          if (needs === 'query') return;
          if (!operator) throw new BinderyError('not-signed-in', 'Say who you are first.');
          if (!mayRun(operator.role, needs))
            throw new BinderyError(
              'not-allowed',
              `Your role, ${operator.role}, may not do this. Ask an administrator.`,
            );
        },
        onInternalError: (method, error) =>
          log('error', 'a call failed', {
            method,
            problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
          }),
      });
      connections.add(connection);
      sessions.add(session);
      const unsubscribe = events.subscribe((name, payload) => connection.send(name, payload));
      connection.onClose(() => {
        unsubscribe();
        endSession(session);
        sessions.delete(session);
        connections.delete(connection);
      });
    },
    stop,
    async close() {
      const stopped = await Promise.allSettled([stop()]);
      for (const connection of connections) connection.close();
      const closed = await Promise.allSettled([parts.closeAll()]);
      throwFirst([...stopped, ...closed]);
    },
  };
}

/**
 * Starts the service: the same under Electron's utility process, under `serve` and in tests. It opens one profile at a
 * time; another takes its place without a restart, and windows start over.
 * @throws BinderyError when the data directory cannot be used, or is in use
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const lock = await lockDirectory(options.dataDirectory, options.runtime, options.lockPatience);
  try {
    return await startLocked(options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The profile that the command line names; null when it names none. @throws BinderyError when there is no such one */
function namedPlace({ profileKind, backendUrl }: ServiceOptions, profiles: Profiles): ProfilePlace | null {
  if (profileKind === 'demo') return backendUrl === null ? null : profiles.demo;
  if (backendUrl === null) return null;
  const place = profiles.placeOf({ account: '', backendUrl });
  profiles.claim(place);
  return place;
}

/** What opens: a marketplace that was asked for, else what was open last, else the demonstration. */
function firstPlace(options: ServiceOptions, named: ProfilePlace | null, profiles: Profiles): ProfilePlace {
  const last = profiles.remembered();
  if (options.profileKind === 'demo') return last ?? profiles.demo;
  if (named) return named;
  const known = last?.kind === 'real' ? last : profiles.list().find(({ kind }) => kind === 'real');
  if (known) return known;
  throw new BinderyError('not-found', 'No marketplace is connected here yet. Name its address with --backend.');
}

async function startLocked(options: ServiceOptions, lock: DirectoryLock): Promise<Service> {
  const { log } = options;
  const profiles = openProfiles(options.dataDirectory);
  const named = namedPlace(options, profiles);
  const control: Surroundings['control'] = {
    profiles: () => profiles.list().map(profileOf),
    async open(profileId, actor) {
      const place = profiles.get(profileId);
      await lifecycle.change(place, { actor, action: 'open profile', details: {} });
      return profileOf(place);
    },
    async connect({ account, backendUrl, appKey, appToken }, actor) {
      const place = profiles.placeOf({ account, backendUrl });
      // the keys before the folder is anybody's: what is in the list can be opened
      await writeKeys(options.secrets ?? createFileSecretStore(place.folder, log), place.id, { appKey, appToken });
      profiles.claim(place);
      await lifecycle.change(place, { actor, action: 'connect marketplace', details: { account, backendUrl } });
      return profileOf(place);
    },
  };
  const revocations = new Set<(tokenId: string) => void>();
  const onRevoked = (tokenId: string) => {
    for (const listener of revocations) listener(tokenId);
  };
  const lifecycle: Lifecycle<OpenWorkspace> = await startLifecycle({
    profiles,
    first: firstPlace(options, named, profiles),
    open: (place, onLost) =>
      openWorkspace(options, place, { control, isNamed: place.id === named?.id, onLost, onRevoked }),
    ambient: options.ambient ?? systemAmbient,
    log,
    onFatal(problem) {
      log('error', 'the service ends', { problem });
      options.onFatal?.(problem);
    },
  });
  return {
    connect: (port, operator) => lifecycle.current.connect(port, operator),
    signIn: (token) => lifecycle.current.signIn(token),
    holder: (tokenId) => lifecycle.current.holder(tokenId),
    onRevoked(listener) {
      revocations.add(listener);
      return () => revocations.delete(listener);
    },
    metrics: () => lifecycle.current.metrics(),
    notReady: () => lifecycle.current.notReady(),
    get endpointsUrl() {
      return lifecycle.current.endpointsUrl;
    },
    get endpointRoutes() {
      return lifecycle.current.endpointRoutes;
    },
    async close() {
      await lifecycle.close().finally(() => lock.release());
    },
  };
}
