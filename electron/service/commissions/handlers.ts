import { instantOf } from '../../../shared/domain/brand.ts';
import { csvLine } from '../../../shared/domain/csv.ts';
import { decimalOf, minorDigits } from '../../../shared/domain/money.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { ServiceContext } from '../context.ts';
import { actorOf, type Session } from '../session.ts';
import { pushCommissions, takeSold } from './backend-sync.ts';

type CommissionMethod = Extract<keyof Handlers<Session>, `commissions.${string}` | `settlement.${string}`>;

/** Commissions: drafts, what-if, activation, push and settlement. */
export function commissionHandlers(context: ServiceContext): Pick<Handlers<Session>, CommissionMethod> {
  const { database, ambient, events } = context;
  const now = () => instantOf(ambient.now());
  const by = (session: Session) => ({ actor: actorOf(session), at: now() });
  const changed = () => events.emit('list.changed', { list: 'commissions' });
  const setting = async () => {
    const stored = await database.read('settings.all', {});
    return {
      fourEyes: stored.fourEyes === true,
      currency: typeof stored.currency === 'string' ? stored.currency : 'BRL',
    };
  };
  const told = async <Value>(work: Promise<Value>): Promise<Value> => {
    const value = await work;
    changed();
    return value;
  };
  return {
    'commissions.overview': async () => ({
      ...(await database.read('commissions.overview', { now: now() })),
      ...(await setting()),
    }),
    'commissions.rules': ({ draftId, at }) => database.read('commissions.rules', { draftId, at: at ?? now() }),
    'commissions.problems': (request) => database.read('commissions.problems', request),
    // a past day by the version that was in force on it
    'commissions.matrix': (request) => {
      const present = now();
      const at = request.at ?? present;
      return database.read('commissions.matrix', {
        ...request,
        draftId: request.draftId,
        at,
        now: [at, present].toSorted()[0] ?? present,
      });
    },
    'commissions.createDraft': ({ name }, { session }) =>
      told(database.write('commissions.createDraft', { id: ambient.uuid(), name, ...by(session) })),
    'commissions.returnTo': (request, { session }) =>
      told(database.write('commissions.returnTo', { ...request, id: ambient.uuid(), ...by(session) })),
    'commissions.conflicts': (request) => database.read('commissions.conflicts', request),
    'commissions.resolve': (request, { session }) =>
      told(database.write('commissions.resolve', { ...request, ...by(session) })),
    'commissions.takeOver': (request, { session }) =>
      told(database.write('commissions.takeOver', { ...request, newId: ambient.uuid(), ...by(session) })),
    'commissions.change': (request, { session }) =>
      told(database.write('commissions.change', { ...request, ...by(session) })),
    'commissions.setCells': (request, { session }) =>
      told(database.write('commissions.setCells', { ...request, newId: ambient.uuid(), ...by(session) })),
    'commissions.bulkPreview': (request, { signal }) =>
      database.read('commissions.bulkPreview', request, { signal, long: true }),
    'commissions.bulk': (request, { session }) =>
      told(database.write('commissions.bulk', { ...request, ...by(session) })),
    'commissions.submit': ({ draftId }, { session }) =>
      told(database.write('commissions.submit', { draftId, ...by(session) })),
    'commissions.activate': async ({ draftId, activateAt }, { session }) =>
      told(
        database.write('commissions.activate', {
          draftId,
          activateAt,
          actor: actorOf(session),
          fourEyes: (await setting()).fourEyes,
          now: now(),
        }),
      ),
    'commissions.discard': ({ draftId }, { session }) =>
      told(database.write('commissions.discard', { draftId, ...by(session) })),
    'commissions.restoreDraft': ({ draftId }, { session }) =>
      told(database.write('commissions.restoreDraft', { draftId, ...by(session) })),
    'commissions.returnDraft': ({ draftId }, { session }) =>
      told(database.write('commissions.returnDraft', { draftId, ...by(session) })),
    'commissions.setFourEyes': async ({ fourEyes }, { session }) => {
      await database.write('settings.set', {
        values: { fourEyes },
        audit: {
          actor: actorOf(session),
          at: now(),
          action: 'change settings',
          entity: 'settings',
          details: { fourEyes },
        },
      });
      changed();
      return {};
    },
    'commissions.whatIf': async (request, { signal }) => {
      await takeSold(database);
      return database.read(
        'commissions.whatIf',
        { ...request, currency: (await setting()).currency },
        { signal, long: true },
      );
    },
    'commissions.why': (request) => database.read('commissions.why', { ...request, draftId: request.draftId }),
    'commissions.importPreview': async (request, { signal }) => {
      const parsed = await database.read('commissions.parse', { ...request, newId: 'new' }, { signal, long: true });
      const { changes: _changes, ...preview } = parsed;
      return { ...preview, errors: preview.errors.slice(0, 5_000) };
    },
    'commissions.import': (request, { session }) =>
      told(database.write('commissions.import', { ...request, newId: ambient.uuid(), ...by(session) })),
    'commissions.export': async ({ draftId }) => ({
      text: await database.read('commissions.export', { draftId, now: now() }, { long: true }),
    }),
    'commissions.differences': () => database.read('commissions.differences', { now: now() }, { long: true }),
    'commissions.pushState': () => database.read('commissions.pushState', { now: now() }, { long: true }),
    'commissions.push': async (_request, { session }) => {
      const actor = actorOf(session);
      const { sent, problems } = await pushCommissions(context);
      await database.write('audit.append', {
        actor,
        at: now(),
        action: 'push commissions',
        entity: 'commissions',
        details: { sent, problems: problems.length },
      });
      return { sent, problems, state: await database.read('commissions.pushState', { now: now() }, { long: true }) };
    },
    'settlement.list': async (period, { signal }) => {
      await takeSold(database);
      return {
        currency: (await setting()).currency,
        rows: await database.read('settlement.list', period, { signal, long: true }),
      };
    },
    'settlement.items': (request, { signal }) => database.read('settlement.items', request, { signal, long: true }),
    'settlement.export': async (request) => {
      const { items } = await database.read(
        'settlement.items',
        { ...request, after: 0, limit: 1_000_000 },
        { long: true },
      );
      const digits = minorDigits(request.currency ?? (await setting()).currency);
      const lines = items.map((item) =>
        csvLine([
          item.kind,
          item.at,
          item.soldAt,
          item.orderId,
          item.skuName,
          decimalOf(item.paid, digits),
          decimalOf(item.commission, digits),
          decimalOf(item.paid - item.commission, digits),
          item.version,
          item.rate,
          item.productCommission === null ? null : decimalOf(item.productCommission, digits),
          item.freightCommission === null ? null : decimalOf(item.freightCommission, digits),
          item.freightRate,
        ]),
      );
      return {
        text: `${['kind,at,sold_at,order,sku,paid,commission,net,version,percent,product_commission,freight_commission,freight_percent', ...lines].join('\n')}\n`,
      };
    },
  };
}
