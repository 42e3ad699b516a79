/**
 * c, the offset of the unknown threat (unknown-threat.ts). Where false alarms begin is another height of k than of s: k of all that
 * is unlike the marked is far below 0, while strangeness averages about one in likelihood. Added up as they are, what is merely
 * strange would stand above threats that marks tell.
 */
import type { FitSample } from './fit-sample.ts';
import { classWeights } from './site-weights.ts';

/** Share of the good that reach the heights that are brought together; a little less, for rounding. */
const FALSE_ALARMS = 0.03 - 1e-9;

/**
 * `c = Q(k) − Q(s)`, Q the height that three of a hundred of the good reach, good episodes weighing the same.
 * @param known, strange of each sample, by models that never saw it; nats
 * @returns nats; undefined without both classes
 * @example where of 100 good ones the third highest k is −8 and the third highest s 3, c is −11
 */
export function strangenessOffsetOf(
  samples: readonly FitSample[],
  known: readonly number[],
  strange: readonly number[],
): number | undefined {
  const good = [...samples.keys()].filter(at => !(samples[at] as FitSample).bad);
  if (good.length === 0 || good.length === samples.length) return undefined;
  const weights = classWeights(samples);
  const few = FALSE_ALARMS * good.reduce((sum, at) => sum + (weights[at] as number), 0);
  const reached = (nats: readonly number[]) => {
    const falling = good.toSorted((a, b) => (nats[b] as number) - (nats[a] as number));
    let above = 0;
    for (const at of falling) {
      above += weights[at] as number;
      if (above >= few) return nats[at] as number;
    }
    return nats[falling.at(-1) as number] as number;
  };
  return reached(known) - reached(strange);
}
