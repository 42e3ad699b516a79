/**
 * The evidence of records by one model: what every group says, before weights. It owns scratch space and tells about the
 * record gathered last: one instance a thread.
 */
import { contextPartOf, isConditionalField } from '../domain/conditional.ts';
import { type CategoryObservation, type Observations, SEQUENCE_FIELDS } from '../domain/observation.ts';
import { slotOf } from './category-table.ts';
import { TokenHash } from './content-hash.ts';
import { CORE_CREDIT, creditOf, KIND_COUNT, SequenceEvidence } from './evidence.ts';
import {
  type CategoryGroups,
  CORE,
  FIRST_GROUP_OF_FIELD,
  GROUPS,
  groupOfShape,
  groupsOfCategory,
} from './groups.ts';
import type { CategoryTable, CompiledModel } from './model.ts';
import { SequenceReader } from './sequence.ts';

/** Tokens of shape whose places are remembered: more than tokenizers know. */
const SHAPE_TOKENS_MAX = 4_096;
/** Fields of categories that are remembered: likewise. */
const CATEGORY_FIELDS_MAX = 1_024;

/** A text field of some records. */
interface FieldTexts {
  /** Index in GROUPS of the field's first kind. */
  first: number;
  evidence: SequenceEvidence;
  /** What is to be read, in the order of the records. */
  texts: string[];
  /** Where their cores begin, 0 for none. */
  coreStarts: number[];
  /** How many of the texts that were read are gathered. */
  gathered: number;
}

/** A token of shape, as scoring needs it. */
interface ShapeToken {
  slot: number;
  /** Index in GROUPS. */
  group: number;
}

/** A field of categories, as scoring needs it. */
interface CategoryFieldOf {
  groups: CategoryGroups;
  isConditional: boolean;
  /** Surprise of a value never seen. */
  unseen: number;
}

export class RecordEvidence {
  /** E of each group, in the order of GROUPS. */
  readonly groups = new Float64Array(GROUPS.length);
  readonly #fields = new Map<string, FieldTexts>();
  readonly #categories: CategoryTable;
  readonly #hash = new TokenHash();
  readonly #shapeTokens = new Map<CategoryObservation, ShapeToken>();
  /** The question that found each slot of the category table last: a token counts once in a record. */
  readonly #foundBy: Uint32Array;
  #question = 0;
  #coreCredit = 1;
  /** Hashes, low and high, of the unknown category tokens of this question: there are few. */
  readonly #unknown: number[] = [];
  readonly #categoryFields = new Map<string, CategoryFieldOf>();
  /** Of the category token that was looked up last, in nats. */
  lambda = 0;
  surprise = 0;

  constructor({ sequences, categories, parameters }: CompiledModel) {
    for (const field of SEQUENCE_FIELDS) {
      const automaton = sequences[field];
      const first = FIRST_GROUP_OF_FIELD.get(field);
      if (automaton === undefined || first === undefined) continue;
      const evidence = new SequenceEvidence(new SequenceReader(field, automaton), parameters.epsilon);
      this.#fields.set(field, { first, evidence, texts: [], coreStarts: [], gathered: 0 });
    }
    this.#categories = categories;
    this.#foundBy = new Uint32Array(categories.lambda.length);
  }

  /** Reads the texts of records, which are then gathered one after the other, in this order. */
  readTexts(records: readonly Observations[]): void {
    for (const { sequences } of records) {
      for (const { field, text, core } of sequences) {
        const of = this.#fields.get(field);
        of?.texts.push(text);
        of?.coreStarts.push(core ?? 0);
      }
    }
    for (const field of this.#fields.values()) {
      field.gathered = 0;
      if (field.texts.length === 0) continue;
      field.evidence.readAll(field.texts, field.coreStarts);
      field.texts.length = 0;
      field.coreStarts.length = 0;
    }
  }

