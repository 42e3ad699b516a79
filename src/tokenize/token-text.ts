/** Token text is read by people, in tables, terminals and exports, and may have been written by an attacker. */
import { TOKEN_CHARACTERS_MAX } from '../domain/limits.ts';

const REPLACEMENT = '\uFFFD';

/**
 * Code points that nobody can see, or that change how others are seen: C0 and C1 controls, zero-width and bidirectional
 * marks, line and paragraph separators, lone surrogates (which no UTF-8 store gives back).
 */
function isHidden(code: number): boolean {
  if (code < 0x200b) return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0xad || code === 0x61c;
  return (
    code <= 0x200f ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    code === 0xfeff ||
    (code >= 0xfff9 && code <= 0xfffb)
  );
}

/** Whether the first characters are printable ASCII, and none of the letters in [first, last]. */
function isPlainTo(end: number, text: string, first: number, last: number): boolean {
  for (let index = 0; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code >= 0x7f || (code >= first && code <= last)) return false;
  }
  return true;
}

/**
 * Whether a token is its text as it came: short, printable ASCII, and none of the letters in [first, last]. Most are, and
 * to see so costs less than to fold their case.
 */
function isPlain(text: string, first: number, last: number): boolean {
  return text.length <= TOKEN_CHARACTERS_MAX && isPlainTo(text.length, text, first, last);
}

const NO_LETTER = -1;
const UPPER_A = 65;
const UPPER_Z = 90;
const LOWER_A = 97;
const LOWER_Z = 122;

/** More than a token holds, so that it is still seen to be cut; far less than a field may hold. */
function boundedForFolding(text: string): string {
  return text.length > 2 * TOKEN_CHARACTERS_MAX ? text.slice(0, 2 * TOKEN_CHARACTERS_MAX) : text;
}

/** tokenText in lower case, for text whose case means nothing. @example foldedTokenText('Host7') // 'host7' */
export function foldedTokenText(raw: string): string {
  return isPlain(raw, UPPER_A, UPPER_Z) ? raw : tokenText(boundedForFolding(raw).toLowerCase());
}

/** tokenText in upper case, for codes that are written so. @example codeTokenText('nxdomain') // 'NXDOMAIN' */
export function codeTokenText(raw: string): string {
  return isPlain(raw, LOWER_A, LOWER_Z) ? raw : tokenText(boundedForFolding(raw).toUpperCase());
}

/**
 * The text of a token: what came, with hidden characters replaced by U+FFFD, and cut (marked by `…`) at
 * TOKEN_CHARACTERS_MAX UTF-16 units, never within a character.
 * @example tokenText('curl\u0000') // 'curl\uFFFD'
 */
export function tokenText(raw: string): string {
  if (isPlain(raw, NO_LETTER, NO_LETTER)) return raw;
  const isLong = raw.length > TOKEN_CHARACTERS_MAX;
  const lengthMax = isLong ? TOKEN_CHARACTERS_MAX - 1 : TOKEN_CHARACTERS_MAX;
  if (isLong && isPlainTo(lengthMax, raw, NO_LETTER, NO_LETTER)) return `${raw.slice(0, lengthMax)}…`;
  let text = '';
  for (const character of raw.slice(0, TOKEN_CHARACTERS_MAX)) {
    const shown = isHidden(character.codePointAt(0) ?? 0) ? REPLACEMENT : character;
    if (text.length + shown.length > lengthMax) break;
    text += shown;
  }
  return isLong ? `${text}…` : text;
}
