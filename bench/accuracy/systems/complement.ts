/**
 * Complement naive Bayes as its authors propose it, with their transforms of counts (logarithm, inverse document frequency,
 * length) and of weights. Without them it is, between two classes, multinomial naive Bayes.
 * @see Rennie, Shih, Teevan, Karger, Tackling the poor assumptions of naive Bayes text classifiers, ICML 2003, table 4
 */
import type { Observations } from '../../../src/domain/observation.ts';
import type { System } from './system.ts';
import { tokenNumbersOf } from './tokens.ts';

const ALPHA = 1;

function countsOf(observations: Observations): Map<number, number> {
  const counts = new Map<number, number>();
  for (const token of tokenNumbersOf(observations)) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

interface Token {
  records: number;
  /** Σ of the transformed counts by class. */
  bad: number;
  good: number;
}

export const complement: System = {
  name: 'complement-nb',
  about:
    'the same tokens, transformed weight-normalized complement naive Bayes (Rennie 2003), α = 1, records of length 1',
  scoresOf(lessons, held) {
    const tokens = new Map<number, Token>();
    const counted = lessons.map(({ observations, bad }) => ({ counts: countsOf(observations), bad }));
    for (const { counts } of counted) {
      for (const token of counts.keys()) {
        const known = tokens.get(token) ?? { records: 0, bad: 0, good: 0 };
        known.records++;
        tokens.set(token, known);
      }
    }
    /** ln(1 + count)·ln(records / records with the token), of length 1 over all tokens. */
    const transformed = (counts: Map<number, number>): [Token, number][] => {
      const values: [Token, number][] = [];
      let squares = 0;
      for (const [token, count] of counts) {
        const known = tokens.get(token);
        if (known === undefined) continue;
        const value = Math.log(1 + count) * Math.log(lessons.length / known.records);
        squares += value * value;
        values.push([known, value]);
      }
      const length = Math.sqrt(squares) || 1;
      return values.map(([known, value]) => [known, value / length]);
    };
    for (const { counts, bad } of counted) {
      for (const [known, value] of transformed(counts)) known[bad ? 'bad' : 'good'] += value;
    }
    // Of a class the complement is the other one.
    const weightsBy = (label: 'bad' | 'good'): ((token: Token) => number) => {
      let total = ALPHA * tokens.size;
      for (const token of tokens.values()) total += token[label];
      const weightOf = (token: Token) => Math.log((token[label] + ALPHA) / total);
      let sum = 0;
      for (const token of tokens.values()) sum += Math.abs(weightOf(token));
      return token => weightOf(token) / sum;
    };
    const badWeight = weightsBy('bad');
    const goodWeight = weightsBy('good');
    return {
      scores: held.map(observations =>
        transformed(countsOf(observations)).reduce(
          (sum, [token, value]) => sum + value * (badWeight(token) - goodWeight(token)),
          0,
        ),
      ),
    };
  },
};
