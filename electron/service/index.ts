import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { methods } from '../../shared/contract/index.ts';
import type { Settings } from '../../shared/contract/workspace.ts';
import { instantOf } from '../../shared/domain/brand.ts';
import { BinderyError } from '../../shared/domain/errors.ts';
import { mayRun } from '../../shared/domain/roles.ts';
import type { Port } from '../../shared/rpc/port.ts';
import { type Handlers, serve } from '../../shared/rpc/server.ts';
import { accessHandlers } from './access/handlers.ts';
import type { TokenHolder } from './access/statements.ts';
import { agreementHandlers } from './agreements/handlers.ts';
import { bindingHandlers } from './bindings/handlers.ts';
import { catalogHandlers } from './catalog/handlers.ts';
import { pullCommissions } from './commissions/backend-sync.ts';
import { commissionHandlers } from './commissions/handlers.ts';
import type { Ambient, Log, ServiceContext } from './context.ts';
import { hashToken, openCredentials } from './credentials/directory.ts';
import { credentialHandlers } from './credentials/handlers.ts';
import { signatureWindow } from './credentials/signature.ts';
import { isCheckedLater, markDamaged, prepareDatabase } from './database/open.ts';
import { startDatabase } from './database/threads.ts';
import { type EndpointRoute, type Gateway, type ListenerConfig, openGateway } from './endpoints/index.ts';
import { workerEntry } from './entries.ts';
import { createEvents } from './events.ts';
import { mappingHandlers } from './mapping/handlers.ts';
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
import { createSession, endSession, type Session } from './session.ts';
import { type Host, readSettings, settingHandlers } from './settings/handlers.ts';
import { CatalogueIndex } from './sync/catalogue-index.ts';
import { Engine } from './sync/engine.ts';
import { inboxEntriesOf } from './sync/inbox-entries.ts';

export type { Log } from './context.ts';
export type { SecretStore } from './secrets.ts';

export interface ServiceOptions {
  /** Holds one folder a profile; `demo` and `real` never share a file. */
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
  readonly endpointsHost?: string;
  readonly publicUrl: string | null;
  readonly consolePort?: number;
  /** Logs each answered call of the sellers' listener. */
  readonly accessLog?: boolean;
  /** safeStorage on the desktop; a sealed file otherwise. */
  readonly secrets?: SecretStore;
  readonly log: Log;
  readonly ambient?: Ambient;
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
  close(): Promise<void>;
}

/** Shown in About. Kept equal to package.json's by a test. */
export const version = '0.1.0';

const systemAmbient: Ambient = { now: Date.now, random: Math.random, uuid: randomUUID };

interface StoredConnection {
  readonly account: string;
  readonly backendUrl: string;
}

function readConnection(folder: string): StoredConnection | null {
  const file = join(folder, 'connection.json');
  if (!existsSync(file)) return null;
  // written by writeConnection
  return JSON.parse(readFileSync(file, 'utf8')) as StoredConnection;
}

