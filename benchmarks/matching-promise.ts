/** Whether the band that binds by itself keeps the precision it was asked for, on generated streams of decisions. */
import { simulate } from '../electron/service/matching/promise-simulation.ts';
import type { Row } from './measure.ts';

const streams = 1_000;
const decisions = 50_000;
/** The constants of the promise were chosen on seeds 1 to 20. */
const firstSeed = 1_001;

export function matchingPromiseRows(): Row[] {
  return [0.995, 0.95].flatMap((precision): Row[] => {
    const outcomes = Array.from({ length: streams }, (_, at) => simulate(firstSeed + at, decisions, precision));
    const kept = outcomes.filter((each) => each.precision >= precision).length / streams;
    const covered = outcomes
      .map(({ coverage, oracle }) => (oracle === 0 ? 1 : coverage / oracle))
      .sort((a, b) => a - b);
    const mean = covered.reduce((sum, each) => sum + each, 0) / streams;
    const about = { unit: 'share', spread: 0, referenceValue: 1 } as const;
    return [
      {
        ...about,
        name: `matching/promise/${precision}/kept`,
        value: kept,
        ratio: kept,
        reference: `${streams} seeded streams of ${decisions} decisions with drift and poor sellers`,
        goal: '>= 0.95',
        met: kept >= 0.95,
      },
      {
        ...about,
        name: `matching/promise/${precision}/coverage`,
        value: mean,
        ratio: mean,
        reference: 'the one threshold that, knowing all answers, binds most at that precision',
        goal: '>= 0.7',
        met: mean >= 0.7,
        note: `Mean over the streams; least ${covered[0]?.toFixed(2)}, every twentieth at most ${covered[streams / 20]?.toFixed(2)}. Above 1 where sellers are told apart, which one threshold cannot`,
      },
    ];
  });
}
