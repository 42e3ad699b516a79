/**
 * δ with the ridge that this site's own incidents call for. Where records tell many things that go together and the incidents
 * share them, as flows do, a weak ridge finds the most; where each incident is of its own kind, δ learns the incident. So each
 * ridge is tried on incidents that it never saw, and the one that finds most of them with few false alarms is taken.
 */
import { coreWith } from '../evidence.ts';
import { weightOf } from '../groups.ts';
import type { Correction } from '../model.ts';
import { type CorrectionSums, correctionsOf, ridgeOf, sumsOfCorrections } from './corrections.ts';
import { earlyDetection, scoredBy } from './early-detection.ts';
import { KINDS } from './evidence-kinds.ts';
import type { FitSample } from './fit-sample.ts';

/** In incidents that say nothing, strongest first (bench/results/corrections.jsonl, docs/adr/0010-fits.md). */
export const CORRECTION_RIDGES: readonly number[] = [3, 0.3, 0.03, 0.003, 0.001];
const CORE_KIND = KINDS.indexOf('core');
const RIDGES = CORRECTION_RIDGES.map(ridgeOf);

/** What cores say in the samples: δ of a token of cores counts as much as that does. */
export interface CoreEvidence {
  /** E of each sample, in nats. */
  nats: readonly number[];
  /** β, ≥ 0. */
  weight: number;
}

/** @param evidence of each sample, by kind in the order of KINDS    @param weights β by kind or group */
export function coreEvidenceOf(
  evidence: readonly Float64Array[],
  weights: Readonly<Record<string, number>>,
): CoreEvidence {
  return { nats: evidence.map(kinds => kinds[CORE_KIND] as number), weight: weightOf(weights, 'core') };
}

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
  cores: CoreEvidence,
): FittedCorrections {
  const corrections = correctionsOf(samples, logits, RIDGES);
  if (corrections.every(some => some.length === 0)) return { corrections: [], logits };
  const byRidge = crossCorrected(samples, logits, folds, cores);
  const detections = byRidge.map(scoredBy(samples)).map(earlyDetection);
  const best = detections.indexOf(Math.max(...detections));
  return { corrections: corrections[best] ?? [], logits: byRidge[best] ?? logits };
}

/** Of each ridge: each fold by the δ of the others. */
function crossCorrected(
  samples: readonly FitSample[],
  logits: readonly number[],
  folds: readonly number[],
  cores: CoreEvidence,
): number[][] {
  const byRidge = RIDGES.map(() => [...logits]);
  for (const fold of new Set(folds)) {
    const others = (_: unknown, index: number) => folds[index] !== fold;
    const sums = correctionsOf(samples.filter(others), logits.filter(others), RIDGES, 1).map(
      sumsOfCorrections,
    );
    for (const [index, { observations }] of samples.entries()) {
      if (folds[index] !== fold) continue;
      for (const [ridge, sumsOf] of sums.entries()) {
        const corrected = byRidge[ridge] as number[];
        corrected[index] = (logits[index] as number) + gainOf(sumsOf(observations), cores, index);
      }
    }
  }
  return byRidge;
}

/** Nats by which corrections move z of a sample. @param index of the sample */
export function gainOf(
  { core, other }: CorrectionSums,
  { nats, weight }: CoreEvidence,
  index: number,
): number {
  // As the model has it (corrections.ts): where β is 0, nothing is to be had of a core.
  if (core === 0 || weight === 0) return other;
  const before = nats[index] as number;
  return other + weight * (coreWith(before, core / weight) - before);
}
