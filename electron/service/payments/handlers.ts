import { instantOf, type SellerId } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import { actorOf, type Session } from '../session.ts';
import { pushMerge, pushPayments } from './backend-sync.ts';

type PaymentMethod = Extract<keyof Handlers<Session>, `payments.${string}` | `merge.${string}`>;

/** Payment conditions: written here, tried in the simulator, pushed and read back; and whose methods are merged. */
export function paymentHandlers(context: ServiceContext): Pick<Handlers<Session>, PaymentMethod> {
  const { database, ambient, events } = context;
  const now = () => instantOf(ambient.now());
  const changed = () => events.emit('list.changed', { list: 'payments' });
  const currency = async () => {
    const stored = await database.read('settings.all', {});
    return typeof stored.currency === 'string' ? stored.currency : 'BRL';
  };
  const told = async <Value>(work: Promise<Value>): Promise<Value> => {
    const value = await work;
    changed();
    return value;
  };
  const audit = (session: Session, action: string, details: object) =>
    database.write('audit.append', { actor: actorOf(session), at: now(), action, entity: 'payments', details });
  return {
    'payments.overview': async () => ({
      ...(await database.read('payments.overview', {})),
      currency: await currency(),
    }),
    'payments.save': (request, { session }) =>
      told(database.write('payments.save', { ...request, actor: actorOf(session), at: now() })),
    'payments.remove': async (request, { session }) => {
      const { before, owner } = await told(
        database.write('payments.remove', { ...request, actor: actorOf(session), at: now() }),
      );
      // stored from a parsed seller id
      return { before, owner: owner as SellerId | null };
    },
    'payments.adopt': (request, { session }) =>
      told(database.write('payments.adopt', { ...request, actor: actorOf(session), at: now() })),
    'payments.history': async ({ id }) => ({ versions: await database.read('payments.history', { id }) }),
    'payments.pushState': () => database.read('payments.pushState', {}),
    'payments.push': async (_request, { session }) => {
      actorOf(session);
      const { sent, problems } = await pushPayments(context);
      await audit(session, 'push payment conditions', { sent, problems: problems.length });
      return { sent, problems, state: await database.read('payments.pushState', {}) };
    },
    'payments.simulate': async (cart) => ({
      ...(await database.read('payments.simulate', { cart, account: context.backend?.account ?? '' })),
      currency: await currency(),
    }),
    'merge.list': () => database.read('merge.list', {}),
    'merge.set': async (request, { session }) => {
      const before = await told(database.write('merge.set', { ...request, actor: actorOf(session), at: now() }));
      const { rows } = await database.read('merge.list', {});
      const row = rows.find(({ sellerId }) => sellerId === request.sellerId);
      if (!row) throw new BinderyError('not-found', 'There is no such seller.', { field: 'sellerId' });
      return { row, before };
    },
    'merge.push': async (_request, { session }) => {
      actorOf(session);
      const result = await pushMerge(context);
      await audit(session, 'push merge policies', { sent: result.sent, problems: result.problems.length });
      return result;
    },
  };
}
