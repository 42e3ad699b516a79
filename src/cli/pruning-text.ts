/** What pruning would take from a model, as people read it. */
import { type Fields, fieldsOf, listIn, numberIn, textIn } from './fields.ts';
import { tableOf } from './table.ts';

/** The answer of GET /v1/policy/pruning as a table, the fields with most to go first, and the sum. */
export function pruningText(pruning: Fields): string {
  const below = numberIn(pruning, 'below');
  const rows = listIn(pruning, 'fields').map(each => {
    const field = fieldsOf(each);
    return [textIn(field, 'field'), ...cellsOf(field)];
  });
  const table = tableOf(
    [
      { title: 'field', width: 48 },
      { title: 'tokens kept', width: 14, align: 'right' },
      { title: 'pruned', width: 14, align: 'right' },
      { title: 'MiB kept', width: 10, align: 'right' },
      { title: 'pruned', width: 10, align: 'right' },
    ],
    [...rows, ['in all', ...cellsOf(pruning)]],
  );
  const inForce = numberIn(pruning, 'inForce');
  const state = below === inForce ? 'in force' : `not in force, which is ${inForce}`;
  return `${table}below ${below} good episodes (${state}); nothing was changed\n`;
}

function cellsOf(of: Fields): string[] {
  const [kept, pruned] = [fieldsOf(of['kept']), fieldsOf(of['pruned'])];
  return [
    numberIn(kept, 'tokens').toLocaleString('en'),
    numberIn(pruned, 'tokens').toLocaleString('en'),
    (numberIn(kept, 'bytes') / 2 ** 20).toFixed(2),
    (numberIn(pruned, 'bytes') / 2 ** 20).toFixed(2),
  ];
}
