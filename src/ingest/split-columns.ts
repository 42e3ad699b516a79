/** Cuts a line into columns: between separators, quotes as RFC 4180 has them. One pass, and never more columns than asked for. */

const QUOTE = 0x22;

/**
 * A column that begins with a quote ends at the next lone one; `""` inside is a quote. One that is never closed goes to
 * the end of the line. Text behind a closing quote is dropped, up to the next separator.
 * @param max columns that are made, ≥ 1; what follows them is left out
 * @example splitColumns('a,"b,""c""",d', ',', 8) // ['a', 'b,"c"', 'd']
 */
export function splitColumns(line: string, separator: string, max: number): string[] {
  const columns: string[] = [];
  let at = 0;
  while (columns.length < max) {
    const quoted = line.charCodeAt(at) === QUOTE;
    const closed = quoted ? quoteEnd(line, at + 1) : at;
    const end = line.indexOf(separator, closed);
    const stop = end === -1 ? line.length : end;
    columns.push(quoted ? line.slice(at + 1, closed).replaceAll('""', '"') : line.slice(at, stop));
    if (end === -1) return columns;
    at = end + separator.length;
  }
  return columns;
}

/** The index of the quote that closes the text from `start`; the end of the line where none does. */
function quoteEnd(line: string, start: number): number {
  for (let at = line.indexOf('"', start); at !== -1; at = line.indexOf('"', at + 2)) {
    if (line.charCodeAt(at + 1) !== QUOTE) return at;
  }
  return line.length;
}
