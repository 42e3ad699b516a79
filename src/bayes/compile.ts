/** Settled counts and parameters to the model that scoring reads. Pure: equal counts give equal arrays, bit for bit. */
import { categoryTableOf, type WeightedToken } from './category-table.ts';
import { compileAutomaton } from './compile-automaton.ts';
import { corrected } from './corrections.ts';
import { isSequenceField } from './field-counts.ts';
import { logOdds } from './log-odds.ts';
import type { CompiledModel, ModelParameters } from './model.ts';
import type { SettledCounts } from './settled-counts.ts';
import type { SettledField } from './settled-field.ts';
import { factorsOf, shrunk } from './shrinkage.ts';
import { TokenTable } from './token-table.ts';

const GOOD_EPISODES = 1;
const BAD_EPISODES = 3;

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
  for (const name of settled.fieldNames()) {
    const field = settled.settledField(name);
    if (field === undefined) continue;
    const factors = factorsOf(parameters.shrinkage, name);
    if (isSequenceField(name)) {
      const totals = settled.totalsOf(name);
      const automaton = compileAutomaton(field, totals, parameters.tauSquared, factors);
      if (automaton !== null) sequences[name] = automaton;
    } else {
      addTokens(tokens, name, field, parameters.tauSquared, factors);
    }
  }
  return {
    id: made.id,
    entry: made.entry,
    parameters,
    sequences,
    categories: categoryTableOf(corrected(tokens, parameters)),
    totals: settled.totals,
    newestDay: settled.newestDay,
    oldestDay: settled.oldestDay,
  };
}

/** The tokens of a category field that weigh something, in the order of their texts. */
function addTokens(
  tokens: WeightedToken[],
  name: string,
  field: SettledField,
  tauSquared: number,
  factors: readonly number[] | undefined,
): void {
  const { table } = field;
  if (!(table instanceof TokenTable)) return;
  const presence = table.findRow('');
  if (presence < 0) return;
  const totals = countsOf(field, presence);
  for (const row of table.sortedRows()) {
    if (row === presence) continue;
    const counts = countsOf(field, row);
    const lambda = shrunk(logOdds(counts, totals, tauSquared), counts.bad, factors);
    if (lambda !== 0) tokens.push({ field: name, token: table.tokens[row] as string, lambda });
  }
}

function countsOf(field: SettledField, row: number): { bad: number; good: number } {
  return { bad: field.decayedUnit(row, BAD_EPISODES), good: field.decayedUnit(row, GOOD_EPISODES) };
}
