/** Folds and cross-fitted evidence: no incident is told by a model that saw it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossFitted, foldOfEach, foldsOf } from '../../../src/bayes/fit/cross-fitted.ts';
import { KINDS } from '../../../src/bayes/fit/evidence-kinds.ts';
import { type FitSample, lowestHashed, seededHash } from '../../../src/bayes/fit/fit-sample.ts';
import { PARAMETERS } from '../learnt.ts';

function sample(bad: boolean, incident: string, port: string): FitSample {
  return {
    ...{ bad, incident, episode: `${bad} ${incident} ${port}` },
    observations: { sequences: [], shape: [], categories: [{ field: 'destination.port', token: port }] },
  };
}

describe('foldsOf', () => {
  it('deals the largest first, to the fold that holds the least', () => {
    const folds = foldsOf(
      new Map([
        ['a', 5],
        ['b', 1],
        ['c', 2],
      ]),
      2,
      1,
    );
    expect([folds.get('a'), folds.get('c'), folds.get('b')]).toEqual([0, 1, 1]);
  });

  it('is the same for any order of the names, and leaves no fold empty', () => {
    const names = fc.uniqueArray(fc.string(), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(names, fc.nat(5), (drawn, seed) => {
        const sizes = drawn.map((name, index) => [name, 1 + (index % 3)] as const);
        const folds = foldsOf(new Map(sizes), 3, seed);
        expect(new Map([...folds].sort())).toEqual(
          new Map([...foldsOf(new Map([...sizes].reverse()), 3, seed)].sort()),
        );
        expect(new Set(folds.values())).toEqual(new Set([0, 1, 2]));
      }),
    );
  });
});

describe('lowestHashed', () => {
  it('chooses the same whatever order they come in, and others by another seed', () => {
    const names = Array.from({ length: 100 }, (_, index) => `episode ${index}`);
    const chosen = lowestHashed(names, 10, 7);
    expect(lowestHashed([...names].reverse(), 10, 7)).toEqual(chosen);
    expect(lowestHashed(names, 10, 8)).not.toEqual(chosen);
    // What is drawn of more is drawn of less, too, unless something with a lower hash came: samples are stable.
    expect(lowestHashed(chosen, 5, 7)).toEqual(chosen.slice(0, 5));
  });

  it('spreads evenly', () => {
    const halves = Array.from({ length: 1_000 }, (_, index) => seededHash(`name ${index}`, 3) < 2 ** 31);
    expect(Math.abs(halves.filter(Boolean).length - 500)).toBeLessThan(60);
  });
});

/** Evidence by the folds that a seed deals. */
function evidenceOf(samples: readonly FitSample[], seed: number): Float64Array[] | null {
  const folds = foldOfEach(samples, seed);
  return folds === null ? null : crossFitted(samples, PARAMETERS, folds);
}

describe('crossFitted', () => {
  const categories = KINDS.indexOf('categories');
  const good = ['x', 'y', 'z'].flatMap(incident => ['80', '443'].map(port => sample(false, incident, port)));

  it('tells nothing of what only the incident itself taught', () => {
    const samples = [
      sample(true, 'a', '4444'),
      sample(true, 'b', '5555'),
      sample(true, 'c', '5555'),
      sample(true, 'd', '80'),
      ...good,
    ];
    const evidence = evidenceOf(samples, 1);
    // 4444 is marked in one incident, so whoever did not see that never saw it; 5555 is known from the other one.
    expect(evidence?.[0]?.[categories]).toBe(0);
    expect(evidence?.[1]?.[categories]).toBeGreaterThan(0.5);
    expect(evidence?.[2]?.[categories]).toBeGreaterThan(0.5);
  });

  it('of one incident holds the good beside it, and it beside the good', () => {
    const samples = [sample(true, 'a', '4444'), ...good, sample(false, 'w', '4444')];
    const evidence = evidenceOf(samples, 1);
    expect(evidence?.[0]?.[categories]).toBe(0);
    expect(evidence?.at(-1)?.[categories]).toBeGreaterThan(0.5);
    expect(evidence?.[1]?.[categories]).toBeLessThan(0);
  });

  it('tells of those alone that are held', () => {
    const samples = [sample(true, 'a', '4444'), sample(true, 'b', '5555'), ...good];
    const folds = foldOfEach(samples, 1) ?? [];
    const all = crossFitted(samples, PARAMETERS, folds);
    expect(crossFitted(samples, PARAMETERS, folds, ({ bad }) => !bad)).toEqual(all.slice(2));
  });

  it('is null with one of the good', () => {
    expect(evidenceOf([sample(true, 'a', '1'), sample(false, 'x', '80')], 1)).toBeNull();
    const single = [sample(true, 'a', '1'), sample(true, 'b', '2'), sample(false, 'x', '80')];
    expect(evidenceOf(single, 1)).toBeNull();
    expect(evidenceOf([], 1)).toBeNull();
  });

  it('does not depend on the order of the samples', () => {
    const samples = [sample(true, 'a', '1'), sample(true, 'b', '1'), sample(true, 'c', '80'), ...good];
    const one = evidenceOf(samples, 1);
    const other = evidenceOf([...samples].reverse(), 1);
    expect(other?.reverse()).toEqual(one);
  });
});
