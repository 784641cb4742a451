import { randomBytes } from 'node:crypto';
import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import { hashToken } from '../credentials/directory.ts';
import { actorOf, type Session } from '../session.ts';

type AccessMethod = Extract<keyof Handlers<Session>, `access.${string}`>;

const day = 86_400_000;

/** Issues, lists and revokes what lets operators in at the console of `serve`. */
export function accessHandlers(
  context: ServiceContext & {
    /** Whoever uses the token now is to be signed out. */
    readonly onRevoked: (tokenId: string) => void;
  },
): Pick<Handlers<Session>, AccessMethod> {
  const { database, ambient } = context;
  const audit = (session: Session, action: string, operatorId: string, tokenId: string) =>
    database.write('audit.append', {
      actor: actorOf(session),
      at: instantOf(ambient.now()),
      action,
      entity: JSON.stringify(['operator', operatorId]),
      details: { tokenId },
    });
  return {
    'access.tokens': async () => ({ tokens: await database.read('access.tokens', {}) }),
    'access.issueToken': async ({ operatorId, days }, { session }) => {
      const known = (await database.read('operators.all', {})).some((one) => one.operatorId === operatorId);
      if (!known) throw new BinderyError('not-found', 'This operator is not known here.', { field: 'operatorId' });
      const now = ambient.now();
      const tokenId = ambient.uuid();
      const token = randomBytes(32).toString('base64url');
      await database.write('access.issue', {
        id: tokenId,
        operatorId,
        tokenHash: hashToken(token),
        at: instantOf(now),
        by: actorOf(session).name,
        until: instantOf(now + days * day),
      });
      await audit(session, 'issue sign-in token', operatorId, tokenId);
      return { tokenId, token };
    },
    'access.revokeToken': async ({ tokenId }, { session }) => {
      actorOf(session);
      const found = (await database.read('access.tokens', {})).find((one) => one.tokenId === tokenId);
      if (!found || !(await database.write('access.revoke', { tokenId, at: instantOf(ambient.now()) })))
        throw new BinderyError('not-found', 'There is no such token.', { field: 'tokenId' });
      context.onRevoked(tokenId);
      await audit(session, 'revoke sign-in token', found.operatorId, tokenId);
      return {};
    },
  };
}
