/**
 * CSV (RFC 4180) that a spreadsheet opens as text. Tokens are written by attackers: a cell that begins like a formula
 * gets an apostrophe in front, and what could end a cell, a line or a terminal's patience is escaped as in JSON, so
 * that the text can be read back exactly: undo the escapes, then drop one leading apostrophe.
 */

/** What spreadsheets take for the begin of a formula (OWASP, "CSV Injection"), full-width twins included; and the mark itself. */
const FORMULA_STARTS = new Set(['=', '+', '-', '@', '＝', '＋', '－', '＠', "'"]);

/**
 * Control characters, line and paragraph separators, marks that turn the writing direction, halves of surrogate pairs;
 * the backslash, so that escapes are unambiguous; and the semicolon, at which some locales cut cells even inside quotes.
 */
const ESCAPED = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\\;]/gu;

function escaped(character: string): string {
  if (character === '\\') return '\\\\';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * One text cell.
 * @example csvText('=1+1') // `"'=1+1"`
 * @example csvText('a"b\n') // `"a""b\u000a"`, the escape written out
 */
export function csvText(text: string): string {
  const guarded = FORMULA_STARTS.has(text.charAt(0)) ? `'${text}` : text;
  return `"${guarded.replace(ESCAPED, escaped).replaceAll('"', '""')}"`;
}

/** A line of cells: numbers as they are (they are ours), text quoted, absent ones empty. */
export function csvLine(cells: readonly (string | number | undefined)[]): string {
  const written = cells.map(cell => (typeof cell === 'string' ? csvText(cell) : String(cell ?? '')));
  return `${written.join(',')}\r\n`;
}

const ESCAPE = /\\(?:\\|u([0-9a-f]{4}))/gi;

/**
 * The text of a cell that csvText wrote, or null where an escape is none.
 * @example textOfCsv("'=1+1") // '=1+1'
 * @example textOfCsv('a\\u000a') // 'a' and a line feed
 */
export function textOfCsv(cell: string): string | null {
  if (cell.replace(ESCAPE, '').includes('\\')) return null;
  const text = cell.replace(ESCAPE, (_, digits: string | undefined) =>
    digits === undefined ? '\\' : String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return text.startsWith("'") ? text.slice(1) : text;
}

/**
 * The cells of one line, quoted or not; null where a quote is not closed or stands in the midst of a cell. No cell of ours
 * holds a line break.
 * @example csvCells('"a""b",1,') // ['a"b', '1', '']
 */
export function csvCells(line: string): string[] | null {
  const cells: string[] = [];
  for (let at = 0; ; ) {
    let cell = '';
    if (line[at] === '"') {
      for (;;) {
        const end = line.indexOf('"', at + 1);
        if (end < 0) return null;
        cell += line.slice(at + 1, end);
        at = end + 1;
        if (line[at] !== '"') break;
        cell += '"';
      }
    } else {
      const comma = line.indexOf(',', at);
      const end = comma < 0 ? line.length : comma;
      cell = line.slice(at, end);
      if (cell.includes('"')) return null;
      at = end;
    }
    cells.push(cell);
    if (at === line.length) return cells;
    if (line[at] !== ',') return null;
    at += 1;
  }
}
