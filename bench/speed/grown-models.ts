/** Counts and models of growing size, learnt from drawn names by the product's own tokenizer, counter and compiler. */
import type { CompiledModel } from '../../src/bayes/model.ts';
import type { SettledCounts } from '../../src/bayes/settled-counts.ts';
import { SEQUENCE_FIELDS, TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import type { Built } from './built.ts';
import type { DrawnNames } from './drawn-names.ts';

/** Names of a segment: the size that is aimed at is passed by less than what so many teach. */
const SEGMENT_NAMES = 1_000;
const UNDATED = -1;

export interface GrownModel {
  model: CompiledModel;
  /** Names that it learnt. */
  names: number;
}

/** One model for each size, in n-grams and ascending; each has learnt what the one before has, and more. */
export function grownModels(built: Built, names: DrawnNames, sizes: readonly number[]): GrownModel[] {
  const settled = new built.SettledCounts();
  const parameters = built.modelParametersOf(built.configOf({}).policy, TOKENIZER_VERSION);
  let learnt = 0;
  return sizes.map(size => {
    learnt += grow(built, settled, names, size);
    return {
      model: built.compileModel(settled, parameters, { id: `${size}`, entry: learnt }),
      names: learnt,
    };
  });
}

/** Learns names until there are so many n-grams. @returns how many names */
export function grow(built: Built, settled: SettledCounts, names: DrawnNames, ngrams: number): number {
  let learnt = 0;
  while (ngramsIn(settled) < ngrams) {
    settled.addSegment(segmentOf(built, names));
    learnt += SEGMENT_NAMES;
  }
  return learnt;
}

export function ngramsIn(settled: SettledCounts): number {
  return SEQUENCE_FIELDS.reduce((sum, field) => sum + (settled.settledField(field)?.table.size ?? 0), 0);
}

function segmentOf({ EpisodeCounter, tokenize }: Built, names: DrawnNames): Uint8Array {
  const counter = new EpisodeCounter();
  for (const { name, label } of names.next(SEGMENT_NAMES)) {
    counter.beginEpisode(UNDATED);
    counter.addRecord(tokenize({ kind: 'dns', dns: { question: { name } } }), 'none', label);
    counter.endEpisode();
  }
  return counter.finish().counts;
}