  /**
   * Fills `groups` for the next of the records whose texts were read. Texts of one field add up; a field or token of
   * which nothing is learnt adds nothing.
   */
  gather(observations: Observations): void {
    const { groups } = this;
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
    for (const observation of observations.shape) this.#addShape(observation);
    for (const observation of observations.categories) {
      const { weight, surprise } = this.lookUp(observation);
      groups[weight] = (groups[weight] as number) + this.lambda;
      groups[surprise] = (groups[surprise] as number) + this.surprise;
    }
    this.#coreCredit = creditOf(groups[CORE] as number, CORE_CREDIT);
    groups[CORE] = this.#coreCredit * (groups[CORE] as number);
  }

  /** What λ of a token of a group counts in the record that was gathered last: 1, or less where cores speak for the good. */
  creditOfGroup(group: number): number {
    return group === CORE ? this.#coreCredit : 1;
  }

  /** The reader of a field's texts, or undefined where nothing is learnt of it. */
  textOf(field: string): SequenceEvidence | undefined {
    return this.#fields.get(field)?.evidence;
  }

  /** From here on each token tells its λ once more. */
  beginRecord(): void {
    this.#unknown.length = 0;
    this.#question = (this.#question + 1) >>> 0;
    if (this.#question !== 0) return;
    this.#foundBy.fill(0);
    this.#question = 1;
  }

  /** λ of any token in nats, as the table holds it; 0 where it is unknown or was asked for since beginRecord. */
  lambdaOf(observation: CategoryObservation): number {
    const slot = this.#slotOf(observation);
    return this.#isNew(slot) ? (this.#categories.lambda[slot] as number) : 0;
  }

  /**
   * What a category token says, which is then in `lambda` and `surprise`: 0 where it was looked up since beginRecord. One
   * that is unknown has the surprise of its field, or of its context.
   * @returns the groups to which that belongs
   */
  lookUp(observation: CategoryObservation): CategoryGroups {
    const of = this.#fieldOf(observation.field);
    let slot = this.#slotOf(observation);
    const isKnown = this.#isTaken(slot);
    if (!(isKnown ? this.#isNew(slot) : this.#isNewUnknown())) {
      this.lambda = 0;
      this.surprise = 0;
      return of.groups;
    }
    this.lambda = this.#categories.lambda[slot] as number;
    if (!isKnown && of.isConditional) {
      slot = this.#slotOf({ field: observation.field, token: contextPartOf(observation.token) });
    }
    this.surprise = this.#isTaken(slot) ? (this.#categories.surprise[slot] as number) : of.unseen;
    return of.groups;
  }

  #fieldOf(field: string): CategoryFieldOf {
    let of = this.#categoryFields.get(field);
    if (of === undefined) {
      const unseen = this.#categories.unseen;
      of = {
        groups: groupsOfCategory(field),
        isConditional: isConditionalField(field),
        unseen: Object.hasOwn(unseen, field) ? (unseen[field] ?? 0) : 0,
      };
      if (this.#categoryFields.size < CATEGORY_FIELDS_MAX) this.#categoryFields.set(field, of);
    }
    return of;
  }

  /** The same of the token that was hashed last and has no slot. */
  #isNewUnknown(): boolean {
    const { low, high } = this.#hash;
    const unknown = this.#unknown;
    for (let at = 0; at < unknown.length; at += 2) {
      if (unknown[at] === low && unknown[at + 1] === high) return false;
    }
    unknown.push(low, high);
    return true;
  }

  /** Whether a token has the slot. */
  #isTaken(slot: number): boolean {
    const { keysLow, keysHigh } = this.#categories;
    return ((keysLow[slot] as number) | (keysHigh[slot] as number)) !== 0;
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

  /** Adds a shape token to its group. There are few, and a tokenizer gives one object for each, so it is found by that. */
  #addShape(observation: CategoryObservation): void {
    let known = this.#shapeTokens.get(observation);
    if (known === undefined) {
      known = { slot: this.#slotOf(observation), group: groupOfShape(observation.field) };
      if (this.#shapeTokens.size < SHAPE_TOKENS_MAX) this.#shapeTokens.set(observation, known);
    }
    const { groups } = this;
    const { slot, group } = known;
    if (this.#isNew(slot))
      groups[group] = (groups[group] as number) + (this.#categories.lambda[slot] as number);
  }
}
