/**
 * The evidence of records by one model: what every group says, before weights. It owns scratch space and tells about the
 * record gathered last: one instance a thread.
 */
import { type CategoryObservation, type Observations, SEQUENCE_FIELDS } from '../domain/observation.ts';
import { slotOf } from './category-table.ts';
import { TokenHash } from './content-hash.ts';
import { KIND_COUNT, SequenceEvidence } from './evidence.ts';
import { FIRST_GROUP_OF_FIELD, GROUPS, groupOfCategory, SHAPE } from './groups.ts';
import type { CategoryTable, CompiledModel } from './model.ts';
import { SequenceReader } from './sequence.ts';

/** Tokens of shape whose slots are remembered: more than tokenizers know. */
const SHAPE_TOKENS_MAX = 4_096;

/** A text field of some records. */
interface FieldTexts {
  /** Index in GROUPS of the field's first kind. */
  first: number;
  evidence: SequenceEvidence;
  /** What is to be read, in the order of the records. */
  texts: string[];
  /** How many of the texts that were read are gathered. */
  gathered: number;
}

export class RecordEvidence {
  /** E of each group, in the order of GROUPS. */
  readonly groups = new Float64Array(GROUPS.length);
  readonly #fields = new Map<string, FieldTexts>();
  readonly #categories: CategoryTable;
  readonly #hash = new TokenHash();
  readonly #shapeSlots = new Map<CategoryObservation, number>();
  /** The question that found each slot of the category table last: a token counts once in a record. */
  readonly #foundBy: Uint32Array;
  #question = 0;

  constructor({ sequences, categories, parameters }: CompiledModel) {
    for (const field of SEQUENCE_FIELDS) {
      const automaton = sequences[field];
      const first = FIRST_GROUP_OF_FIELD.get(field);
      if (automaton === undefined || first === undefined) continue;
      const evidence = new SequenceEvidence(new SequenceReader(field, automaton), parameters.epsilon);
      this.#fields.set(field, { first, evidence, texts: [], gathered: 0 });
    }
    this.#categories = categories;
    this.#foundBy = new Uint32Array(categories.lambda.length);
  }

  /** Reads the texts of records, which are then gathered one after the other, in this order. */
  readTexts(records: readonly Observations[]): void {
    for (const { sequences } of records) {
      for (const { field, text } of sequences) this.#fields.get(field)?.texts.push(text);
    }
    for (const field of this.#fields.values()) {
      field.gathered = 0;
      if (field.texts.length === 0) continue;
      field.evidence.readAll(field.texts);
      field.texts.length = 0;
    }
  }

  /**
   * Fills `groups` for the next of the records whose texts were read. Texts of one field add up; a field or token of
   * which nothing is learnt adds nothing.
   */
  gather(observations: Observations): void {
    const { groups } = this;
    const { lambda } = this.#categories;
    groups.fill(0);
    this.beginRecord();
    for (const { field } of observations.sequences) {
      const of = this.#fields.get(field);
      if (of === undefined) continue;
      const { first, evidence } = of;
      const row = KIND_COUNT * of.gathered++;
      for (let kind = 0; kind < KIND_COUNT; kind++) {
        groups[first + kind] = (groups[first + kind] as number) + (evidence.kinds[row + kind] as number);
      }
    }
    let shape = 0;
    for (const observation of observations.shape) {
      const slot = this.#slotOfShape(observation);
      if (this.#isNew(slot)) shape += lambda[slot] as number;
    }
    groups[SHAPE] = shape;
    for (const observation of observations.categories) {
      const slot = this.#slotOf(observation);
      const group = groupOfCategory(observation.field);
      if (this.#isNew(slot)) groups[group] = (groups[group] as number) + (lambda[slot] as number);
    }
  }

  /** The reader of a field's texts, or undefined where nothing is learnt of it. */
  textOf(field: string): SequenceEvidence | undefined {
    return this.#fields.get(field)?.evidence;
  }

  /** From here on each token tells its λ once more. */
  beginRecord(): void {
    this.#question = (this.#question + 1) >>> 0;
    if (this.#question !== 0) return;
    this.#foundBy.fill(0);
    this.#question = 1;
  }

  /** λ of a token in nats; 0 where it is unknown or was asked for since beginRecord. */
  lambdaOf(observation: CategoryObservation): number {
    const slot = this.#slotOf(observation);
    return this.#isNew(slot) ? (this.#categories.lambda[slot] as number) : 0;
  }

  /** Whether a slot is asked for the first time since beginRecord. */
  #isNew(slot: number): boolean {
    if (this.#foundBy[slot] === this.#question) return false;
    this.#foundBy[slot] = this.#question;
    return true;
  }

  #slotOf({ field, token }: CategoryObservation): number {
    const hash = this.#hash;
    hash.setToken(field, token);
    return slotOf(this.#categories, hash.low, hash.high);
  }

  /** The same for a token of shape: there are few, and a tokenizer gives one object for each, so it is found by that. */
  #slotOfShape(observation: CategoryObservation): number {
    const known = this.#shapeSlots.get(observation);
    if (known !== undefined) return known;
    const slot = this.#slotOf(observation);
    if (this.#shapeSlots.size < SHAPE_TOKENS_MAX) this.#shapeSlots.set(observation, slot);
    return slot;
  }
}
