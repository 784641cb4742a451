import { z } from 'zod';
import { instant, operatorId } from './core.ts';
import { command } from './method.ts';

/** What lets an operator in at the console of `serve`. It is shown once, when it is issued, and never again. */
export const accessToken = z.object({
  tokenId: z.string(),
  operatorId,
  operatorName: z.string(),
  issuedAt: instant,
  issuedBy: z.string(),
  expiresAt: instant,
  revokedAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
});
export type AccessToken = z.infer<typeof accessToken>;

export const access = {
  methods: {
    'access.tokens': command('settings', z.object({}), z.object({ tokens: z.array(accessToken) })),
    /** Works for so many days, for this operator and with this operator's role. */
    'access.issueToken': command(
      'settings',
      z.object({
        operatorId,
        days: z
          .int('Give whole days.')
          .min(1, 'Give a day or more.')
          .max(365, 'A token works for a year at most.')
          .default(90),
      }),
      z.object({ tokenId: z.string(), token: z.string() }),
    ),
    /** Stops it at once: who uses it now is signed out. */
    'access.revokeToken': command('settings', z.object({ tokenId: z.string().min(1).max(100) }), z.object({})),
  },
};
