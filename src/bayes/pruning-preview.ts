/** What a floor would leave out of a model, field by field, without compiling one. */
import { CategoryField } from './category-field.ts';
import { automatonPruning } from './compile-automaton.ts';
import { isSequenceField } from './field-counts.ts';
import type { FieldPruning } from './pruning.ts';
import type { SettledCounts } from './settled-counts.ts';

/** A token takes a slot of 16 bytes in a table (category-table.ts) that is at most half full. */
const CATEGORY_BYTES = 32;

/**
 * By field that anything is left of. Bytes of a text field are those of its automaton; of others they are what a token takes at the
 * least, for all fields share one table.
 * @param below the floor of pruning.ts, ≥ 0
 */
export function pruningBy(settled: SettledCounts, below: number): Map<string, FieldPruning> {
  const fields = new Map<string, FieldPruning>();
  for (const name of settled.fieldNames()) {
    const field = settled.settledField(name);
    if (field === undefined) continue;
    const pruning = isSequenceField(name)
      ? automatonPruning(field, below)
      : categoryPruning(new CategoryField(name, field, below));
    if (pruning.kept.tokens + pruning.pruned.tokens > 0) fields.set(name, pruning);
  }
  return fields;
}

function categoryPruning(field: CategoryField): FieldPruning {
  const { kept, pruned } = field.size();
  return {
    kept: { tokens: kept, bytes: CATEGORY_BYTES * kept },
    pruned: { tokens: pruned, bytes: CATEGORY_BYTES * pruned },
  };
}
