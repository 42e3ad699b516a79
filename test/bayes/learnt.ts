/** Learns episodes the product's way: count, settle, compile. */
import { compileModel } from '../../src/bayes/compile.ts';
import { DEFAULT_WEIGHTS } from '../../src/bayes/default-weights.ts';
import { EpisodeCounter } from '../../src/bayes/episode-counter.ts';
import type { CompiledModel, ModelParameters } from '../../src/bayes/model.ts';
import { modelIdOf } from '../../src/bayes/model-id.ts';
import { SettledCounts } from '../../src/bayes/settled-counts.ts';
import { addSums, ZERO_SUM } from '../../src/bayes/sum128.ts';
import { UNKNOWN_THREAT } from '../../src/bayes/unknown-threat.ts';
import type { RecordClass } from '../../src/domain/label.ts';
import type { SequenceField } from '../../src/domain/observation.ts';
import type { Classed, Episode } from './naive.ts';

export const PARAMETERS: ModelParameters = {
  tokenizerVersion: 1,
  baseRate: 0.001,
  halfLifeDays: Number.POSITIVE_INFINITY,
  epsilon: 0.01,
  tauSquared: 2,
  weights: DEFAULT_WEIGHTS,
  unknownThreat: UNKNOWN_THREAT,
};

export interface EncodedSegment {
  counts: Uint8Array;
  sum: string;
}

/** The counts of episodes, after minus before. */
export function segmentOf(episodes: readonly Episode[]): EncodedSegment {
  const counter = new EpisodeCounter();
  for (const { day, records } of episodes) {
    counter.beginEpisode(day);
    for (const { observations, before, after } of records) counter.addRecord(observations, before, after);
    counter.endEpisode();
  }
  return counter.finish();
}

/** A model of segments. */
export function compiled(
  segments: readonly EncodedSegment[],
  parameters: ModelParameters = PARAMETERS,
): CompiledModel {
  const settled = new SettledCounts(parameters.halfLifeDays);
  let sum = ZERO_SUM;
  for (const segment of segments) {
    settled.addSegment(segment.counts);
    sum = addSums(sum, segment.sum);
  }
  return compileModel(settled, parameters, { id: modelIdOf(sum, parameters), entry: segments.length });
}

/** Records of one text each, all of one class, from none. */
export function records(
  texts: readonly string[],
  after: RecordClass,
  field: SequenceField = 'dns.question.name',
): Classed[] {
  return texts.map(text => ({
    observations: { sequences: [{ field, text }], shape: [], categories: [] },
    before: 'none',
    after,
  }));
}