function writeConnection(folder: string, connection: StoredConnection): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'connection.json');
  writeFileSync(`${file}.new`, JSON.stringify(connection), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** One opened profile: its database, its backend, its endpoints, its windows. */
interface Workspace extends Pick<Service, 'connect' | 'signIn' | 'holder' | 'metrics'> {
  readonly endpointsUrl: string | null;
  /** Every route of the sellers' listener. */
  readonly endpointRoutes: readonly EndpointRoute[];
  close(): Promise<void>;
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

async function openWorkspace(
  options: ServiceOptions,
  kind: 'demo' | 'real',
  switchTo: Pick<Host, 'connect' | 'open'>,
  onRevoked: (tokenId: string) => void,
): Promise<Workspace> {
  const { log } = options;
  const ambient = options.ambient ?? systemAmbient;
  const folder = join(options.dataDirectory, kind);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'bindery.sqlite');
  const preparation = prepared(file, instantOf(ambient.now()));
  if (preparation.message) log('warn', preparation.message);

  const database = startDatabase({ file, entry: workerEntry('database'), log });
  const catalogueIndex = new CatalogueIndex({
    database,
    file: join(folder, 'matching.index'),
    log,
    uuid: ambient.uuid,
    now: () => performance.now(),
  });
  const matching = superviseMatching({
    start: (onError) => createMatchingHost({ entry: workerEntry('matching'), onError }),
    fill: (host, usable) => catalogueIndex.fill(host, usable),
    onRestart: ({ message }, attempt) =>
      log('error', 'the matching worker failed and is started again', { problem: message, attempt }),
  });
  const secrets = options.secrets ?? createFileSecretStore(folder);
  const events = createEvents();

  const given = options.backendUrl !== null && kind === options.profileKind;
  const stored = readConnection(folder);
  const backendUrl = given ? options.backendUrl : (stored?.backendUrl ?? null);
  const appKey = (given ? options.appKey : null) ?? (await secrets.get(`${kind}.appKey`));
  const appToken = (given ? options.appToken : null) ?? (await secrets.get(`${kind}.appToken`));
  // the demonstration's sellers live beside its backend on this machine; nobody else's do
  const egress = createEgress(
    kind === 'demo' && backendUrl ? { allowedOrigins: [new URL(backendUrl).origin], svgFromAllowedOrigins: true } : {},
  );
  const backend =
    backendUrl && appKey && appToken
      ? createBackend({
          baseUrl: backendUrl,
          account: stored?.account ?? 'demo',
          appKey,
          appToken,
          egress,
          log,
          limits: kind === 'demo' ? { concurrency: 16, perSecond: 2_000 } : {},
        })
      : null;

  const host: Host = {
    profile: {
      name: kind === 'demo' ? 'Demonstration' : (stored?.account ?? 'Marketplace'),
      kind,
      account: stored?.account ?? '',
    },
    version,
    runtime: options.runtime,
    backendUrl,
    consolePort: options.consolePort ?? null,
    database: preparation,
    ...switchTo,
  };
  const settings = () => readSettings(database, host, backend !== null);

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
    sellerKeys: async () => undefined,
    onMatched: (ids) => suggesting?.matched(ids),
    afterPull: async (signal) => {
      await pullCommissions({ database, backend, events, ambient, log }, signal);
      await pullPayments({ database, backend, events, ambient, log, egress, secrets }, signal);
    },
    endpoints: () => ({
      url: gateway?.publicUrl ?? null,
      receivedPerSecond: gateway?.stats().perSecond ?? 0,
      problem: gateway?.problem ?? null,
    }),
    onInbox: (ids) => notifications?.onSettled(ids),
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
    holdMilliseconds: async () => (await settings()).holdMilliseconds,
  };

  const matchingRoom = createMatchingRoom(context);
  suggesting = matchingRoom;
  const sealer = createSealer(folder);
  const orders = createOrdersRoom({
    ...context,
    sealer,
    currency: async () => (await settings()).currency,
    endpoint: () => gateway?.publicUrl ?? '',
  });

  const room = createNotificationsRoom({
    ...context,
    sealer,
    profile: kind,
    marketplace: host.profile.account || host.profile.name,
  });
  notifications = room;

  const metrics = createMetrics();
  const configured = await settings();
  // statements read the currency from the database too: what was assumed is written down
  if ((await database.read('settings.all', {})).currency === undefined)
    await database.write('settings.set', { values: { currency: configured.currency } });
  const credentials = await openCredentials({ database, secrets: named(secrets, kind), ambient, log });
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
      wanted.tls.certificateFile === null || wanted.tls.keyFile === null
        ? null
        : { certificateFile: wanted.tls.certificateFile, keyFile: wanted.tls.keyFile },
    proxies: wanted.proxies,
  });
  gateway = await openGateway(
    listenerOf(configured),
    {
      log,
      shared: {
        verify: credentials.verify,
        seenSignatures: await database.read('signatures.since', { since: ambient.now() - signatureWindow }),
        accept: async (arrived) => {
          await database.write('inbox.append', {
            entries: arrived.flatMap((each) => inboxEntriesOf(each, sealer.seal)),
          });
          room.onCame();
          sync.wakeInbox();
        },
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
  const opened = gateway;
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
    await opened.apply(listenerOf(wanted));
  };

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
    ...credentialHandlers({ ...context, secrets: named(secrets, kind), credentials }),
    ...settingHandlers({ ...context, reopen }, host),
  };
  await sync.start();
  await orders.start();
  await matchingRoom.start();
  let checking: NodeJS.Timeout | undefined;
  room.start();
  if (isCheckedLater(file)) {
    const damage = (problem: string) => {
      markDamaged(file);
      log('error', 'the local database is damaged; the next start keeps it aside and recovers', { problem });
    };
    // reads the whole file: not while a window fills
    checking = setTimeout(() => {
      database.read('database.check', {}, { long: true }).then(
        (problem) => problem !== null && damage(problem),
        (error: unknown) => log('warn', 'the local database could not be checked', { problem: String(error) }),
      );
    }, checkedAfter);
  }

  const connections = new Set<{ close(): void }>();
  return {
    get endpointsUrl() {
      return opened.url;
    },
    get endpointRoutes() {
      return opened.routes;
    },
    signIn: (token) => database.write('access.use', { tokenHash: hashToken(token), now: instantOf(ambient.now()) }),
    holder: (tokenId) => database.read('access.holder', { tokenId, now: instantOf(ambient.now()) }),
    async metrics() {
      const now = ambient.now();
      const status = sync.status();
      const { oldest, paused } = await database.read('notifications.measure', {});
      const text = await metrics.text({
        status,
        listening: opened.url !== null,
        pending: opened.stats().pending,
        oldestWaiting: oldest === null ? 0 : Math.max(0, now - Date.parse(oldest)) / 1_000,
        sellersPaused: paused,
        sellersLeftAlone: sync.leftAlone().size,
        windows: connections.size,
        syncedAgo: status.lastSyncedAt === null ? null : Math.max(0, now - Date.parse(status.lastSyncedAt)) / 1_000,
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
      const unsubscribe = events.subscribe((name, payload) => connection.send(name, payload));
      connection.onClose(() => {
        unsubscribe();
        endSession(session);
        connections.delete(connection);
      });
    },
    async close() {
      await opened.close();
      clearTimeout(checking);
      clearInterval(flushing);
      await credentials.flush().catch(() => undefined);
      await sync.stop();
      await matchingRoom.stop();
      await orders.stop();
      await room.stop();
      for (const connection of connections) connection.close();
      await Promise.allSettled([matching.close(), backend?.close(), egress.close()]);
      await database.close();
    },
  };
}

/**
 * Starts the service: the same under Electron's utility process, under `serve` and in tests. It opens one profile at a
 * time; switching closes the one and opens the other, and windows start over.
 * @throws BinderyError when the data directory cannot be used
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  let workspace: Workspace;
  let switching: Promise<unknown> = Promise.resolve();
  const revocations = new Set<(tokenId: string) => void>();
  const revoked = (tokenId: string) => {
    for (const listener of revocations) listener(tokenId);
  };
  const profileFile = join(options.dataDirectory, 'profile');
  mkdirSync(options.dataDirectory, { recursive: true, mode: 0o700 });

  const nameOf = (kind: 'demo' | 'real'): Host['profile'] => {
    const connection = readConnection(join(options.dataDirectory, kind));
    return {
      name: kind === 'demo' ? 'Demonstration' : (connection?.account ?? 'Marketplace'),
      kind,
      account: connection?.account ?? '',
    };
  };
  const switchTo: Pick<Host, 'connect' | 'open'> = {
    async open(kind) {
      if (
        kind === 'real' &&
        readConnection(join(options.dataDirectory, 'real')) === null &&
        options.profileKind !== 'real'
      ) {
        throw new BinderyError('not-found', 'No marketplace of your own is connected yet. Connect one first.', {
          field: 'kind',
        });
      }
      writeFileSync(profileFile, kind, { mode: 0o600 });
      // after this call has been answered: its own connection is among those that start over
      switching = switching.then(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        await workspace.close();
        workspace = await openWorkspace(options, kind, switchTo, revoked);
      });
      switching.catch((error: unknown) =>
        options.log('error', 'the profile could not be opened', { problem: String(error) }),
      );
      return nameOf(kind);
    },
    async connect({ account, backendUrl, appKey, appToken }) {
      const folder = join(options.dataDirectory, 'real');
      writeConnection(folder, { account, backendUrl });
      const secrets = options.secrets ?? createFileSecretStore(folder);
      await secrets.set('real.appKey', appKey);
      await secrets.set('real.appToken', appToken);
      return this.open('real');
    },
  };

  const remembered = existsSync(profileFile) ? readFileSync(profileFile, 'utf8').trim() : null;
  const kind = options.profileKind === 'real' || remembered === 'real' ? 'real' : 'demo';
  workspace = await openWorkspace(options, kind, switchTo, revoked);
  return {
    connect: (port, operator) => workspace.connect(port, operator),
    signIn: (token) => workspace.signIn(token),
    holder: (tokenId) => workspace.holder(tokenId),
    onRevoked(listener) {
      revocations.add(listener);
      return () => revocations.delete(listener);
    },
    metrics: () => workspace.metrics(),
    get endpointsUrl() {
      return workspace.endpointsUrl;
    },
    get endpointRoutes() {
      return workspace.endpointRoutes;
    },
    async close() {
      await switching.catch(() => undefined);
      await workspace.close();
    },
  };
}
