/** What a compiled model takes: the arrays that scoring reads, and nothing of what it is compiled from. */
import type { CompiledModel } from '../../src/bayes/model.ts';

/** n-grams of all its automata. */
export function ngramsOf({ sequences }: CompiledModel): number {
  return Object.values(sequences).reduce((sum, { ngrams }) => sum + ngrams, 0);
}

export function automataBytes({ sequences }: CompiledModel): number {
  return Object.values(sequences).reduce((sum, { nodes }) => sum + nodes.byteLength, 0);
}

export function tableBytes({ categories }: CompiledModel): number {
  return categories.keysLow.byteLength + categories.keysHigh.byteLength + categories.lambda.byteLength;
}
