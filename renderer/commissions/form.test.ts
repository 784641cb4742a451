import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyRules } from '../../shared/domain/commission/testing.ts';
import { ruleOfValues, valuesOfRule } from './form.ts';

it('keeps all that a rule says when it is opened and saved again', () => {
  fc.assert(
    fc.property(anyRules(), fc.constantFrom(0, 2), (rules, digits) => {
      for (const { scope, product, freight, note } of rules) {
        const rule = { scope, product, freight, note };
        expect(ruleOfValues(valuesOfRule(rule, digits), digits)).toEqual(rule);
      }
    }),
  );
});
