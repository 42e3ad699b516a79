/**
 * Whether lines are what an export says, in its order: the totals, the tokenizers, then field by field its presence and its
 * tokens. Each line is held against the one before it and against what its field holds, so however many there are, nothing
 * is kept of them.
 *
 * Episodes may be more than the field has: where a window was taken back whose records were gone, its share of an episode
 * went with the tokens that it was the first to hold (learning/seal.ts), which the presence may be, and the token not. The
 * site that exported counts so too, and weights are made for it.
 */
import { RECORD_FIELD } from '../bayes/counts.ts';
import { isSequenceField } from '../bayes/field-counts.ts';
import type { TokenCounts } from '../bayes/model.ts';
import { keyOfNgram, PRESENCE_KEY } from '../bayes/ngrams.ts';
import { IMPORT_FIELDS_MAX, TOKEN_CHARACTERS_MAX } from '../domain/limits.ts';

/** A line of an export. */
export interface ImportRow {
  line: number;
  field: string;
  /** '' is the presence of the field: what all records hold that have it. */
  token: string;
  counts: TokenCounts;
}

/** A row that is as it should be, with what its token is counted by. */
export interface CheckedRow extends ImportRow {
  /** Key of an n-gram, or the text of a category token. */
  key: string | number;
}

/** The token of the totals that tells by which tokenizers was counted. @example tokenizerToken(1) // 'tokenizer=1' */
export function tokenizerToken(version: number): string {
  return `${TOKENIZER_PREFIX}${version}`;
}

const TOKENIZER_PREFIX = 'tokenizer=';
const TOKENIZER_TOKEN = /^tokenizer=([1-9]\d{0,8})$/;
const FIELD = /^[a-z][a-z0-9_.:#|@-]{0,127}$/;
const COUNT_MAX = 2 ** 31 - 1;
const RECORD_UNITS = ['goodRecords', 'badRecords'] as const;
const EPISODES_OF = { goodRecords: 'goodEpisodes', badRecords: 'badEpisodes' } as const;

export class ImportCheck {
  #totals: TokenCounts | null = null;
  #tokenizer: number | null = null;
  #field = '';
  #fields = 0;
  /** Of the field; null where its line was missing or wrong, so that nothing of it can be held against anything. */
  #presence: TokenCounts | null = null;
  #last: string | number = '';

  /** Version of the tokenizers that the export was counted by; null until its line came. */
  get tokenizer(): number | null {
    return this.#tokenizer;
  }

  /**
   * The row, or why it is none; null for one of which it is told already that its field is wrong, and for the line of the
   * tokenizers.
   */
  next(row: ImportRow): CheckedRow | { problem: string } | null {
    const problem = countProblemOf(row.counts);
    if (problem !== null) return { problem };
    if (this.#totals === null) return this.#begin(row);
    if (this.#tokenizer === null) return this.#nextTokenizer(row);
    return row.field === this.#field ? this.#nextToken(row) : this.#nextField(row);
  }

  /** What is wrong with the whole, once all lines came; null where nothing is. */
  get missing(): string | null {
    if (this.#totals === null) return 'it holds no line';
    if (this.#tokenizer === null)
      return `it ends before the line of ${RECORD_FIELD} and ${TOKENIZER_PREFIX}…`;
    return this.#fields === 0 ? 'it holds no field' : null;
  }

  #begin(row: ImportRow): CheckedRow | { problem: string } {
    if (row.field !== RECORD_FIELD || row.token !== '')
      return {
        problem: `an export begins with the totals: field ${RECORD_FIELD} and an empty token, as this version writes it`,
      };
    this.#totals = row.counts;
    return { ...row, key: '' };
  }

  #nextTokenizer({ field, token }: ImportRow): { problem: string } | null {
    const [, version] = (field === RECORD_FIELD && TOKENIZER_TOKEN.exec(token)) || [];
    if (version === undefined)
      return {
        problem: `after the totals comes what counted them: field ${RECORD_FIELD} and ${TOKENIZER_PREFIX}<version>`,
      };
    this.#tokenizer = Number(version);
    return null;
  }

  #nextField(row: ImportRow): CheckedRow | { problem: string } {
    const { field, token, counts } = row;
    const before = this.#field;
    this.#field = field;
    this.#presence = null;
    this.#fields += 1;
    if (!FIELD.test(field)) return { problem: 'there is no such field' };
    if (field === RECORD_FIELD) return { problem: 'the totals come first, and once' };
    if (field <= before) return { problem: 'fields come in ascending order, each once' };
    if (this.#fields > IMPORT_FIELDS_MAX) return { problem: `more than ${IMPORT_FIELDS_MAX} fields` };
    if (token !== '')
      return { problem: 'the first line of a field has an empty token, and says how many records have it' };
    const problem = excessOf(counts, this.#totals, 'there are in all');
    if (problem !== null) return { problem };
    this.#presence = counts;
    const key = isSequenceField(field) ? PRESENCE_KEY : '';
    this.#last = key;
    return { ...row, key };
  }

  #nextToken(row: ImportRow): CheckedRow | { problem: string } | null {
    const { field, token, counts } = row;
    if (this.#presence === null) return null;
    const key = isSequenceField(field) ? keyOfNgram(token) : token;
    if (key === null) return { problem: 'the token is no n-gram: one to five signs of the alphabet' };
    if (typeof key === 'string' && key.length > TOKEN_CHARACTERS_MAX)
      return { problem: `the token has more than ${TOKEN_CHARACTERS_MAX} characters` };
    if (key <= this.#last) return { problem: 'tokens of a field come in the order of an export, each once' };
    this.#last = key;
    const problem = excessOf(counts, this.#presence, 'have the field');
    return problem === null ? { ...row, key } : { problem };
  }
}

function countProblemOf(counts: TokenCounts): string | null {
  for (const count of Object.values(counts)) {
    if (Number.isInteger(count) && count >= 0 && count <= COUNT_MAX) continue;
    return `counts are whole numbers from 0 to ${COUNT_MAX}`;
  }
  const more = RECORD_UNITS.find(unit => counts[EPISODES_OF[unit]] > counts[unit]);
  return more === undefined ? null : 'more episodes than records';
}

function excessOf(counts: TokenCounts, most: TokenCounts | null, words: string): string | null {
  const unit = RECORD_UNITS.find(each => counts[each] > (most?.[each] ?? 0));
  return unit === undefined ? null : `more ${unit === 'goodRecords' ? 'good' : 'bad'} records than ${words}`;
}
