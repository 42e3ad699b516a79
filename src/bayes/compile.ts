/** Settled counts and parameters to the model that scoring reads. Pure: equal counts give equal arrays, bit for bit. */
import { isConditionalField, valueFieldOf } from '../domain/conditional.ts';
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
  for (const name of settled.fieldNames()) {
    const madeOf = whatMakes(name, settled, parameters);
    const field = fields.of(name, madeOf, () => compileField(name, settled, parameters));
    if (isSequenceField(name) && field.automaton !== undefined) sequences[name] = field.automaton;
    for (const token of field.tokens) tokens.push(token);
    if (field.unseen !== undefined) unseen[name] = field.unseen;
  }
  return {
    id: made.id,
    entry: made.entry,
    parameters,
    sequences,
    categories: categoryTableOf(corrected(tokens, parameters, unseen), unseen),
    totals: settled.totals,
    newestDay: settled.newestDay,
    oldestDay: settled.oldestDay,
  };
}

/** Everything that a compiled field follows from. */
function whatMakes(name: string, settled: SettledCounts, { tauSquared, noise }: ModelParameters): string {
  const values = isConditionalField(name) ? valueFieldOf(name) : name;
  const states = [name, values].map(field => settled.settledField(field)?.changes ?? 0);
  return canonicalText([states, tauSquared, noiseOf(noise, name) ?? []]);
}

function compileField(
  name: string,
  settled: SettledCounts,
  { tauSquared, noise: noises }: ModelParameters,
): CompiledField {
  const field = settled.settledField(name);
  if (field === undefined) return { tokens: [] };
  const noise = noiseOf(noises, name);
  if (isSequenceField(name)) {
    const automaton = compileAutomaton(field, settled.totalsOf(name), tauSquared, noise);
    return automaton === null ? { tokens: [] } : { automaton, tokens: [] };
  }
  const category = new CategoryField(name, field);
  if (!isConditionalField(name)) return weightedCategories(category, tauSquared, noise);
  // A record shows the plain value beside the pair; an import may not.
  const values = settled.settledField(valueFieldOf(name));
  if (values === undefined) return { tokens: [] };
  const plain = new CategoryField(valueFieldOf(name), values);
  return { tokens: weightedConditional(category, plain, { tauSquared, noise }) };
}
