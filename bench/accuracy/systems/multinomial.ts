/** Multinomial naive Bayes over n-grams of 1 to 4 characters and all category tokens, Lidstone α = 0.5. */
import type { Observations } from '../../../src/domain/observation.ts';
import type { System } from './system.ts';
import { tokenNumbersOf } from './tokens.ts';

const ALPHA = 0.5;

export const multinomial: System = {
  name: 'multinomial-nb',
  about:
    '1- to 4-grams with their repetitions and all shape and category tokens, Lidstone α = 0.5, equal priors',
  scoresOf(lessons, held) {
    const counts = new Map<number, { bad: number; good: number }>();
    const totals = { bad: 0, good: 0 };
    for (const { observations, bad } of lessons) {
      for (const token of tokenNumbersOf(observations)) {
        const known = counts.get(token) ?? { bad: 0, good: 0 };
        if (bad) known.bad++;
        else known.good++;
        counts.set(token, known);
        if (bad) totals.bad++;
        else totals.good++;
      }
    }
    const smoothing = ALPHA * counts.size;
    const shift = Math.log((totals.good + smoothing) / (totals.bad + smoothing));
    const scoreOf = (observations: Observations): number => {
      let logOdds = 0;
      for (const token of tokenNumbersOf(observations)) {
        const known = counts.get(token);
        // A token that neither class knows says what the sizes of the classes say, as the textbook has it.
        logOdds += shift + (known === undefined ? 0 : Math.log((known.bad + ALPHA) / (known.good + ALPHA)));
      }
      return logOdds;
    };
    return { scores: held.map(scoreOf) };
  },
};
