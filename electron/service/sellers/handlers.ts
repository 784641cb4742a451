import { instantOf } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import type { AuditEntry } from '../database/audit.ts';
import { ProtocolError } from '../protocol/failure.ts';
import { actorOf, type Session } from '../session.ts';
import { channelPairs } from '../sync/pull-sellers.ts';

type SellerMethod = Exclude<Extract<keyof Handlers<Session>, `sellers.${string}`>, 'sellers.issueToken'>;

/** Sellers: changes go to the backend at once and are read back; they need the connection. */
export function sellerHandlers(
  context: ServiceContext & { sealer: { seal(text: string): string; unseal(sealed: string): string | null } },
): Pick<Handlers<Session>, SellerMethod> {
  const { database, events, ambient } = context;

  const connected = () => {
    if (!context.backend) throw new BinderyError('offline', 'No marketplace is connected. Connect one in Settings.');
    return context.backend;
  };
  const one = async (sellerId: string) => {
    const row = await database.read('sellers.detail', { sellerId });
    if (!row) throw new BinderyError('not-found', 'There is no such seller.', { field: 'sellerId' });
    return row;
  };
  async function reread(sellerId: string) {
    const record = await connected().sellers.get(sellerId, { priority: 5 });
    if (record) await database.write('pull.sellers', { records: [record], generation: ambient.now() });
    events.emit('list.changed', { list: 'sellers' });
    return one(sellerId);
  }
  const entry = (session: Session, action: string, sellerId: string, details: object = {}): AuditEntry => ({
    actor: actorOf(session),
    at: instantOf(ambient.now()),
    action,
    entity: JSON.stringify(['seller', sellerId]),
    details,
  });
  /** Of what was done at the backend; what is done here is audited in its own transaction. */
  const audit = (...what: Parameters<typeof entry>) => database.write('audit.append', entry(...what));

  return {
    'sellers.list': async ({ text }, { signal }) => ({
      sellers: await database.read('sellers.list', { text }, { signal, long: true }),
      invitations: (await database.read('sellers.invitations', {}, { signal })).map((row) => ({
        leadId: row.lead_id,
        email: context.sealer.unseal(row.email_sealed) ?? '',
        status: row.status,
        sentAt: row.sent_at as never,
      })),
    }),
    'sellers.detail': ({ sellerId }) => one(sellerId),
    'sellers.create': async (request, { session }) => {
      actorOf(session);
      try {
        await connected().sellers.create(
          {
            id: request.sellerId,
            name: request.name,
            isActive: true,
            ...(request.endpoint === null ? {} : { fulfillmentEndpoint: request.endpoint }),
            ...(request.email === null ? {} : { email: request.email }),
            ...(request.taxCode === null ? {} : { taxCode: request.taxCode }),
          },
          { priority: 5 },
        );
      } catch (error) {
        if (error instanceof ProtocolError && error.status === 409)
          throw new BinderyError('already-exists', 'There is a seller with this id already.', { field: 'sellerId' });
        throw error;
      }
      await audit(session, 'create seller', request.sellerId);
      return reread(request.sellerId);
    },
    'sellers.update': async ({ sellerId, name, endpoint, email, taxCode }, { session }) => {
      await connected().sellers.change(
        sellerId,
        { name, fulfillmentEndpoint: endpoint ?? '', email: email ?? '', taxCode: taxCode ?? '' },
        { priority: 5 },
      );
      await audit(session, 'change seller', sellerId);
      return reread(sellerId);
    },
    'sellers.invite': async ({ name, email }, { session }) => {
      const lead = await connected().sellers.invite({ email, sellerName: name }, { priority: 5 });
      await database.write('sellers.invited', {
        leadId: lead.id,
        emailSealed: context.sealer.seal(email),
        at: instantOf(ambient.now()),
        audit: entry(session, 'invite seller', lead.id),
      });
      events.emit('list.changed', { list: 'sellers' });
      return { leadId: lead.id };
    },
    'sellers.setActive': async ({ sellerId, isActive }, { session }) => {
      await connected().sellers.change(sellerId, { isActive }, { priority: 5 });
      await audit(session, isActive ? 'resume seller' : 'pause seller', sellerId);
      return reread(sellerId);
    },
    'sellers.setChannels': async ({ sellerId, channels }, { session }) => {
      await connected().sellers.setChannelMapping(
        sellerId,
        channels.map(({ marketplaceChannel, sellerChannel }) => ({
          marketplaceSalesChannel: Number(marketplaceChannel),
          sellerChannel,
        })),
        { priority: 5 },
      );
      await database.write('sellers.forgetChannels', {
        sellerId,
        audit: entry(session, 'map channels', sellerId, { channels: channels.length }),
      });
      const mapping = await connected().sellers.channelMapping(sellerId, { priority: 5 });
      await database.write('pull.channels', { sellerId, channels: channelPairs(mapping) });
      return reread(sellerId);
    },
    'sellers.checkHealth': async ({ sellerId }) => {
      const bound = await database.read('bindings.first', {
        filter: { sellerIds: [sellerId], state: 'active' },
        sort: { column: 'updated', direction: 'descending' },
        limit: 1,
      });
      const [binding] = bound.ids;
      if (binding === undefined)
        throw new BinderyError(
          'not-found',
          'This seller has no active binding to ask about. Bind one of its offers first.',
        );
      await context.sync.refreshBinding(binding);
      return one(sellerId);
    },
  };
}
