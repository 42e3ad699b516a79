/** The decayed episodes of a category field, token by token in the order of their texts: what compiling reads. */
import { BAD_EPISODES, GOOD_EPISODES } from './content-hash.ts';
import type { ClassCounts } from './log-odds.ts';
import { type FieldSize, isPruned } from './pruning.ts';
import type { SettledField } from './settled-field.ts';
import { TokenTable } from './token-table.ts';

export interface CategoryCount extends ClassCounts {
  token: string;
  /** Whether the model leaves it out. */
  isPruned: boolean;
}

export class CategoryField {
  readonly name: string;
  /** Presence of the field: N⁺ and N⁻. */
  readonly totals: ClassCounts;
  readonly #field: SettledField;
  readonly #table: TokenTable;
  readonly #pruneBelow: number;

  /**
   * @param pruneBelow the floor of pruning.ts, ≥ 0
   * @throws RangeError where the field is one of n-grams
   */
  constructor(name: string, field: SettledField, pruneBelow: number) {
    const { table } = field;
    if (!(table instanceof TokenTable)) throw new RangeError(`${name} is no category field`);
    this.name = name;
    this.#field = field;
    this.#table = table;
    this.#pruneBelow = pruneBelow;
    this.totals = this.countOf('');
  }

  /** Zeros for a token never seen. */
  countOf(token: string): ClassCounts {
    const row = this.#table.findRow(token);
    return row < 0 ? { bad: 0, good: 0 } : this.#countOfRow(row);
  }

  /** What the model holds of a token: zeros for one that is pruned. */
  heldOf(token: string): ClassCounts {
    const counts = this.countOf(token);
    return isPruned(counts, this.#pruneBelow) ? { bad: 0, good: 0 } : counts;
  }

  /** Tokens that anything is left of, pruned ones too. */
  counts(): CategoryCount[] {
    const counts: CategoryCount[] = [];
    for (const row of this.#table.sortedRows()) {
      const token = this.#table.tokens[row] as string;
      const { bad, good } = this.#countOfRow(row);
      if (token === '' || !(bad > 0 || good > 0)) continue;
      counts.push({ token, bad, good, isPruned: isPruned({ bad, good }, this.#pruneBelow) });
    }
    return counts;
  }

  /** Of the same tokens. */
  size(): FieldSize {
    const size = { kept: 0, pruned: 0 };
    for (let row = 0; row < this.#table.size; row++) {
      const counts = this.#countOfRow(row);
      if (this.#table.tokens[row] === '' || !(counts.bad > 0 || counts.good > 0)) continue;
      if (isPruned(counts, this.#pruneBelow)) size.pruned++;
      else size.kept++;
    }
    return size;
  }

  #countOfRow(row: number): ClassCounts {
    return {
      bad: this.#field.decayedUnit(row, BAD_EPISODES),
      good: this.#field.decayedUnit(row, GOOD_EPISODES),
    };
  }
}
