/**
 * How far evidence may be believed by how many good episodes were seen. A curve through what was held out promises more behind the
 * highest of them: of a network that nobody learnt, good records lie there as well. By Laplace's rule of succession, of n good
 * episodes of which none was like the bad, the next one is with probability 1/(n + 1).
 *
 * Sources: 1. Laplace, Théorie analytique des probabilités, 1812; 2. Huber, A robust version of the probability ratio test, Annals of
 * Mathematical Statistics 36 (1965): a class with a share of another one in it bounds the ratio; 3. Hanley, Lippman-Hand, If
 * nothing goes wrong, is everything all right?, JAMA 249 (1983): the rule of three.
 */
import { logAddExp } from './log-odds.ts';

/** Of n episodes of which none was so, the share that is lies below this much of n with 95 %: 3/n. */
export const RULE_OF_THREE = 3;

/**
 * ln Λ where one of n + 1 good episodes is as the bad are: `Λ' = f⁺ / ((n·f⁻ + f⁺) / (n + 1)) = (n + 1) / (1 + n/Λ)`. It rises with Λ, is 1
 * where Λ is, and at most n + 1: what never was among n good ones may be n + 1 times as much of the bad, and no more.
 * @param logRatio ln Λ, in nats; infinite where only one class was seen    @param episodes n, of the good, each of a sender of its own, > 0
 * @returns nats, below ln Λ where Λ > 1, at most ln(n + 1)
 * @example boundedLogRatio(Math.log(999), 999) // ln(1000 · 999 / 1998) = ln 500 = 6.215
 */
export function boundedLogRatio(logRatio: number, episodes: number): number {
  return Math.log1p(episodes) - logAddExp(0, Math.log(episodes) - logRatio);
}
