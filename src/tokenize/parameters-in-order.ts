/**
 * Parameters in one order, whatever order they were written in. Whoever asks may write them in any, and say one again in another
 * place: neither is to move a score by what then stands beside what.
 */
import { asciiFolded } from './repeats.ts';

/** What stands between two parameters. */
const SEPARATOR = '&';

/**
 * The query with its parameters in the order of their texts, in which upper and lower case of ASCII count the same where that decides.
 * @example parametersInOrder('sort=name&page=2') // 'page=2&sort=name'
 */
export function parametersInOrder(query: string): string {
  if (!query.includes(SEPARATOR)) return query;
  const parameters = query.split(SEPARATOR);
  const folded = new Map(parameters.map(parameter => [parameter, asciiFolded(parameter)]));
  const keyOf = (parameter: string) => folded.get(parameter) as string;
  return parameters.sort((a, b) => byCodeUnits(keyOf(a), keyOf(b)) || byCodeUnits(a, b)).join(SEPARATOR);
}

function byCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
