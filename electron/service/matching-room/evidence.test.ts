import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordDecision } from '../decisions/writes.ts';
import { makeTestFile, type TestFile } from '../testing/file.ts';
import { evidenceReads, evidenceWrites } from './evidence.ts';
import { modelWrites } from './models.ts';
import { ruleReads, ruleWrites } from './rules.ts';

const at = '2026-11-25T09:00:00.000Z';
const actor = { operatorId: 'operator-1', name: 'Ada', role: 'administrator' };
const moment = { now: at, heldUntil: at } as never;

let file: TestFile;
beforeEach(() => {
  file = makeTestFile();
  file.database.exec(`
    INSERT INTO sku (id, product_id, is_active, name, product_name) VALUES (7, 70, 1, 'Lamp', 'Lamp'), (8, 80, 1, 'Lamp', 'Lamp');
    INSERT INTO offer (id, queue, band, score, odds, scorer, best_sku_id, seller_id, received_at, title, seller_sku_id, version_id)
    VALUES (1, 0, 1, 9000, 500, 0, 7, 's1', '${at}', 'Lamp', 'a', 'v1'), (2, 0, 1, 9000, 700, 0, 7, 's1', '${at}', 'Lamp', 'b', 'v1')`);
});
afterEach(() => file.remove());

const decide = (offerId: number, skuId: number): void => {
  const request = { id: `d${offerId}`, kind: 'bind' as const, offerId, versionId: 'v1', skuId };
  recordDecision(file.database, request, actor, moment);
};

/** Makes examples of what was decided, as the learner does, without candidates. */
function digest(): void {
  const decisions = evidenceReads['matching.undigested'](file.database, { limit: 10 });
  evidenceWrites['matching.digest'](file.database, {
    place: decisions.at(-1)?.place ?? 0,
    examples: decisions.map(({ decisionId, offerId, band, odds, scorer, skuId, bestSkuId }) => ({
      decisionId,
      offerId,
      band,
      odds,
      scorer,
      outcome: skuId === bestSkuId ? (1 as const) : (0 as const),
      width: 0,
      candidates: new Uint8Array(),
    })),
  });
}

function learnt(version: number, isModel: boolean): void {
  modelWrites['matching.learned'](file.database, {
    version,
    trainedAt: at,
    report: {},
    model: isModel ? { version } : null,
  } as never); // nothing here reads the report or the model
}

const evidence = () =>
  evidenceReads['matching.evidence'](file.database, {
    scorer: evidenceReads['matching.scorer'](file.database, {}),
    limit: 10,
  }).map(({ odds, isRight }) => [odds, isRight]);

it('keeps what had been said when it was decided, whatever is said since', () => {
  decide(1, 7);
  // the matcher looks again before anybody makes an example of it, and the seller sends a new version of the other
  file.database.exec(`UPDATE offer SET odds = -900, band = 3, best_sku_id = 8, scorer = 4 WHERE id = 1`);
  decide(2, 8);
  file.database.exec(`UPDATE offer SET version_id = 'v2' WHERE id = 2`);
  expect(evidenceReads['matching.undigested'](file.database, { limit: 10 })).toMatchObject([
    { decisionId: 'd1', odds: 500, band: 1, bestSkuId: 7, scorer: 0, isUnchanged: true },
    { decisionId: 'd2', odds: 700, band: 1, bestSkuId: 7, scorer: 0, isUnchanged: false },
  ]);
  digest();
  expect(evidence()).toEqual([
    [500, true],
    [700, false],
  ]);
  expect(file.database.prepare('SELECT COUNT(*) FROM match_seen').pluck().get()).toBe(0);
});

it('supports only promises of the model that it is about, until it says what another makes of the decisions', () => {
  decide(1, 7);
  decide(2, 8);
  digest();
  learnt(1, true);
  expect(evidence()).toEqual([]);
  const sequences = file.database.prepare('SELECT sequence FROM match_example ORDER BY 1').pluck().all() as number[]; // a column of integers
  const judged = sequences.map((key, place) => ({ key, odds: 300 + place, isRight: true }));
  evidenceWrites['matching.rescored'](file.database, { scorer: 1, judged });
  expect(evidence()).toEqual([
    [300, true],
    [301, true],
  ]);
  // the next round stays with the default weights
  learnt(2, false);
  expect(evidenceReads['matching.scorer'](file.database, {})).toBe(0);
  expect(evidence()).toEqual([]);
});

it('binds no offer by a promise about another model', () => {
  const bindable = (scorer: number) =>
    ruleReads['matching.bindable'](file.database, { odds: 400, scorer, after: 0, limit: 10, now: at, ids: null }).map(
      ({ id }) => id,
    );
  file.database.exec('UPDATE offer SET scorer = 1 WHERE id = 2');
  expect(bindable(0)).toEqual([1]);
  expect(bindable(1)).toEqual([2]);
});

it('audits who turned what on', () => {
  ruleWrites['matching.setRule'](file.database, { sellerId: 's1', categoryId: null, on: true, actor, now: at });
  expect(file.database.prepare('SELECT operator_id, action, entity, details FROM audit').raw().all()).toEqual([
    ['operator-1', 'auto-binding on', 'matching', '{"sellerId":"s1","categoryId":null}'],
  ]);
});
