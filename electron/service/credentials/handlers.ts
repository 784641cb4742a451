import { randomBytes } from 'node:crypto';
import type { Credential, IssuedCredential } from '../../../shared/contract/credentials.ts';
import { type Instant, instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import { actorOf, type Session } from '../session.ts';
import { type CredentialDirectory, hashToken, signingKeyName } from './directory.ts';
import type { StoredCredential } from './statements.ts';

type CredentialMethod = Extract<keyof Handlers<Session>, `credentials.${string}`> | 'sellers.issueToken';

const hour = 3_600_000;
/** 256 bits, as text. */
const randomSecret = (): string => randomBytes(32).toString('base64url');

function credentialOf(row: StoredCredential, now: number): Credential {
  const state =
    row.revoked_at !== null
      ? 'revoked'
      : row.expires_at === null
        ? 'active'
        : Date.parse(row.expires_at) > now
          ? 'replaced'
          : 'expired';
  return {
    credentialId: row.id,
    appKey: row.app_key,
    state,
    signs: row.signs === 1,
    // written by this program as instants
    issuedAt: row.issued_at as Instant,
    issuedBy: row.issued_by,
    expiresAt: row.expires_at as Instant | null,
    revokedAt: row.revoked_at as Instant | null,
    lastUsedAt: row.last_used_at as Instant | null,
  };
}

/** Issues, lists and revokes what lets sellers in at the endpoints. */
export function credentialHandlers(
  context: ServiceContext & { readonly credentials: CredentialDirectory },
): Pick<Handlers<Session>, CredentialMethod> {
  const { database, secrets, events, ambient, credentials, member } = context;

  async function issue(
    session: Session,
    { sellerId, overlapHours, signs }: { sellerId: string; overlapHours: number; signs: boolean },
  ): Promise<IssuedCredential> {
    const actor = actorOf(session);
    if (!(await database.read('sellers.detail', { sellerId })))
      throw new BinderyError('not-found', 'There is no such seller.', { field: 'sellerId' });
    member?.mustReach();
    const now = ambient.now();
    const credentialId = ambient.uuid();
    const readable = sellerId.replace(/[^\w-]/g, '').slice(0, 40);
    const appKey = `bindery-${readable}-${randomBytes(6).toString('hex')}`;
    const appToken = randomSecret();
    const signingKey = signs ? randomSecret() : null;
    // first the key, then the row that needs it: the other way round a crash would leave a credential that lets nobody in
    if (signingKey !== null) await secrets.set(signingKeyName(credentialId), signingKey);
    await database.write('credentials.issue', {
      id: credentialId,
      sellerId,
      appKey,
      tokenHash: hashToken(appToken),
      signs,
      at: instantOf(now),
      by: actor.name,
      othersUntil: instantOf(now + overlapHours * hour),
      audit: {
        actor,
        at: instantOf(now),
        action: 'issue credential',
        entity: JSON.stringify(['seller', sellerId]),
        details: { credentialId, overlapHours, signs },
      },
    });
    await credentials.reload();
    await member?.shareCredentials(sellerId);
    events.emit('list.changed', { list: 'sellers' });
    return { credentialId, appKey, appToken, signingKey };
  }

  return {
    'credentials.list': async ({ sellerId }) => ({
      credentials: (await database.read('credentials.ofSeller', { sellerId })).map((row) =>
        credentialOf(row, ambient.now()),
      ),
    }),
    'credentials.issue': (request, { session }) => issue(session, request),
    'credentials.revoke': async ({ credentialId }, { session }) => {
      const actor = actorOf(session);
      const at = instantOf(ambient.now());
      // said to be revoked only when it is so at every gateway
      member?.mustReach();
      const row = await database.write('credentials.revoke', { id: credentialId, at, actor });
      await credentials.reload();
      await member?.shareCredentials(row.seller_id);
      await secrets.set(signingKeyName(credentialId), null);
      events.emit('list.changed', { list: 'sellers' });
      return { credential: credentialOf(row, ambient.now()) };
    },
    'sellers.issueToken': async ({ sellerId }, { session }) => {
      const { appKey, appToken } = await issue(session, { sellerId, overlapHours: 0, signs: false });
      return { appKey, appToken };
    },
  };
}
