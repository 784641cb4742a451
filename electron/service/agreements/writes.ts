import type { AgreementVersion } from '../../../shared/contract/agreements.ts';
import { checkTerms, type Terms, type TermsProblem } from '../../../shared/domain/agreements/terms.ts';
import type { Instant } from '../../../shared/domain/brand.ts';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { statement } from '../database/convert.ts';
import type { WritableDatabase } from '../database/open.ts';
import type { Actor } from '../decisions/writes.ts';
import { termsOf, versionRows, versionsOf } from './rows.ts';

const sentences: Readonly<Record<TermsProblem['code'], string>> = {
  thresholds: 'The seller would be suspended before it is warned. Swap the two.',
  duplicate: 'This region is there already.',
  empty: 'Choose at least one, or leave it to any.',
  retention: 'A retention needs both a share and a number of days.',
  region: 'A region needs a name, and a number of days or an amount.',
};

/** A clock a little ahead of ours is no moment in the past. */
const tolerance = 5 * 60_000;

function audit(
  database: WritableDatabase,
  actor: Actor,
  at: string,
  action: string,
  entity: readonly string[],
  details: object,
): void {
  statement<string[], unknown>(
    database,
    'INSERT INTO audit (at, operator_id, operator_name, role, action, entity, details) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run(at, actor.operatorId, actor.name, actor.role, action, JSON.stringify(entity), JSON.stringify(details));
}

function refuse(terms: Terms): void {
  const [problem] = checkTerms(terms);
  if (problem)
    throw new BinderyError('invalid-request', sentences[problem.code], {
      field: `terms.${problem.field}`,
      details: { code: problem.code },
    });
}

export const agreementWrites = {
  'agreements.save': (
    database: WritableDatabase,
    params: {
      sellerId: string;
      terms: Terms;
      validFrom: string;
      note: string;
      after: number;
      actor: Actor;
      at: string;
    },
  ): AgreementVersion => {
    const { sellerId, terms, validFrom, note, actor, at } = params;
    if (!database.prepare('SELECT 1 FROM seller WHERE id = ?').get(sellerId))
      throw new BinderyError('not-found', 'There is no such seller.', { field: 'sellerId' });
    refuse(terms);
    const [newest] = versionsOf(database, sellerId);
    if ((newest?.number ?? 0) !== params.after)
      throw new BinderyError(
        'version-moved-on',
        `${newest?.author ?? 'Somebody'} changed this agreement meanwhile. Look at it again.`,
        {
          field: 'after',
        },
      );
    if (newest && Date.parse(validFrom) < Date.parse(at) - tolerance)
      throw new BinderyError('invalid-request', 'What was agreed for the past stays. Choose today or a later day.', {
        field: 'validFrom',
      });
    if (newest && validFrom < newest.valid_from)
      throw new BinderyError(
        'invalid-request',
        'A later version is in force from then on. Choose a day after its first, or withdraw it.',
        {
          field: 'validFrom',
        },
      );
    // withdrawn numbers are never used again
    const number =
      1 +
      Number(
        database
          .prepare('SELECT COALESCE(MAX(number), 0) FROM agreement_version WHERE seller_id = ?')
          .pluck()
          .get(sellerId),
      );
    statement<(string | number)[], unknown>(
      database,
      'INSERT INTO agreement_version (seller_id, number, valid_from, terms, note, author, written_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(sellerId, number, validFrom, JSON.stringify(terms), note, actor.name, at);
    audit(database, actor, at, 'write agreement', ['agreement', sellerId], { number, validFrom });
    return versionRows(database, sellerId, at)[0] as AgreementVersion;
  },
  'agreements.withdraw': (
    database: WritableDatabase,
    params: { sellerId: string; number: number; actor: Actor; at: string },
  ): AgreementVersion => {
    const rows = versionRows(database, params.sellerId, params.at);
    const [newest] = rows;
    if (!newest || newest.number !== params.number)
      throw new BinderyError('not-found', 'Only the newest version can be withdrawn.', { field: 'number' });
    if (!newest.isFuture)
      throw new BinderyError('already-decided', 'This version is in force. Write a new one that takes it back.', {
        field: 'number',
      });
    statement<[string, string, number], unknown>(
      database,
      'UPDATE agreement_version SET withdrawn_at = ? WHERE seller_id = ? AND number = ?',
    ).run(params.at, params.sellerId, params.number);
    audit(database, params.actor, params.at, 'withdraw agreement', ['agreement', params.sellerId], {
      number: params.number,
    });
    return newest;
  },
  'agreements.saveTemplate': (
    database: WritableDatabase,
    params: { id: string; name: string; terms: Terms; actor: Actor; at: string },
  ) => {
    refuse(params.terms);
    const same = statement<[string], { id: string }>(
      database,
      'SELECT id FROM agreement_template WHERE name = ? COLLATE NOCASE',
    ).get(params.name);
    statement<string[], unknown>(
      database,
      `INSERT INTO agreement_template (id, name, terms, author, written_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET terms = excluded.terms, author = excluded.author, written_at = excluded.written_at`,
    ).run(same?.id ?? params.id, params.name, JSON.stringify(params.terms), params.actor.name, params.at);
    audit(
      database,
      params.actor,
      params.at,
      'write agreement template',
      ['agreement-template', same?.id ?? params.id],
      {
        name: params.name,
      },
    );
    return { templateId: same?.id ?? params.id };
  },
  'agreements.removeTemplate': (
    database: WritableDatabase,
    params: { templateId: string; actor: Actor; at: string },
  ) => {
    const found = statement<[string], { name: string; terms: string }>(
      database,
      'SELECT name, terms FROM agreement_template WHERE id = ?',
    ).get(params.templateId);
    if (!found) throw new BinderyError('not-found', 'This template is no longer there.', { field: 'templateId' });
    statement<[string], unknown>(database, 'DELETE FROM agreement_template WHERE id = ?').run(params.templateId);
    audit(database, params.actor, params.at, 'remove agreement template', ['agreement-template', params.templateId], {
      name: found.name,
    });
    return { name: found.name, terms: termsOf(found.terms) };
  },
  'agreements.attach': (
    database: WritableDatabase,
    params: { id: string; sellerId: string; name: string; type: string; content: string; actor: Actor; at: string },
  ) => {
    if (!database.prepare('SELECT 1 FROM seller WHERE id = ?').get(params.sellerId))
      throw new BinderyError('not-found', 'There is no such seller.', { field: 'sellerId' });
    const content = Buffer.from(params.content, 'base64');
    if (content.length === 0) throw new BinderyError('invalid-request', 'The document is empty.', { field: 'content' });
    statement<(string | Buffer)[], unknown>(
      database,
      'INSERT INTO agreement_document (id, seller_id, name, type, content, author, attached_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(params.id, params.sellerId, params.name, params.type, content, params.actor.name, params.at);
    audit(database, params.actor, params.at, 'attach document', ['agreement', params.sellerId], { name: params.name });
    return {
      documentId: params.id,
      name: params.name,
      type: params.type,
      size: content.length,
      author: params.actor.name,
      at: params.at as Instant,
    };
  },
  'agreements.detach': (database: WritableDatabase, params: { documentId: string; actor: Actor; at: string }) => {
    const found = statement<[string], { seller_id: string; name: string }>(
      database,
      'SELECT seller_id, name FROM agreement_document WHERE id = ?',
    ).get(params.documentId);
    if (!found) throw new BinderyError('not-found', 'This document is no longer there.', { field: 'documentId' });
    statement<[string], unknown>(database, 'DELETE FROM agreement_document WHERE id = ?').run(params.documentId);
    audit(database, params.actor, params.at, 'remove document', ['agreement', found.seller_id], { name: found.name });
    return null;
  },
};
