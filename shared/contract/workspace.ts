import { z } from 'zod';
import { instant, operator, operatorId, role } from './core.ts';
import { command, query } from './method.ts';

export const profile = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['demo', 'real']),
  /** The marketplace's account, empty in the demonstration and where only an address is known. */
  account: z.string(),
  /** Where the marketplace answers; empty in the demonstration. */
  backendUrl: z.string(),
});

const stage = z.object({
  name: z.enum(['sellers', 'categories', 'brands', 'skus', 'suggestions', 'bindings', 'matching']),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  done: z.int(),
  /** Null while unknown. */
  total: z.int().nullable(),
  problem: z.string().nullable(),
});

export const status = z.object({
  connection: z.enum(['connecting', 'online', 'offline', 'refused']),
  connectionProblem: z.string().nullable(),
  lastSyncedAt: instant.nullable(),
  paused: z.boolean(),
  /** True until the first complete synchronisation. */
  initial: z.boolean(),
  stages: z.array(stage),
  outbox: z.object({ held: z.int(), pending: z.int(), sent: z.int(), conflict: z.int(), failed: z.int() }),
  endpoints: z.object({
    url: z.string().nullable(),
    receivedPerSecond: z.number(),
    waiting: z.int(),
    failing: z.int(),
    /** Why it does not listen; null when it does. */
    problem: z.string().nullable(),
  }),
});
export type Status = z.infer<typeof status>;

/** What the operator may change; keys and tokens go in, and never come out. */
export const settings = z.object({
  account: z.string(),
  backendUrl: z.string(),
  hasCredentials: z.boolean(),
  /** How keys are kept here; `plain` and `none` are said in Settings. */
  secretStore: z.object({
    protection: z.enum(['system', 'file', 'plain', 'none']),
    problem: z.string().nullable(),
  }),
  currency: z.string().length(3),
  salesChannels: z.array(z.string()),
  holdMilliseconds: z.int().min(0).max(60_000),
  endpointsPort: z.int().min(0, 'Give a port from 0 to 65535.').max(65_535, 'Give a port from 0 to 65535.'),
  consolePort: z.int().nullable(),
  /** The address it listens at: loopback, or one that others reach, which needs TLS or proxies. */
  endpointsHost: z.string().max(100),
  /** Proxies before it, as addresses or ranges: 10.0.0.5, 10.0.0.0/8. */
  proxies: z
    .array(
      z.union(
        [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
        'A proxy is an address, such as 10.0.0.5, or a range, such as 10.0.0.0/8.',
      ),
    )
    .max(50),
  publicUrl: z.string().nullable(),
  tls: z.object({ certificateFile: z.string().nullable(), keyFile: z.string().nullable() }),
});
export type Settings = z.infer<typeof settings>;

export const connectionCheck = z.object({
  name: z.enum(['address', 'credentials', 'sellers', 'catalogue', 'suggestions', 'bindings']),
  state: z.enum(['passed', 'failed', 'not-run']),
  message: z.string(),
});

const connection = {
  account: z.string().trim().min(1, 'Name the account of your marketplace.').max(60),
  backendUrl: z.url('The address must be a full one, such as https://marketplace.example.'),
  appKey: z.string().min(1, 'The application key is missing.'),
  appToken: z.string().min(1, 'The application token is missing.'),
};

export const workspace = {
  methods: {
    'session.hello': query(
      z.object({}),
      z.object({
        profile,
        version: z.string(),
        /** Where the service runs, for the About line: `utility process`, `utility process, relayed to Node 24`, `serve`. */
        runtime: z.string(),
        operators: z.array(operator),
        operator: operator.nullable(),
        /** Who is working was told by a token: nobody else can be chosen. */
        byToken: z.boolean(),
        database: z.object({ state: z.enum(['ready', 'recovered']), message: z.string().nullable() }),
      }),
    ),
    /** The first one, who sets things up, is an administrator; further ones are added by an administrator. */
    'session.createOperator': query(
      z.object({ name: z.string().trim().min(1, 'Tell us your name.').max(80), role }),
      z.object({ operator }),
    ),
    /** At once in all their windows. The last administrator stays one. */
    'session.changeRole': command('settings', z.object({ operatorId, role }), z.object({ operator })),
    'session.signIn': query(z.object({ operatorId }), z.object({ operator })),
    'status.get': query(z.object({}), status),
    'sync.pause': command('anyone', z.object({}), z.object({})),
    'sync.resume': command('anyone', z.object({}), z.object({})),
    'sync.now': command('anyone', z.object({}), z.object({})),
    'settings.get': query(z.object({}), settings),
    'settings.update': command(
      'settings',
      settings
        .pick({
          currency: true,
          salesChannels: true,
          holdMilliseconds: true,
          publicUrl: true,
          endpointsPort: true,
          endpointsHost: true,
          proxies: true,
          tls: true,
        })
        .partial(),
      settings,
    ),
    'settings.testConnection': command(
      'settings',
      z.object(connection),
      z.object({ checks: z.array(connectionCheck) }),
    ),
    /** The demonstration and every marketplace that was connected; each has its own data. */
    'settings.profiles': query(z.object({}), z.object({ profiles: z.array(profile.extend({ isOpen: z.boolean() })) })),
    /** Leaves the open profile: each marketplace has a data directory of its own, opened at once. The answer comes first. */
    'settings.connectMarketplace': command('settings', z.object(connection), z.object({ profile })),
    'settings.openProfile': command('settings', z.object({ profileId: z.string().max(200) }), z.object({ profile })),
    'preferences.get': query(z.object({ key: z.string().max(100) }), z.object({ value: z.json().nullable() })),
    'preferences.put': command('anyone', z.object({ key: z.string().max(100), value: z.json() }), z.object({})),
    /** A seller-given image, fetched by the service through the egress guard; a data address the page may show. */
    'images.get': query(z.object({ url: z.string().max(2_000) }), z.object({ dataUrl: z.string() })),
  },
};
