/** The database of the benchmarks: a marketplace of any size, built once in the temporary folder and used again. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPlan, type GeneratorPlan } from '../electron/sandbox/generator.ts';
import { hashText } from '../electron/sandbox/random.ts';
import { migrations } from '../electron/service/database/migrations/index.ts';
import { openWritable, prepareDatabase, type WritableDatabase } from '../electron/service/database/open.ts';
import { settingWrites } from '../electron/service/settings/statements.ts';
import { pullWrites } from '../electron/service/sync/pull-writes.ts';
import { suggestionRow } from '../electron/service/sync/suggestion-row.ts';
import { instantOf } from '../shared/domain/brand.ts';
import { bandedRecord, brandRecord, categoryRecord, sellerRecord, skuRecord } from './records.ts';

export const seed = 7;
const day = 86_400_000;
/** A kept database is built anew after this: its offers must not expire while they are measured. */
const keptFor = 7 * day;
const chunk = 5_000;

export interface BenchCache {
  /** A data directory of the service, with the demonstration profile filled. */
  readonly directory: string;
  readonly file: string;
  readonly plan: GeneratorPlan;
  readonly size: number;
}

/** The schema's newest version and a digest of its text: while nothing has shipped, a migration may still change. */
function schemaName(): string {
  const text = migrations.map(({ sql }) => sql).join('\n');
  return `${migrations.at(-1)?.version ?? 0}-${hashText(text).toString(16)}`;
}

/** Opens the kept database of this size and schema, or builds it (some minutes for a million offers). */
export function openBenchCache(size: number, say: (line: string) => void): BenchCache {
  const directory = join(tmpdir(), `bindery-bench-${size}-${schemaName()}`);
  const cache: BenchCache = {
    directory,
    file: join(directory, 'demo', 'bindery.sqlite'),
    plan: createPlan(seed, size),
    size,
  };
  const marker = join(directory, 'complete');
  if (existsSync(marker) && Date.now() - Number(readFileSync(marker, 'utf8')) < keptFor) return cache;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, 'demo'), { recursive: true, mode: 0o700 });
  const builtAt = Date.now();
  say(`Building the database of ${size} offers in ${directory} …`);
  prepareDatabase(cache.file, instantOf(builtAt));
  const database = openWritable(cache.file);
  try {
    // nothing in it is worth a flush before it is whole: an interrupted build has no marker and starts over
    database.pragma('synchronous = OFF');
    database.pragma('cache_size = -512000');
    fill(database, cache.plan, builtAt, say);
    database.pragma('optimize');
    database.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
  writeFileSync(marker, String(builtAt));
  say(`Built in ${Math.round((Date.now() - builtAt) / 1_000)} s.`);
  return cache;
}

/** Fills a table without the secondary indexes, which are made again afterwards: the usual bulk load. */
function withoutIndexes(database: WritableDatabase, table: string, fillTable: () => void): void {
  const indexes = database
    .prepare<[string], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql NOT LIKE 'CREATE UNIQUE%'`,
    )
    .all(table);
  for (const { name } of indexes) database.exec(`DROP INDEX ${name}`);
  fillTable();
  for (const { sql } of indexes) database.exec(sql);
}

function* chunksOf(count: number): Generator<number[]> {
  for (let start = 0; start < count; start += chunk)
    yield Array.from({ length: Math.min(chunk, count - start) }, (_, index) => start + index);
}

function fill(database: WritableDatabase, plan: GeneratorPlan, builtAt: number, say: (line: string) => void): void {
  const generation = builtAt;
  const askedAt = instantOf(builtAt);
  const write = <Result>(run: () => Result): Result => database.transaction(run).immediate();
  write(() => {
    pullWrites['pull.sellers'](database, { records: plan.sellers.map(sellerRecord), generation });
    pullWrites['pull.categories'](database, { records: plan.categories.map(categoryRecord) });
    pullWrites['pull.brands'](database, { records: plan.brands.map(brandRecord) });
    pullWrites['pull.state'](database, { name: 'lastSyncedAt', value: askedAt });
    settingWrites['operators.found'](database, { id: 'bench-operator', name: 'Ada', at: askedAt });
  });
  withoutIndexes(database, 'sku', () => {
    for (const positions of chunksOf(plan.skuCount))
      write(() => pullWrites['pull.skus'](database, { records: positions.map((s) => skuRecord(plan, s)), generation }));
  });
  say(`  ${plan.skuCount} SKUs, ${Math.round((Date.now() - builtAt) / 1_000)} s`);
  withoutIndexes(database, 'offer', () => {
    for (const positions of chunksOf(plan.offerCount)) {
      const banded = positions.map((i) => bandedRecord(plan, i, builtAt));
      write(() => {
        pullWrites['pull.suggestions'](database, {
          records: banded.map(({ record }) => suggestionRow(record)),
          generation,
          askedAt,
        });
        pullWrites['offers.setSuggestions'](database, {
          // an empty table numbers its rows from 1
          results: banded.map(({ record, ...found }, index) => ({
            ...found,
            // as the score has it, to a hundredth of log-odds
            odds: Math.round(100 * Math.log((found.score + 0.5) / (10_000.5 - found.score))),
            scorer: 0,
            id: (positions[index] ?? 0) + 1,
            versionId: record.versionId,
          })),
        });
      });
    }
  });
  say(`  ${plan.offerCount} offers, ${Math.round((Date.now() - builtAt) / 1_000)} s`);
  while (write(() => pullWrites['pull.indexText'](database, { limit: chunk })) > 0);
  database.exec(`INSERT INTO offer_text (offer_text) VALUES ('optimize')`);
  say(`  words, ${Math.round((Date.now() - builtAt) / 1_000)} s`);
}
