import { beforeEach, expect, it } from 'vitest';
import { decision } from '../../shared/contract/core.ts';
import { decidedHere, forgetHere, rememberHere, useDecided } from './decided.ts';

beforeEach(() => useDecided.setState({ list: [] }));

const idOf = (id: string) => ({ decisionId: decision.shape.decisionId.parse(id) });

it('names the newest decision of the window first, and nothing when none was made in it', () => {
  expect(decidedHere()).toBeUndefined();
  rememberHere({ what: idOf('a'), kind: 'bind', title: 'Lamp' });
  rememberHere({ what: idOf('b'), kind: 'deny', title: 'Kettle' });
  expect(decidedHere()?.title).toBe('Kettle');
  expect(decidedHere(idOf('a'))?.title).toBe('Lamp');
  expect(decidedHere(idOf('from before'))).toBeUndefined();
});

it('goes on with the one before when the newest is taken back, from wherever that was done', () => {
  for (const id of ['a', 'b', 'c']) rememberHere({ what: idOf(id), kind: 'bind', title: id });
  forgetHere(idOf('b'));
  forgetHere(idOf('c'));
  expect(decidedHere()?.title).toBe('a');
  forgetHere(idOf('a'));
  expect(decidedHere()).toBeUndefined();
});
