/** The names of conditional categories, and that whatever a context holds, value and context are told apart. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  conditionalFieldOf,
  conditionalTokenOf,
  contextPartOf,
  isConditionalField,
  valueFieldOf,
  valueOfToken,
} from '../../src/domain/conditional.ts';

describe('a conditional category', () => {
  it('is named by the fields of its value and its context', () => {
    const field = conditionalFieldOf('user_agent.name', 'source.ip');
    expect(field).toBe('user_agent.name|source.ip');
    expect([field, 'source.ip', 'url.path#case'].map(isConditionalField)).toEqual([true, false, false]);
    expect(valueFieldOf(field)).toBe('user_agent.name');
  });

  it('reads as a sentence', () => {
    expect(conditionalTokenOf('internet explorer', '10.0.0.7')).toBe('internet explorer given 10.0.0.7');
  });

  it('is taken apart at the first `given`, whatever the context holds', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('curl', 'internet explorer', '401', 'TXT GIVEN'),
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('x given y', ' given ', '', 'GIVEN')),
        (value, context) => {
          const token = conditionalTokenOf(value, context);
          expect(valueOfToken(token)).toBe(value);
          expect(contextPartOf(token)).toBe(` given ${context}`);
        },
      ),
    );
  });

  it('has no value where the token is none of ours', () => {
    expect(valueOfToken('curl')).toBe('');
    expect(contextPartOf('curl')).toBe('curl');
  });
});
