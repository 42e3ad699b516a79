/**
 * Fields as they were compiled last, for a model that follows its counts: a segment of DNS leaves what HTTP says as it was. What
 * is kept is what compiling would make again, bit for bit; a field whose counts have changed is compiled whole, for every weight
 * goes by the totals of its field.
 */
import type { WeightedToken } from './category-table.ts';
import type { Automaton } from './model.ts';
import type { FieldSize } from './pruning.ts';

/** What compiling makes of one field. */
export interface CompiledField {
  /** Of a sequence field of which something is learnt. */
  automaton?: Automaton;
  /** Of a category field. */
  tokens: readonly WeightedToken[];
  /** Surprise of a value never seen, where the field tells any. */
  unseen?: number | undefined;
  /** Of its tokens. */
  size: FieldSize;
}

export class CompiledFields {
  readonly #fields = new Map<string, { madeOf: string; field: CompiledField }>();

  /** @param madeOf text that is another one wherever the field would be compiled to something else */
  of(name: string, madeOf: string, compile: () => CompiledField): CompiledField {
    const known = this.#fields.get(name);
    if (known?.madeOf === madeOf) return known.field;
    const field = compile();
    this.#fields.set(name, { madeOf, field });
    return field;
  }
}
