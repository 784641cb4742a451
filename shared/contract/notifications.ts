import { z } from 'zod';
import { notificationKinds, outcomes } from '../domain/notifications.ts';
import { instant, selection, sellerId, sellerSkuId } from './core.ts';
import { command, query } from './method.ts';
import { viewMethods } from './view.ts';

export const notificationId = z.int().positive();

export const notificationFilter = z.object({
  sellerIds: z.array(sellerId).max(200).optional(),
  kinds: z.array(z.enum(notificationKinds)).max(20).optional(),
  outcomes: z.array(z.enum(outcomes)).max(20).optional(),
  /** A part of the seller's SKU id. */
  text: z.string().max(100).optional(),
  since: instant.optional(),
  until: instant.optional(),
});
export type NotificationFilter = z.infer<typeof notificationFilter>;

export const notificationColumns = ['received'] as const;
export type NotificationColumn = (typeof notificationColumns)[number];

export const notificationRow = z.object({
  id: notificationId,
  kind: z.enum(notificationKinds),
  sellerId,
  sellerName: z.string(),
  sellerSkuId,
  receivedAt: instant,
  outcome: z.enum(outcomes),
  attempts: z.int(),
  handledAt: instant.nullable(),
  problem: z.string().nullable(),
  /** The address that it came from; null for what Bindery asked for itself. */
  address: z.string().nullable(),
  /** The notification that it repeats. */
  replayOf: notificationId.nullable(),
});
export type NotificationRow = z.infer<typeof notificationRow>;

const channelValue = z.object({ price: z.int().nullable(), listPrice: z.int().nullable(), stock: z.int() });
const effect = z.array(
  z.object({ salesChannel: z.string(), currency: z.string(), before: channelValue.nullable(), after: channelValue }),
);

export const notificationDetail = notificationRow.extend({
  bindingId: z.int().nullable(),
  request: z
    .object({
      method: z.string(),
      /** Path without query. */
      target: z.string(),
      address: z.string(),
      /** The key that was given; its token is never kept. */
      appKey: z.string().nullable(),
      operationId: z.string().nullable(),
      /** SHA-256 of the body, hexadecimal; null when there was none. */
      digest: z.string().nullable(),
      /** The body as it came; null when there was none, or it is no longer kept. */
      body: z.string().nullable(),
      isBodyCut: z.boolean(),
      /** The status that it was answered with. */
      reply: z.int().nullable(),
    })
    .nullable(),
  /** What the seller then answered, in each sales channel, and what it changed; null until it has. */
  effect: effect.nullable(),
  /** How many notifications about the same SKU one answer served. */
  served: z.int(),
  replays: z.array(z.object({ id: notificationId, receivedAt: instant, outcome: z.enum(outcomes) })),
});
export type NotificationDetail = z.infer<typeof notificationDetail>;

const traffic = {
  received: z.int(),
  refused: z.int(),
  handled: z.int(),
  changed: z.int(),
  failed: z.int(),
  /** Milliseconds. */
  lagMost: z.int(),
};

const staleness = z.object({
  /** Active bindings whose price was asked for longest ago, hours: the middle one, and one in twenty. Null without any. */
  medianHours: z.number().nullable(),
  worstHours: z.number().nullable(),
  /** Never asked. */
  unknown: z.int(),
  bindings: z.int(),
  /** Of those looked at by the last sweep, how many had changed without a notification. */
  swept: z.int(),
  drifted: z.int(),
  /** Offers that stay listed though the seller is deactivated. */
  listedWhileInactive: z.int(),
  sweptAt: instant.nullable(),
});
export type Staleness = z.infer<typeof staleness>;

export const sellerTraffic = z.object({
  sellerId,
  name: z.string(),
  isActive: z.boolean(),
  /** In the last hour. */
  ...traffic,
  waiting: z.int(),
  /** Since when the oldest that waits does so. */
  waitingSince: instant.nullable(),
  lastNotificationAt: instant.nullable(),
  lastAnswerAt: instant.nullable(),
  medianAnswer: z.int().nullable(),
  problem: z.string().nullable(),
  /** A person stopped the handling; what arrives is kept. */
  pausedBy: z.string().nullable(),
  pausedAt: instant.nullable(),
  pauseReason: z.string().nullable(),
  /** After failures it is left alone until then. */
  leftAloneUntil: instant.nullable(),
  staleness: staleness.nullable(),
});
export type SellerTraffic = z.infer<typeof sellerTraffic>;

export const spans = ['hour', 'day', 'week'] as const;

/** Notifications of one replay, at most; of one certificate. */
export const mostReplayed = 100_000;
export const mostCertified = 10_000;

export const notifications = {
  view: viewMethods(notificationFilter, notificationColumns, notificationRow),
  methods: {
    'notifications.detail': query(z.object({ id: notificationId }), notificationDetail),
    'notifications.counts': query(
      z.object({}),
      z.object({ all: z.int(), waiting: z.int(), retrying: z.int(), aside: z.int() }),
    ),
    /** The bars of a chart: an hour by minute, a day by half an hour, a week by three hours. */
    'notifications.traffic': query(
      z.object({ sellerId: sellerId.optional(), span: z.enum(spans) }),
      z.object({ seconds: z.int(), buckets: z.array(z.object({ start: instant, ...traffic })) }),
    ),
    'notifications.health': query(z.object({}), z.object({ sellers: z.array(sellerTraffic) })),
    'notifications.healthOf': query(z.object({ sellerId }), sellerTraffic),
    /** Calls that were refused, the latest first: gathered by minute, seller, reason and address. */
    'notifications.refusals': query(
      z.object({ sellerId: sellerId.optional() }),
      z.object({
        refusals: z.array(
          z.object({
            id: z.int(),
            sellerId: sellerId.nullable(),
            status: z.int(),
            code: z.string(),
            route: z.string(),
            address: z.string(),
            count: z.int(),
            lastAt: instant,
          }),
        ),
      }),
    ),
    /** What a replay would do. */
    'notifications.previewReplay': query(
      z.object({ selection }),
      z.object({
        chosen: z.int(),
        /** Repeats of the same are replayed once. */
        entries: z.int(),
        skus: z.int(),
        sellers: z.int(),
        /** Of SKUs that are not bound: they are only forwarded. */
        unbound: z.int(),
        /** Offers whose body is no longer kept: these cannot be replayed. */
        bodiless: z.int(),
      }),
    ),
    /** Appends them once more, as new entries that name the old. */
    'notifications.replay': command('integration', z.object({ selection }), z.object({ entries: z.int() })),
    /** Stops the handling of a seller's notifications; they are still taken and kept. */
    'notifications.pause': command(
      'integration',
      z.object({ sellerId, reason: z.string().trim().min(1, 'Say why it is paused.').max(200) }),
      z.object({}),
    ),
    'notifications.resume': command('integration', z.object({ sellerId }), z.object({})),
    /** What was received, when, from where and with which answer; signed, for disputes. */
    'notifications.certificate': command(
      'integration',
      z.object({ selection }),
      z.object({ name: z.string(), text: z.string(), digest: z.string() }),
    ),
    /** Looks now for what changed without a notification; of one seller, or of all. */
    'notifications.reconcile': command(
      'integration',
      z.object({ sellerId: sellerId.optional() }),
      z.object({ asked: z.int() }),
    ),
  },
};
