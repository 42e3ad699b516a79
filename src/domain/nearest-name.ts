/** The name that somebody who mistyped one probably meant. */

/** Names that differ in more than a third of their characters are no slip of the finger. */
const SLIPS_PER_CHARACTER = 1 / 3;

/** A shorter beginning is one of too many names. */
const BEGINNING_MIN = 4;

/**
 * The nearest of the known names by edits (a character inserted, left out, replaced, or two swapped), the first of equals;
 * else the first that begins with it, underscores aside, as without its unit; undefined where none is near.
 * @example nearestName('PROT', ['HOST', 'PORT']) // 'PORT', one swap away
 * @example nearestName('HALFLIFE', ['HALF_LIFE_DAYS']) // 'HALF_LIFE_DAYS'
 * @example nearestName('COLOUR', ['HOST', 'PORT']) // undefined
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Math.floor(name.length * SLIPS_PER_CHARACTER) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const edits = editsBetween(name, candidate);
    if (edits >= least) continue;
    least = edits;
    nearest = candidate;
  }
  return nearest ?? firstBegunBy(name, known);
}

function firstBegunBy(name: string, known: readonly string[]): string | undefined {
  const beginning = name.replaceAll('_', '');
  if (beginning.length < BEGINNING_MIN) return undefined;
  return known.find(candidate => candidate.replaceAll('_', '').startsWith(beginning));
}

/**
 * Optimal string alignment distance, row by row.
 * @see Boytsov, Indexing methods for approximate dictionary searching (2011), §2.2.3
 */
function editsBetween(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = at(row, column - 1) + Number(a[line - 1] !== b[column - 1]);
      const swaps = line > 1 && column > 1 && a[line - 1] === b[column - 2] && a[line - 2] === b[column - 1];
      const swapped = swaps ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(replaced, swapped, at(row, column) + 1, at(next, column - 1) + 1));
    }
    before = row;
    row = next;
  }
  return at(row, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
