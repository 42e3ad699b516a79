/**
 * Cross-fitted evidence: what a model that never saw a record's incident says of it. What is fitted on it learns what
 * carries over to the next intrusion instead of what memorises the last one.
 */
import type { ModelParameters } from '../model.ts';
import { Scorer } from '../suspicion.ts';
import { kindsOf } from './evidence-kinds.ts';
import { type FitSample, seededHash } from './fit-sample.ts';
import { sampleModel } from './sample-model.ts';

/** Parts of the sample, each held once. */
const FOLDS_MAX = 5;

/**
 * Deals names to folds: the largest first, to the fold that holds the least; of equal ones by their seeded hashes.
 * @returns the fold of each, 0 to folds − 1; the same for any order of the names
 * @example foldsOf(new Map([['a', 5], ['b', 1], ['c', 2]]), 2, 1) // a → 0, c → 1, b → 1
 */
export function foldsOf(
  sizes: ReadonlyMap<string, number>,
  folds: number,
  seed: number,
): Map<string, number> {
  const order = [...sizes]
    .map(([name, size]) => ({ name, size, hash: seededHash(name, seed) }))
    .sort((a, b) => b.size - a.size || a.hash - b.hash || (a.name < b.name ? -1 : 1));
  const loads = new Array<number>(folds).fill(0);
  const foldOf = new Map<string, number>();
  for (const { name, size } of order) {
    const fold = loads.indexOf(Math.min(...loads));
    foldOf.set(name, fold);
    loads[fold] = (loads[fold] as number) + size;
  }
  return foldOf;
}

/**
 * What of the good is never learnt from and held at once: all of a sender, so that each is new to the model that sees it, or
 * an episode, so that its sender is known by the others.
 */
export type GoodBy = 'incident' | 'episode';

/**
 * The fold of each sample, in their order. Incidents of both classes are dealt to five folds, to fewer where one of them has
 * fewer. Where one bad incident is all there is, it has a fold of its own, so that each of the good is held beside it.
 * @param seed integer ≥ 0    @returns null below two senders (or episodes) of the good
 */
export function foldOfEach(
  samples: readonly FitSample[],
  seed: number,
  goodBy: GoodBy = 'incident',
): number[] | null {
  const bad = sizesOf(samples.filter(sample => sample.bad).map(({ incident }) => incident));
  const good = sizesOf(samples.filter(sample => !sample.bad).map(sample => sample[goodBy]));
  const folds = Math.min(FOLDS_MAX, bad.size < 2 ? FOLDS_MAX : bad.size, good.size);
  if (folds < 2) return null;
  const foldOfBad =
    bad.size === 1 ? new Map([...bad.keys()].map(incident => [incident, folds])) : foldsOf(bad, folds, seed);
  const foldOfGood = foldsOf(good, folds, seed);
  return samples.map(
    sample => (sample.bad ? foldOfBad.get(sample.incident) : foldOfGood.get(sample[goodBy])) as number,
  );
}

/**
 * Evidence by kind (KINDS) of each sample that is held, in their order. Counts are made of the samples alone.
 * @param folds of each sample, as foldOfEach deals them    @param isHeld whose evidence is wanted
 */
export function crossFitted(
  samples: readonly FitSample[],
  parameters: ModelParameters,
  folds: readonly number[],
  isHeld: (sample: FitSample) => boolean = () => true,
): Float64Array[] {
  const held = samples
    .map((sample, index) => ({ sample, fold: folds[index] }))
    .filter(one => isHeld(one.sample));
  const evidence = new Array<Float64Array>(held.length);
  for (const fold of new Set(held.map(one => one.fold))) {
    const others = samples.filter((_, index) => folds[index] !== fold);
    const scorer = new Scorer(sampleModel(others, parameters));
    for (const [index, one] of held.entries()) {
      if (one.fold === fold) evidence[index] = kindsOf(scorer.evidenceOf(one.sample.observations));
    }
  }
  return evidence;
}

/** How often each name is there. */
function sizesOf(names: readonly string[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const name of names) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  return sizes;
}
