/**
 * The evidence of one record by one model: what every group says, before weights. It owns scratch space and tells about
 * the record gathered last: one record at a time, one instance a thread. Allocates nothing.
 */
import { type CategoryObservation, type Observations, SEQUENCE_FIELDS } from '../domain/observation.ts';
import { slotOf } from './category-table.ts';
import { TokenHash } from './content-hash.ts';
import { KIND_COUNT, SequenceEvidence } from './evidence.ts';
import { FIRST_GROUP_OF_FIELD, GROUPS, groupOfCategory, SHAPE } from './groups.ts';
import type { CategoryTable, CompiledModel } from './model.ts';
import { SequenceReader } from './sequence.ts';

export class RecordEvidence {
  /** E of each group, in the order of GROUPS. */
  readonly groups = new Float64Array(GROUPS.length);
  readonly #texts = new Map<string, SequenceEvidence>();
  readonly #categories: CategoryTable;
  readonly #hash = new TokenHash();
  /** The question that found each slot of the category table last: a token counts once in a record. */
  readonly #foundBy: Uint32Array;
  #question = 0;

  constructor({ sequences, categories, parameters }: CompiledModel) {
    for (const field of SEQUENCE_FIELDS) {
      const automaton = sequences[field];
      if (automaton === undefined) continue;
      this.#texts.set(field, new SequenceEvidence(new SequenceReader(field, automaton), parameters.epsilon));
    }
    this.#categories = categories;
    this.#foundBy = new Uint32Array(categories.lambda.length);
  }

  /** Fills `groups`. Texts of one field add up; a field or token of which nothing is learnt adds nothing. */
  gather(observations: Observations): void {
    const { groups } = this;
    groups.fill(0);
    this.beginRecord();
    for (const { field, text } of observations.sequences) {
      const evidence = this.#texts.get(field);
      const first = FIRST_GROUP_OF_FIELD.get(field);
      if (evidence === undefined || first === undefined) continue;
      evidence.read(text);
      for (let kind = 0; kind < KIND_COUNT; kind++) {
        groups[first + kind] = (groups[first + kind] as number) + (evidence.kinds[kind] as number);
      }
    }
    for (const observation of observations.shape) {
      groups[SHAPE] = (groups[SHAPE] as number) + this.lambdaOf(observation);
    }
    for (const observation of observations.categories) {
      const group = groupOfCategory(observation.field);
      groups[group] = (groups[group] as number) + this.lambdaOf(observation);
    }
  }

  /** The reader of a field's texts, or undefined where nothing is learnt of it. */
  textOf(field: string): SequenceEvidence | undefined {
    return this.#texts.get(field);
  }

  /** From here on each token tells its λ once more. */
  beginRecord(): void {
    this.#question = (this.#question + 1) >>> 0;
    if (this.#question !== 0) return;
    this.#foundBy.fill(0);
    this.#question = 1;
  }

  /** λ of a token in nats; 0 where it is unknown or was asked for since beginRecord. */
  lambdaOf({ field, token }: CategoryObservation): number {
    const hash = this.#hash;
    hash.setToken(field, token);
    const slot = slotOf(this.#categories, hash.low, hash.high);
    if (this.#foundBy[slot] === this.#question) return 0;
    this.#foundBy[slot] = this.#question;
    return this.#categories.lambda[slot] as number;
  }
}
