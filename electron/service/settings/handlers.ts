import type { Settings } from '../../../shared/contract/workspace.ts';
import { instantOf } from '../../../shared/domain/brand.ts';
import { defaultHoldMilliseconds } from '../../../shared/domain/decisions.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { SecretStoreState } from '../../../shared/host/messages.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { Actor } from '../decisions/writes.ts';
import type { Profile } from '../lifecycle/profiles.ts';
import { connectionChecks, createBackend } from '../protocol/backend.ts';
import { actorOf, type Session } from '../session.ts';

type SettingMethod = Extract<
  keyof Handlers<Session>,
  | `settings.${string}`
  | `session.${string}`
  | `status.${string}`
  | `sync.${string}`
  | `preferences.${string}`
  | `images.${string}`
>;

/** What the composition root knows and the handlers show or ask for. */
export interface Host {
  readonly profile: Profile;
  readonly version: string;
  readonly runtime: string;
  readonly backendUrl: string | null;
  readonly consolePort: number | null;
  readonly secretStore: SecretStoreState;
  readonly database: { readonly state: 'ready' | 'recovered'; readonly message: string | null };
  profiles(): readonly Profile[];
  /** Stores the keys of a marketplace and opens it. @throws BinderyError; what was open then stays open */
  connect(
    connection: { account: string; backendUrl: string; appKey: string; appToken: string },
    actor: Actor,
  ): Promise<Profile>;
  open(profileId: string, actor: Actor): Promise<Profile>;
}

/** The settings that say where and how sellers reach the endpoints. */
const listenerKeys = ['endpointsPort', 'endpointsHost', 'publicUrl', 'tls', 'proxies'] as const;

const largestImage = { maxBytes: 4_000_000, maxPixels: 40_000_000 };

/** The settings as they are stored, with defaults. */
export async function readSettings(database: ServiceDatabase, host: Host, hasCredentials: boolean): Promise<Settings> {
  const stored = await database.read('settings.all', {});
  const text = (key: string): string | null => (typeof stored[key] === 'string' ? stored[key] : null);
  const tls = stored.tls;
  const part = (name: string): string | null => {
    if (typeof tls !== 'object' || tls === null || Array.isArray(tls)) return null;
    return typeof tls[name] === 'string' ? tls[name] : null;
  };
  return {
    account: host.profile.account,
    backendUrl: host.backendUrl ?? '',
    hasCredentials,
    secretStore: host.secretStore,
    currency: text('currency') ?? (host.profile.kind === 'demo' ? 'USD' : 'BRL'),
    salesChannels: Array.isArray(stored.salesChannels)
      ? stored.salesChannels.filter((channel) => typeof channel === 'string')
      : ['1'],
    holdMilliseconds: typeof stored.holdMilliseconds === 'number' ? stored.holdMilliseconds : defaultHoldMilliseconds,
    endpointsPort: typeof stored.endpointsPort === 'number' ? stored.endpointsPort : 0,
    consolePort: host.consolePort,
    endpointsHost: text('endpointsHost') ?? '127.0.0.1',
    proxies: Array.isArray(stored.proxies) ? stored.proxies.filter((range) => typeof range === 'string') : [],
    publicUrl: text('publicUrl'),
    tls: { certificateFile: part('certificateFile'), keyFile: part('keyFile') },
  };
}

