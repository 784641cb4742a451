import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canMove, decisionKinds, decisionStates, isOpen, isSettled, undoOf } from './decisions.ts';

const state = fc.constantFrom(...decisionStates);
const kind = fc.constantFrom(...decisionKinds);

it('has no path out of confirmed or cancelled, and ends there or goes on', () => {
  fc.assert(
    fc.property(fc.array(state, { maxLength: 40 }), (wanted) => {
      let now: (typeof decisionStates)[number] = 'held';
      let ended: string | null = null;
      for (const next of wanted) {
        if (!canMove(now, next)) continue;
        expect(ended).toBeNull();
        now = next;
        if (now === 'confirmed' || now === 'cancelled') ended = now;
      }
    }),
    { seed: 20_261_125, numRuns: 1_000 },
  );
});

it('confirms only what was sent, and cancels nothing that is on its way', () => {
  for (const from of decisionStates) {
    expect(canMove(from, 'confirmed')).toBe(from === 'sent');
    expect(canMove(from, 'cancelled')).toBe(['held', 'pending', 'conflict', 'failed'].includes(from));
    expect(canMove(from, from)).toBe(false);
  }
});

it('reaches confirmed from every state that is not an end', () => {
  for (const from of decisionStates) {
    const seen = new Set([from]);
    for (const reached of seen) for (const next of decisionStates) if (canMove(reached, next)) seen.add(next);
    expect(seen.has('confirmed')).toBe(from !== 'cancelled');
  }
});

it('is open or settled, never both', () => {
  for (const each of decisionStates) expect(isOpen(each)).toBe(!isSettled(each));
});

it('undoes by cancelling only where the table allows it, and waits while an answer is outstanding', () => {
  fc.assert(
    fc.property(kind, state, (what, when) => {
      const undo = undoOf(what, when);
      expect(undo.how === 'cancel').toBe(canMove(when, 'cancelled'));
      expect(undo.how === 'wait').toBe(when === 'sent');
      if (undo.how === 'compensate') expect(when).toBe('confirmed');
    }),
    { seed: 20_261_125 },
  );
});

it.each([
  ['bind', 'removeBinding'],
  ['newSku', 'inactivateSku'],
  ['newProduct', 'inactivateSku'],
  ['deny', 'unblock'],
  ['unblock', 'deny'],
  ['activateBinding', 'inactivateBinding'],
  ['inactivateBinding', 'activateBinding'],
  ['rebindBinding', 'rebindBinding'],
  ['removeBinding', 'insertBinding'],
] as const)('takes a confirmed %s back with %s', (what, with_) => {
  expect(undoOf(what, 'confirmed')).toEqual({ how: 'compensate', kind: with_ });
});

it('says what cannot be taken back', () => {
  expect(undoOf('inactivateSku', 'confirmed')).toEqual({ how: 'impossible' });
  expect(undoOf('insertBinding', 'confirmed')).toEqual({ how: 'impossible' });
  for (const what of decisionKinds) expect(undoOf(what, 'cancelled')).toEqual({ how: 'impossible' });
});
