import { z } from 'zod';
import { instant, sellerId } from './core.ts';
import { command, query } from './method.ts';

/** What lets a seller in at the endpoints. Its token and signing key are shown once, when it is issued, and never again. */
export const credential = z.object({
  credentialId: z.string(),
  appKey: z.string(),
  /** `replaced`: another was issued, and this one works until `expiresAt`. */
  state: z.enum(['active', 'replaced', 'expired', 'revoked']),
  /** Whether every call with it has to be signed. */
  signs: z.boolean(),
  issuedAt: instant,
  issuedBy: z.string(),
  expiresAt: instant.nullable(),
  revokedAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
});
export type Credential = z.infer<typeof credential>;

/** Hours that a replaced credential may go on working, at most: thirty days. */
export const longestOverlapHours = 720;

const issued = z.object({
  credentialId: z.string(),
  appKey: z.string(),
  appToken: z.string(),
  /** Base64url of 256 bits; null when calls are not signed. */
  signingKey: z.string().nullable(),
});
export type IssuedCredential = z.infer<typeof issued>;

export const credentials = {
  methods: {
    'credentials.list': query(z.object({ sellerId }), z.object({ credentials: z.array(credential) })),
    /** Those in use go on working for `overlapHours`, so that the seller can change over without losing a call. */
    'credentials.issue': command(
      'integration',
      z.object({
        sellerId,
        overlapHours: z
          .int('Give whole hours.')
          .min(0, 'Give 0 hours or more.')
          .max(longestOverlapHours, 'The old one may work for thirty days at most.')
          .default(24),
        signs: z.boolean().default(false),
      }),
      issued,
    ),
    /** Stops it at once. */
    'credentials.revoke': command(
      'integration',
      z.object({ credentialId: z.string().min(1).max(100) }),
      z.object({ credential }),
    ),
  },
};
