/** The decayed episodes of a category field, token by token in the order of their texts: what compiling reads. */
import type { ClassCounts } from './log-odds.ts';
import type { SettledField } from './settled-field.ts';
import { TokenTable } from './token-table.ts';

const GOOD_EPISODES = 1;
const BAD_EPISODES = 3;

export interface CategoryCount extends ClassCounts {
  token: string;
}

export class CategoryField {
  readonly name: string;
  /** Presence of the field: N⁺ and N⁻. */
  readonly totals: ClassCounts;
  readonly #field: SettledField;
  readonly #table: TokenTable;

  /** @throws RangeError where the field is one of n-grams */
  constructor(name: string, field: SettledField) {
    const { table } = field;
    if (!(table instanceof TokenTable)) throw new RangeError(`${name} is no category field`);
    this.name = name;
    this.#field = field;
    this.#table = table;
    this.totals = this.countOf('');
  }

  /** Zeros for a token never seen. */
  countOf(token: string): ClassCounts {
    const row = this.#table.findRow(token);
    return row < 0 ? { bad: 0, good: 0 } : this.#countOfRow(row);
  }

  /** Tokens that anything is left of. */
  counts(): CategoryCount[] {
    const counts: CategoryCount[] = [];
    for (const row of this.#table.sortedRows()) {
      const token = this.#table.tokens[row] as string;
      const { bad, good } = this.#countOfRow(row);
      if (token !== '' && (bad > 0 || good > 0)) counts.push({ token, bad, good });
    }
    return counts;
  }

  #countOfRow(row: number): ClassCounts {
    return {
      bad: this.#field.decayedUnit(row, BAD_EPISODES),
      good: this.#field.decayedUnit(row, GOOD_EPISODES),
    };
  }
}
