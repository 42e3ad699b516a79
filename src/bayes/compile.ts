/** Settled counts and parameters to the model that scoring reads. Pure: equal counts give equal arrays, bit for bit. */
import { isConditionalField, valueFieldOf } from '../domain/conditional.ts';
import { CategoryField } from './category-field.ts';
import { categoryTableOf, type WeightedToken } from './category-table.ts';
import { compileAutomaton } from './compile-automaton.ts';
import { weightedCategories } from './compile-categories.ts';
import { weightedConditional } from './compile-conditional.ts';
import { corrected } from './corrections.ts';
import { isSequenceField } from './field-counts.ts';
import type { CompiledModel, ModelParameters } from './model.ts';
import type { SettledCounts } from './settled-counts.ts';
import { noiseOf } from './shrinkage.ts';

/**
 * Compiles a model. Decay goes by the parameters' half-life from the newest settled day.
 * @param made the model's id (modelIdOf the segments' sum) and the last ledger entry that is counted
 * @throws Error where a settled count is negative
 */
export function compileModel(
  settled: SettledCounts,
  parameters: ModelParameters,
  made: { id: string; entry: number },
): CompiledModel {
  settled.assertNoNegative();
  settled.setHalfLife(parameters.halfLifeDays);
  const sequences: CompiledModel['sequences'] = {};
  const tokens: WeightedToken[] = [];
  const unseen: Record<string, number> = {};
  const { tauSquared } = parameters;
  for (const name of settled.fieldNames()) {
    const field = settled.settledField(name);
    if (field === undefined) continue;
    const noise = noiseOf(parameters.noise, name);
    if (isSequenceField(name)) {
      const automaton = compileAutomaton(field, settled.totalsOf(name), tauSquared, noise);
      if (automaton !== null) sequences[name] = automaton;
      continue;
    }
    const category = new CategoryField(name, field);
    if (!isConditionalField(name)) {
      const weighted = weightedCategories(category, tauSquared, noise);
      for (const token of weighted.tokens) tokens.push(token);
      if (weighted.unseen !== undefined) unseen[name] = weighted.unseen;
      continue;
    }
    // A record shows the plain value beside the pair; an import may not.
    const values = settled.settledField(valueFieldOf(name));
    if (values === undefined) continue;
    const plain = new CategoryField(valueFieldOf(name), values);
    for (const token of weightedConditional(category, plain, { tauSquared, noise })) tokens.push(token);
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
