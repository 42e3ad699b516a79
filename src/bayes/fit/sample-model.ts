/** A model of sampled records alone: counted, settled and compiled as any other. Undated, so nothing decays. */
import { compileModel } from '../compile.ts';
import { EpisodeCounter } from '../episode-counter.ts';
import type { CompiledModel, ModelParameters } from '../model.ts';
import { modelIdOf } from '../model-id.ts';
import { SettledCounts } from '../settled-counts.ts';
import type { FitSample } from './fit-sample.ts';

const UNDATED = -1;

export function sampleModel(samples: readonly FitSample[], parameters: ModelParameters): CompiledModel {
  const { settled, sum } = settledSamples(samples, parameters.halfLifeDays);
  return compileModel(settled, parameters, { id: modelIdOf(sum, parameters), entry: 0 });
}

/** The counts of sampled records, and their sum for a model's id. @param halfLifeDays > 0 */
export function settledSamples(
  samples: readonly FitSample[],
  halfLifeDays = Number.POSITIVE_INFINITY,
): { settled: SettledCounts; sum: string } {
  const episodes = new Map<string, FitSample[]>();
  for (const sample of samples) {
    const same = episodes.get(sample.episode);
    if (same === undefined) episodes.set(sample.episode, [sample]);
    else same.push(sample);
  }
  const counter = new EpisodeCounter();
  for (const episode of episodes.values()) {
    counter.beginEpisode(UNDATED);
    for (const { observations, bad } of episode)
      counter.addRecord(observations, 'none', bad ? 'bad' : 'good');
    counter.endEpisode();
  }
  const { counts, sum } = counter.finish();
  const settled = new SettledCounts(halfLifeDays);
  settled.addSegment(counts);
  return { settled, sum };
}
