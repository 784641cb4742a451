/** Agreements as they are stored. */
import type { AgreementVersion } from '../../../shared/contract/agreements.ts';
import { diffTerms, type Terms } from '../../../shared/domain/agreements/terms.ts';
import type { Instant } from '../../../shared/domain/brand.ts';
import { statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';

export interface StoredVersion {
  seller_id: string;
  number: number;
  valid_from: string;
  terms: string;
  note: string;
  author: string;
  written_at: string;
}

// terms are stored as the contract parsed them
export const termsOf = (text: string): Terms => JSON.parse(text) as Terms;

/** Every version of a seller's agreement that was not withdrawn, the newest first. */
export function versionsOf(database: ReadableDatabase, sellerId: string): StoredVersion[] {
  return statement<[string], StoredVersion>(
    database,
    'SELECT * FROM agreement_version WHERE seller_id = ? AND withdrawn_at IS NULL ORDER BY number DESC',
  ).all(sellerId);
}

/** The version in force at a moment. */
export function versionAt(database: ReadableDatabase, sellerId: string, at: string): StoredVersion | undefined {
  return statement<[string, string], StoredVersion>(
    database,
    'SELECT * FROM agreement_version WHERE seller_id = ? AND withdrawn_at IS NULL AND valid_from <= ? ORDER BY number DESC LIMIT 1',
  ).get(sellerId, at);
}

export function versionRows(database: ReadableDatabase, sellerId: string, now: string): AgreementVersion[] {
  const versions = versionsOf(database, sellerId);
  const inForce = versionAt(database, sellerId, now)?.number;
  return versions.map((stored, index) => {
    const before = versions[index + 1];
    const terms = termsOf(stored.terms);
    return {
      number: stored.number,
      validFrom: stored.valid_from as Instant,
      author: stored.author,
      writtenAt: stored.written_at as Instant,
      note: stored.note,
      terms,
      differences: before ? diffTerms(termsOf(before.terms), terms) : [],
      inForce: stored.number === inForce,
      isFuture: stored.valid_from > now,
    };
  });
}
