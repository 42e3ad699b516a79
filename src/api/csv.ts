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
