/** This project: the compiled model with what is fitted for the site, as it serves once its fit has caught up. */
import { siteFitOf } from '../../../src/bayes/fit/site-fit.ts';
import { Scorer } from '../../../src/bayes/suspicion.ts';
import { type Lesson, learntModel, PARAMETERS } from '../learnt-model.ts';
import { SHIPPED_BOUNDS, sampleOf } from '../sample-of.ts';
import type { System } from './system.ts';

/** The scorer of a site that learnt these. */
export function fittedScorer(lessons: readonly Lesson[], seed: number): Scorer {
  const badRecords = lessons.filter(({ bad }) => bad).length;
  const fit = siteFitOf(sampleOf(lessons, SHIPPED_BOUNDS, seed), PARAMETERS, seed, badRecords);
  return new Scorer(learntModel(lessons, { ...PARAMETERS, ...fit }));
}

export const bayeswatch: System = {
  name: 'bayeswatch',
  about:
    'the compiled model with what a site fits to its own marks: weights and corrections from five incidents on, calibration from two, and by the good alone where none is marked; else as it ships (src/bayes/default-weights.ts)',
  scoresOf(lessons, held, seed) {
    const scorer = fittedScorer(lessons, seed);
    return {
      scores: held.map(observations => scorer.logitOf(observations)),
      probabilities: scorer.scoresOf(held).map(({ score }) => score),
    };
  },
};

/** The same with the weights that every site is born with. */
export const bayeswatchUnfitted: System = {
  name: 'unfitted',
  about: 'bayeswatch with the shipped weights, and nothing fitted',
  scoresOf(lessons, held) {
    const scorer = new Scorer(learntModel(lessons));
    return { scores: held.map(observations => scorer.logitOf(observations)) };
  },
};

/** The same before anybody has marked anything: the bad that is learnt is left out. */
export const bayeswatchUnmarked: System = {
  name: 'nothing-marked',
  about: 'bayeswatch, of which the bad is kept: a site before its first mark',
  scoresOf(lessons, held, seed) {
    return bayeswatchUnfitted.scoresOf(
      lessons.filter(({ bad }) => !bad),
      held,
      seed,
    );
  },
};
