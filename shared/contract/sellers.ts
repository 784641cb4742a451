import { z } from 'zod';
import { instant, sellerId } from './core.ts';
import { command, query } from './method.ts';

export const sellerRow = z.object({
  sellerId,
  name: z.string(),
  isActive: z.boolean(),
  endpoint: z.string().nullable(),
  sellerType: z.enum(['regular', 'white-label']),
  email: z.string().nullable(),
  taxCode: z.string().nullable(),
  channels: z.array(z.object({ marketplaceChannel: z.string(), sellerChannel: z.string() })),
  waitingOffers: z.int(),
  activeBindings: z.int(),
  health: z.object({
    /** What the last simulations say. */
    state: z.enum(['unknown', 'healthy', 'slow', 'failing', 'paused']),
    lastAnswerAt: instant.nullable(),
    lastNotificationAt: instant.nullable(),
    /** Milliseconds, median of the last simulations. */
    medianAnswer: z.int().nullable(),
    failures: z.int(),
    problem: z.string().nullable(),
  }),
  /** Whether the seller holds a token for our notification endpoints. */
  hasToken: z.boolean(),
});
export type SellerRow = z.infer<typeof sellerRow>;

export const invitation = z.object({ leadId: z.string(), email: z.string(), status: z.string(), sentAt: instant });

const sellerFields = {
  name: z.string().trim().min(1, 'Give the seller a name.').max(100),
  endpoint: z.url('The endpoint must be a full address, such as https://seller.example/api.').nullable(),
  email: z.email('This is not an e-mail address.').nullable(),
  taxCode: z.string().max(40).nullable(),
};

export const sellers = {
  methods: {
    'sellers.list': query(
      z.object({ text: z.string().max(100).default('') }),
      z.object({ sellers: z.array(sellerRow), invitations: z.array(invitation) }),
    ),
    'sellers.detail': query(z.object({ sellerId }), sellerRow),
    'sellers.create': command(
      'sellers',
      z.object({
        sellerId: z
          .string()
          .regex(/^[\w-]{1,40}$/, 'The id may hold letters, digits, - and _.')
          .pipe(sellerId),
        ...sellerFields,
      }),
      sellerRow,
    ),
    'sellers.update': command('sellers', z.object({ sellerId, ...sellerFields }), sellerRow),
    'sellers.invite': command(
      'sellers',
      z.object({ name: sellerFields.name, email: z.email('This is not an e-mail address.') }),
      z.object({ leadId: z.string() }),
    ),
    'sellers.setActive': command('sellers', z.object({ sellerId, isActive: z.boolean() }), sellerRow),
    'sellers.setChannels': command(
      'sellers',
      z.object({
        sellerId,
        channels: z
          .array(
            z.object({
              marketplaceChannel: z.string().regex(/^\d+$/, 'The channel is a number.'),
              sellerChannel: z.string().min(1),
            }),
          )
          .max(50),
      }),
      sellerRow,
    ),
    /** A new token for the seller's calls to our endpoints; shown once, stored as a hash. The old one stops working. */
    'sellers.issueToken': command(
      'settings',
      z.object({ sellerId }),
      z.object({ appKey: z.string(), appToken: z.string() }),
    ),
    /** One simulation against the seller, to see whether it answers. */
    'sellers.checkHealth': command('sellers', z.object({ sellerId }), sellerRow),
  },
};
