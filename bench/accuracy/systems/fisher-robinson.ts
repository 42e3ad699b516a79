/**
 * Fisher's chi-squared combining as Robinson proposed it for spam, with the constants of SpamAssassin (4.0,
 * Mail::SpamAssassin::Bayes::CombineChi and Plugin::Bayes): s = 0.030, x = 0.538, at most the 150 strongest tokens,
 * strength at least 0.346.
 * @see G. Robinson, A statistical approach to the spam problem, Linux Journal 107 (2003)
 */
import type { Observations } from '../../../src/domain/observation.ts';
import type { System } from './system.ts';
import { tokenNumbersOf } from './tokens.ts';

const STRENGTH_OF_BACKGROUND = 0.03;
const BACKGROUND = 0.538;
const STRENGTH_MIN = 0.346;
const TOKENS_MAX = 150;

export const fisherRobinson: System = {
  name: 'fisher-robinson',
  about:
    "the same tokens, each once a record, SpamAssassin's constants (s 0.030, x 0.538, 150 strongest, strength ≥ 0.346)",
  scoresOf(lessons, held) {
    const counts = new Map<number, { bad: number; good: number }>();
    const records = { bad: 0, good: 0 };
    for (const { observations, bad } of lessons) {
      if (bad) records.bad++;
      else records.good++;
      for (const token of new Set(tokenNumbersOf(observations))) {
        const known = counts.get(token) ?? { bad: 0, good: 0 };
        if (bad) known.bad++;
        else known.good++;
        counts.set(token, known);
      }
    }
    const probabilityOf = (token: number): number | undefined => {
      const known = counts.get(token);
      if (known === undefined) return undefined;
      const bad = known.bad / records.bad;
      const good = known.good / records.good;
      const seen = known.bad + known.good;
      return (
        (STRENGTH_OF_BACKGROUND * BACKGROUND + seen * (bad / (bad + good))) / (STRENGTH_OF_BACKGROUND + seen)
      );
    };
    const scoreOf = (observations: Observations): number => {
      const probabilities = [...new Set(tokenNumbersOf(observations))]
        .map(probabilityOf)
        .filter(p => p !== undefined && Math.abs(p - 0.5) >= STRENGTH_MIN) as number[];
      probabilities.sort((a, b) => Math.abs(b - 0.5) - Math.abs(a - 0.5));
      return combined(probabilities.slice(0, TOKENS_MAX));
    };
    return { scores: held.map(scoreOf) };
  },
};

/** (S − H + 1) / 2. @example combined([]) // 0.5 */
export function combined(probabilities: readonly number[]): number {
  if (probabilities.length === 0) return 0.5;
  let badness = 0;
  let goodness = 0;
  for (const p of probabilities) {
    badness -= 2 * Math.log(1 - p);
    goodness -= 2 * Math.log(p);
  }
  const spam = 1 - chiSquaredTail(badness, 2 * probabilities.length);
  const ham = 1 - chiSquaredTail(goodness, 2 * probabilities.length);
  return (spam - ham + 1) / 2;
}

/** P(χ² > x) for an even number of degrees of freedom: e^(−x/2)·Σ (x/2)^i / i!. @example chiSquaredTail(2, 2) // 0.3679 */
export function chiSquaredTail(x: number, degrees: number): number {
  const half = x / 2;
  let term = Math.exp(-half);
  let sum = term;
  for (let i = 1; i < degrees / 2; i++) {
    term *= half / i;
    sum += term;
  }
  return Math.min(1, sum);
}
