/**
 * Hostile text made fit for a terminal. Records are written by attackers: an escape sequence in a name could move the
 * cursor, hide a line or set the window's title, a bidirectional override could reverse what is read.
 */

/** Controls, formats (bidirectional marks, zero widths, tags), lone surrogates, unassigned code points and line separators. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/**
 * One line of visible text: whatever is not printable is spelt out.
 * @example plainText('a\u001b[2Jb\n') // 'a\\x1b[2Jb\\x0a'
 */
export function plainText(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/**
 * At most so many characters, the last one an ellipsis where something was left out.
 * @example clipped('abcdef', 4) // 'abc…'
 */
export function clipped(text: string, charactersMax: number): string {
  // A string of n UTF-16 units holds at most n characters: only a longer one needs to be taken apart.
  if (text.length <= charactersMax) return text;
  const characters = [...text.slice(0, 2 * charactersMax)];
  if (characters.length <= charactersMax && text.length <= 2 * charactersMax) return text;
  return `${characters.slice(0, charactersMax - 1).join('')}…`;
}

/**
 * The same from the other end, for paths: their end is what tells them apart.
 * @example clippedStart('/var/log/today.log:7', 12) // '…today.log:7'
 */
export function clippedStart(text: string, charactersMax: number): string {
  const characters = [...text];
  return characters.length <= charactersMax ? text : `…${characters.slice(1 - charactersMax).join('')}`;
}
