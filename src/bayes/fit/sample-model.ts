/** A model of sampled records alone: counted, settled and compiled as any other. Undated, so nothing decays. */

import { UNDATED_DAY } from '../../domain/identity.ts';
import type { RecordClass } from '../../domain/label.ts';
import { compileModel } from '../compile.ts';
import { type CountedEpisodes, EpisodeCounter } from '../episode-counter.ts';
import type { CompiledModel, ModelParameters } from '../model.ts';
import { modelIdOf } from '../model-id.ts';
import { SettledCounts } from '../settled-counts.ts';
import type { FitSample } from './fit-sample.ts';

export function sampleModel(samples: readonly FitSample[], parameters: ModelParameters): CompiledModel {
  const { settled, sum } = settledSamples(samples, parameters.halfLifeDays);
  return compileModel(settled, parameters, { id: modelIdOf(sum, parameters), entry: 0 });
}

/** The counts of sampled records, and their sum for a model's id. @param halfLifeDays > 0 */
export function settledSamples(
  samples: readonly FitSample[],
  halfLifeDays = Number.POSITIVE_INFINITY,
): { settled: SettledCounts; sum: string } {
  const { counts, sum } = countsOfSamples(samples, ({ bad }) => ['none', bad ? 'bad' : 'good']);
  const settled = new SettledCounts(halfLifeDays);
  settled.addSegment(counts);
  return { settled, sum };
}

/** What changes when sampled records change class. @param changeOf class before and after */
export function countsOfSamples(
  samples: readonly FitSample[],
  changeOf: (sample: FitSample) => readonly [before: RecordClass, after: RecordClass],
): CountedEpisodes {
  const episodes = new Map<string, FitSample[]>();
  for (const sample of samples) {
    const same = episodes.get(sample.episode);
    if (same === undefined) episodes.set(sample.episode, [sample]);
    else same.push(sample);
  }
  const counter = new EpisodeCounter();
  for (const episode of episodes.values()) {
    counter.beginEpisode(UNDATED_DAY);
    for (const sample of episode) counter.addRecord(sample.observations, ...changeOf(sample));
    counter.endEpisode();
  }
  return counter.finish();
}
