/** Settled counts and parameters to the model that scoring reads. Pure: equal counts give equal arrays, bit for bit. */
import { isConditionalField } from '../domain/conditional.ts';
import { parentFieldOf } from '../domain/parent-token.ts';
import { CategoryField } from './category-field.ts';
import { categoryTableOf, type WeightedToken } from './category-table.ts';
import { compileAutomaton } from './compile-automaton.ts';
import { weightedCategories } from './compile-categories.ts';
import { weightedConditional } from './compile-conditional.ts';
import { type CompiledField, CompiledFields } from './compiled-fields.ts';
import { corrected } from './corrections.ts';
import { isSequenceField } from './field-counts.ts';
import type { CompiledModel, ModelParameters } from './model.ts';
import { canonicalText } from './model-id.ts';
import type { FieldSize } from './pruning.ts';
import type { SettledCounts } from './settled-counts.ts';
import { noiseOf } from './shrinkage.ts';

/**
 * Compiles a model. Decay goes by the parameters' half-life from the newest settled day.
 * @param made the model's id (modelIdOf the segments' sum) and the last ledger entry that is counted
 * @param fields of the same settled counts, compiled before: those that have not changed are taken from there
 * @throws Error where a settled count is negative
 */
export function compileModel(
  settled: SettledCounts,
  parameters: ModelParameters,
  made: { id: string; entry: number },
  fields: CompiledFields = new CompiledFields(),
): CompiledModel {
  settled.assertNoNegative();
  settled.setHalfLife(parameters.halfLifeDays);
  const sequences: CompiledModel['sequences'] = {};
  const tokens: WeightedToken[] = [];
  const unseen: Record<string, number> = {};
  const sizes = new Map<string, FieldSize>();
  for (const name of settled.fieldNames()) {
    const madeOf = whatMakes(name, settled, parameters);
    const field = fields.of(name, madeOf, () => compileField(name, settled, parameters));
    if (isSequenceField(name) && field.automaton !== undefined) sequences[name] = field.automaton;
    for (const token of field.tokens) tokens.push(token);
    if (field.unseen !== undefined) unseen[name] = field.unseen;
    sizes.set(name, field.size);
  }
  return {
    id: made.id,
    entry: made.entry,
    parameters,
    sequences,
    categories: categoryTableOf(corrected(tokens, parameters, unseen), unseen),
    sizes,
    totals: settled.totals,
    newestDay: settled.newestDay,
    oldestDay: settled.oldestDay,
  };
}

/** Everything that a compiled field follows from. */
function whatMakes(name: string, settled: SettledCounts, parameters: ModelParameters): string {
  const values = parentFieldOf(name) ?? name;
  const states = [name, values].map(field => settled.settledField(field)?.changes ?? 0);
  const { tauSquared, noise, pruneBelow = 0 } = parameters;
  return canonicalText([states, tauSquared, noiseOf(noise, name) ?? [], pruneBelow]);
}

function compileField(
  name: string,
  settled: SettledCounts,
  { tauSquared, noise: noises, pruneBelow = 0 }: ModelParameters,
): CompiledField {
  const field = settled.settledField(name);
  if (field === undefined) return { tokens: [], size: { kept: 0, pruned: 0 } };
  const noise = noiseOf(noises, name);
  if (isSequenceField(name)) {
    const made = compileAutomaton(field, settled.totalsOf(name), { tauSquared, noise, pruneBelow });
    return { ...made, tokens: [] };
  }
  const category = new CategoryField(name, field, pruneBelow);
  const size = category.size();
  const parentName = parentFieldOf(name);
  const parents = parentName === undefined ? undefined : settled.settledField(parentName);
  const parent =
    parentName === undefined || parents === undefined
      ? undefined
      : new CategoryField(parentName, parents, pruneBelow);
  if (!isConditionalField(name)) return { ...weightedCategories(category, tauSquared, noise, parent), size };
  // A record shows the plain value beside the pair; an import may not.
  if (parent === undefined) return { tokens: [], size };
  return { tokens: weightedConditional(category, parent, { tauSquared, noise }), size };
}
