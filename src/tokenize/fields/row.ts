/**
 * What a row of the table of fields says: the name of a field, what it means, how it is read from a record, how its tokens
 * are cut, and which versions of the tokenizers see it. A new field is one row; docs/fields.md is made of the rows.
 *
 * A row reads facts (facts.ts), is pure, never throws and reads a bounded number of characters: the contract in
 * test/contract/tokenizer.contract.ts runs over all of them.
 */
import type { FlowStatistic } from '../../domain/flow-statistics.ts';
import type { SequenceField } from '../../domain/observation.ts';
import type { NumberCut, TextCut, WordCut } from './cuts.ts';
import type { Facts, Part } from './facts.ts';

/** What rows of every table say. */
export interface Described {
  /** What the field means, as a part of a sentence; Markdown. */
  says: string;
  /** A token, or what is read of a string, as it may look. */
  example: string;
  /** Version of the tokenizers that sees it first. */
  since: number;
  /** The last that sees it; absent for those that still do. */
  until?: number;
  /** `false`: it was measured, helps nowhere and is not observed; `says` names the ADR that tells the figures. */
  onByDefault?: false;
}

interface Needing {
  /** A part of the record without which there is nothing to read, so that the row need not be asked. */
  needs?: Part;
}

/** A string for a character model, and its shape (traits.ts). */
export interface StringRow<F extends Facts> extends Described, Needing {
  kind: 'string';
  field: SequenceField;
  read: (facts: F) => string | undefined;
  /** Of host names: characters before the registrable domain. */
  prefixLengthOf?: (facts: F) => number;
  /** The same few come again and again, so that what is seen of them is remembered (strings.ts). */
  recurs?: true;
}

/** How one token at most is read: from a number, a text of the sender, or a word of our own; none where there is nothing. */
export type TokenReading<F extends Facts> =
  | { cut: NumberCut; read: (facts: F) => number | undefined }
  | { cut: TextCut | WordCut; read: (facts: F) => string | undefined };

/** Any number of words that differ, as many as RECORD_TOKENS_MAX bears. */
export interface WordsReading<F extends Facts> {
  cut: 'words';
  read: (facts: F) => Iterable<string> | undefined;
}

export type CategoryRow<F extends Facts> = Described &
  Needing &
  (TokenReading<F> | WordsReading<F>) & {
    kind: 'category';
    /** ECS name where there is one. */
    field: string;
    /** What it reads of the flow's statistics and nothing else: of many a flow has few, and is asked for those that it has. */
    statistic?: FlowStatistic;
  };

export type FieldRow<F extends Facts> = StringRow<F> | CategoryRow<F>;

/** The same rows, each of which reads that part of the record. */
export function rowsOfPart<F extends Facts>(needs: Part, rows: readonly FieldRow<F>[]): FieldRow<F>[] {
  return rows.map(row => ({ ...row, needs }));
}

/** Whether a version of the tokenizers observes what the row tells of. */
export function isSeenBy({ since, until, onByDefault }: Described, version: number): boolean {
  return onByDefault !== false && since <= version && (until === undefined || version <= until);
}
