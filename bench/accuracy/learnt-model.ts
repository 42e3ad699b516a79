/** From labelled cases to a compiled model, by the product's own tokenizer, counter and compiler. */
import { compileModel } from '../../src/bayes/compile.ts';
import { DEFAULT_WEIGHTS } from '../../src/bayes/default-weights.ts';
import { EpisodeCounter } from '../../src/bayes/episode-counter.ts';
import type { CompiledModel, ModelParameters } from '../../src/bayes/model.ts';
import { modelIdOf } from '../../src/bayes/model-id.ts';
import { SettledCounts } from '../../src/bayes/settled-counts.ts';
import { dayOf, EPISODE_MS } from '../../src/domain/identity.ts';
import { type Observations, TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { episodePartOf } from '../../src/services/identity-of.ts';
import { fixedObservationsOf } from '../../src/tokenize/fixed.ts';
import { localClock } from '../../src/tokenize/local-clock.ts';
import { tokenize } from '../../src/tokenize/tokenize.ts';
import type { Case } from './task.ts';

/** A case as the model sees it. */
export interface Lesson {
  observations: Observations;
  bad: boolean;
  incident: string;
  /** By the rule of docs/adr/0002; equal names are one episode. */
  episode: string;
  /** UTC day of the record, −1 undated. */
  day: number;
}

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
      day: dayOf(record.atMs),
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
};

export function learntModel(
  lessons: readonly Lesson[],
  parameters: ModelParameters = PARAMETERS,
): CompiledModel {
  const episodes = new Map<string, Lesson[]>();
  for (const lesson of lessons) {
    const key = `${lesson.day} ${lesson.episode}`;
    const held = episodes.get(key);
    if (held === undefined) episodes.set(key, [lesson]);
    else held.push(lesson);
  }
  const counter = new EpisodeCounter();
  for (const held of episodes.values()) {
    counter.beginEpisode(held[0]?.day ?? -1);
    for (const { observations, bad } of held) counter.addRecord(observations, 'none', bad ? 'bad' : 'good');
    counter.endEpisode();
  }
  const { counts, sum } = counter.finish();
  const settled = new SettledCounts(parameters.halfLifeDays);
  settled.addSegment(counts);
  return compileModel(settled, parameters, { id: modelIdOf(sum, parameters), entry: 1 });
}
