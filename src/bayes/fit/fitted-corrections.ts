/**
 * δ with the ridge that this site's own incidents call for. Where records tell many things that go together and the incidents
 * share them, as flows do, a weak ridge finds the most; where each incident is of its own kind, δ learns the incident. So each
 * ridge is tried on incidents that it never saw, and the one that finds most of them with few false alarms is taken.
 */
import type { Correction } from '../model.ts';
import { correctionsOf, ridgeOf, sumOfCorrections } from './corrections.ts';
import { detectionIn } from './early-detection.ts';
import type { FitSample } from './fit-sample.ts';

/** In incidents that say nothing, strongest first (bench/results/corrections.jsonl, docs/adr/0010-fits.md). */
export const CORRECTION_RIDGES: readonly number[] = [3, 0.3, 0.03, 0.003, 0.001];
const RIDGES = CORRECTION_RIDGES.map(ridgeOf);

export interface FittedCorrections {
  corrections: Correction[];
  /** Of each sample: what was given, corrected by δ of the other folds. */
  logits: readonly number[];
}

/**
 * Of equal ridges the strongest. None below five incidents.
 * @param logits z of each sample without corrections, cross-fitted    @param folds of each sample, as foldOfEach deals them
 */
export function fittedCorrections(
  samples: readonly FitSample[],
  logits: readonly number[],
  folds: readonly number[],
): FittedCorrections {
  const corrections = correctionsOf(samples, logits, RIDGES);
  if (corrections.every(some => some.length === 0)) return { corrections: [], logits };
  const byRidge = crossCorrected(samples, logits, folds);
  const detections = byRidge.map(detectionIn(samples));
  const best = detections.indexOf(Math.max(...detections));
  return { corrections: corrections[best] ?? [], logits: byRidge[best] ?? logits };
}

/** Of each ridge: each fold by the δ of the others. */
function crossCorrected(
  samples: readonly FitSample[],
  logits: readonly number[],
  folds: readonly number[],
): number[][] {
  const byRidge = RIDGES.map(() => [...logits]);
  for (const fold of new Set(folds)) {
    const others = (_: unknown, index: number) => folds[index] !== fold;
    const sums = correctionsOf(samples.filter(others), logits.filter(others), RIDGES, 1).map(
      sumOfCorrections,
    );
    for (const [index, { observations }] of samples.entries()) {
      if (folds[index] !== fold) continue;
      for (const [ridge, corrected] of byRidge.entries())
        corrected[index] = (logits[index] as number) + (sums[ridge]?.(observations) ?? 0);
    }
  }
  return byRidge;
}