/** Who is here, what is connected, and how it is set up. */
export function settingHandlers(
  context: ServiceContext & {
    readonly reopen: (settings: Settings) => Promise<void>;
    /** Of every connected window. */
    readonly sessions: Iterable<Session>;
  },
  host: Host,
): Pick<Handlers<Session>, SettingMethod> {
  const { database, sync, ambient } = context;
  const settings = () => readSettings(database, host, context.backend !== null);
  const tellOperators = async () =>
    context.events.emit('operators.changed', { operators: await database.read('operators.all', {}) });
  return {
    'session.hello': async (_request, { session }) => ({
      profile: host.profile,
      version: host.version,
      runtime: host.runtime,
      operators: await database.read('operators.all', {}),
      operator: session.operator,
      byToken: session.byToken,
      database: host.database,
    }),
    'session.createOperator': async ({ name, role }, { session }) => {
      const { operator, isFirst } = await database.write('operators.create', {
        id: ambient.uuid(),
        name,
        role,
        at: instantOf(ambient.now()),
        by: session.operator,
      });
      if (isFirst) session.operator = operator;
      await tellOperators();
      return { operator };
    },
    'session.changeRole': async ({ operatorId, role }, { session }) => {
      const operator = await database.write('operators.setRole', {
        operatorId,
        role,
        at: instantOf(ambient.now()),
        by: actorOf(session),
      });
      for (const one of context.sessions) if (one.operator?.operatorId === operatorId) one.operator = operator;
      await tellOperators();
      return { operator };
    },
    'session.signIn': async ({ operatorId }, { session }) => {
      const operator = (await database.read('operators.all', {})).find((one) => one.operatorId === operatorId);
      if (!operator) throw new BinderyError('not-found', 'This operator is not known here.', { field: 'operatorId' });
      if (session.byToken && operator.operatorId !== session.operator?.operatorId)
        throw new BinderyError('not-allowed', 'Your token is yours alone. Sign out, and sign in with another one.', {
          field: 'operatorId',
        });
      session.operator = operator;
      return { operator };
    },
    'status.get': () => sync.status(),
    'sync.pause': () => {
      sync.pause();
      return {};
    },
    'sync.resume': () => {
      sync.resume();
      return {};
    },
    'sync.now': () => {
      sync.pullNow();
      return {};
    },
    'settings.get': settings,
    'settings.update': async (request, { session }) => {
      const values = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
      // stored only once the listener is open that way: what is stored can be opened at the next start
      if (listenerKeys.some((key) => key in values)) await context.reopen({ ...(await settings()), ...values });
      await database.write('settings.set', {
        values,
        audit: {
          actor: actorOf(session),
          at: instantOf(ambient.now()),
          action: 'change settings',
          entity: 'settings',
          details: { keys: Object.keys(request) },
        },
      });
      return settings();
    },
    'settings.testConnection': async (request, { signal }) => {
      const backend = createBackend({
        baseUrl: request.backendUrl,
        account: request.account,
        appKey: request.appKey,
        appToken: request.appToken,
        retries: 0,
        timeoutMs: 10_000,
      });
      try {
        const checks: {
          name: (typeof connectionChecks)[number];
          state: 'passed' | 'failed' | 'not-run';
          message: string;
        }[] = [];
        let failed = false;
        for (const name of connectionChecks) {
          if (failed) {
            checks.push({ name, state: 'not-run', message: '' });
            continue;
          }
          const result = await backend.check(name, { signal });
          // without an address or a key every further check would only say the same again
          if (!result.ok && (name === 'address' || name === 'credentials')) failed = true;
          checks.push({ name, state: result.ok ? 'passed' : 'failed', message: result.message });
        }
        return { checks };
      } finally {
        await backend.close();
      }
    },
    'settings.profiles': () => ({
      profiles: host.profiles().map((profile) => ({ ...profile, isOpen: profile.id === host.profile.id })),
    }),
    'settings.connectMarketplace': async (request, { session }) => ({
      profile: await host.connect(request, actorOf(session)),
    }),
    'settings.openProfile': async ({ profileId }, { session }) => ({
      profile: await host.open(profileId, actorOf(session)),
    }),
    'preferences.get': async ({ key }, { session }) => ({
      value: session.operator
        ? await database.read('preferences.get', { operatorId: session.operator.operatorId, key })
        : null,
    }),
    'preferences.put': async ({ key, value }, { session }) => {
      await database.write('preferences.put', { operatorId: actorOf(session).operatorId, key, value });
      return {};
    },
    'images.get': async ({ url }, { signal }) => {
      const image = await context.egress.fetchImage(url, { ...largestImage, signal });
      return { dataUrl: `data:${image.mediaType};base64,${Buffer.from(image.bytes).toString('base64')}` };
    },
  };
}
