/** This project: the compiled model with the shipped weights, as it scores where fewer than five incidents are known. */
import { Scorer } from '../../../src/bayes/suspicion.ts';
import { learntModel } from '../learnt-model.ts';
import type { System } from './system.ts';

export const bayeswatch: System = {
  name: 'bayeswatch',
  about: 'the compiled model with the shipped weights (src/bayes/default-weights.ts)',
  train(lessons) {
    const scorer = new Scorer(learntModel(lessons));
    return observations => scorer.logitOf(observations);
  },
};

/** The same before anybody has marked anything: the bad that is learnt is left out. */
export const bayeswatchUnmarked: System = {
  name: 'nothing-marked',
  about: 'bayeswatch, of which the bad is kept: a site before its first mark',
  train: lessons => bayeswatch.train(lessons.filter(({ bad }) => !bad)),
};
