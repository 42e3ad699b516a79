/** From labelled cases to a compiled model, by the product's own tokenizer, counter and compiler. */
import { DEFAULT_WEIGHTS } from '../../src/bayes/default-weights.ts';
import type { FitSample } from '../../src/bayes/fit/fit-sample.ts';
import { sampleModel } from '../../src/bayes/fit/sample-model.ts';
import type { CompiledModel, ModelParameters } from '../../src/bayes/model.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import { UNKNOWN_THREAT } from '../../src/bayes/unknown-threat.ts';
import { EPISODE_MS } from '../../src/domain/identity.ts';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { episodePartOf } from '../../src/services/identity-of.ts';
import { fixedObservationsOf } from '../../src/tokenize/fixed.ts';
import { localClock } from '../../src/tokenize/local-clock.ts';
import { tokenize } from '../../src/tokenize/tokenize.ts';
import { type Quality, qualityOf } from './metrics.ts';
import type { Case } from './task.ts';

/** A case as the model sees it; equal names of episodes are one, by the rule of docs/adr/0002. */
export type Lesson = FitSample;

const CONTEXT = { ...localClock('UTC'), countryOf: () => undefined, asnOf: () => undefined };

/** Tokenizes cases and places them in episodes. */
export function lessonsOf(cases: readonly Case[]): Lesson[] {
  return cases.map(({ record, label, incident, witness }, index) => {
    const observations = tokenize(record);
    observations.categories.push(...fixedObservationsOf(record, CONTEXT));
    const { source, atMs } = witness;
    const placed = source !== undefined && atMs !== undefined;
    return {
      observations,
      bad: label === 'bad',
      incident,
      episode: placed
        ? `${Math.floor(atMs / EPISODE_MS)} ${episodePartOf(record)} ${source}`
        : `record ${index}`,
    };
  });
}

/** As a site is born with it, but nothing decays: captures of different years are learnt side by side. */
export const PARAMETERS: ModelParameters = {
  tokenizerVersion: TOKENIZER_VERSION,
  baseRate: 0.001,
  halfLifeDays: Number.POSITIVE_INFINITY,
  epsilon: 0.01,
  tauSquared: 2,
  weights: DEFAULT_WEIGHTS,
  unknownThreat: UNKNOWN_THREAT,
};

export function learntModel(
  lessons: readonly Lesson[],
  parameters: ModelParameters = PARAMETERS,
): CompiledModel {
  return sampleModel(lessons, parameters);
}

/** How well z tells the bad of held lessons from the good, by a model that learnt others. */
export function heldQuality(
  learnt: readonly Lesson[],
  held: readonly Lesson[],
  parameters: ModelParameters = PARAMETERS,
): Quality {
  const scorer = new Scorer(learntModel(learnt, parameters));
  return qualityOf(held.map(({ observations, bad }) => ({ score: scorer.logitOf(observations), bad })));
}
