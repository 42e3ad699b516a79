/**
 * Texts without what they say again. A label, path part, parameter or word counts once however often it stands in a text, as
 * an n-gram does where it is learnt: whoever repeats one moves no score.
 */
import { SEQUENCE_SYMBOLS_MAX } from '../domain/limits.ts';

/** Characters of a text among which repeats are looked for. */
export const REPEATS_CHARACTERS_MAX = 2 * SEQUENCE_SYMBOLS_MAX;
/** Different segments whose hashes are compared each with every other; a text that has more is taken apart. */
const FEW = 64;
/** Empty segments in a row that are kept: `//` and `..` say something, more and more of them nothing more. */
const EMPTY_MAX = 3;
/** FNV-1a, 32 bits (Fowler, Noll, Vo). */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** By separators: of each ASCII character its code in lower case, or SEPARATOR. */
const tables = new Map<string, Int16Array>();
const SEPARATOR = -1;
/** Of the different segments of one text, from its end: hashes, and where they stand. */
const hashes = new Int32Array(FEW);
const starts = new Int32Array(FEW);
const ends = new Int32Array(FEW);

/**
 * The text with each segment once, where it stands last, and few empty ones in a row; the text itself where
 * nothing is repeated. Upper and lower case of ASCII are the same. What stands last stays last, so the end of a host name is its
 * registrable domain as before. Linear in the text's length.
 * @param separators ASCII characters that end a segment
 * @example withoutRepeats('www.www.example.org', '.') // 'www.example.org'
 * @example withoutRepeats('id=1&x=2&ID=1', '&;') // 'x=2&ID=1'
 */
export function withoutRepeats(text: string, separators: string): string {
  const folded = tableOf(separators);
  let different = 0;
  let empty = 0;
  let end = text.length;
  let hash = FNV_OFFSET | 0;
  // What is kept of the text behind `copied`; all is kept between there and where is read.
  let kept = '';
  let copied = text.length;
  for (let at = text.length - 1; at >= -1; at -= 1) {
    const code = at < 0 ? SEPARATOR : foldedAt(text, at, folded);
    if (code !== SEPARATOR) {
      hash = Math.imul(hash ^ code, FNV_PRIME);
      continue;
    }
    const start = at + 1;
    const known = start === end ? -1 : placeOf(hash, different);
    empty = start === end ? empty + 1 : 0;
    if (known >= 0 || empty > EMPTY_MAX) {
      if (known >= 0 && !isSame(text, start, end, known, folded)) return takenApart(text, folded);
      kept = text.slice(end + 1, copied) + kept;
      copied = start;
    } else if (empty === 0) {
      if (different === FEW) return takenApart(text, folded);
      hashes[different] = hash;
      starts[different] = start;
      ends[different] = end;
      different += 1;
    }
    end = at;
    hash = FNV_OFFSET | 0;
  }
  return copied === text.length ? text : text.slice(0, copied) + kept;
}

/** Which of the different segments has a hash; −1 where none does. */
function placeOf(hash: number, different: number): number {
  for (let place = 0; place < different; place += 1) if (hashes[place] === hash) return place;
  return -1;
}

/**
 * Whether the segment in [start, end) is a known one of its hash; that alone proves nothing, for an attacker makes equal
 * hashes.
 */
function isSame(text: string, start: number, end: number, known: number, folded: Int16Array): boolean {
  const from = starts[known] ?? 0;
  if (end - start !== (ends[known] ?? 0) - from) return false;
  for (let index = 0; index < end - start; index += 1) {
    if (foldedAt(text, start + index, folded) !== foldedAt(text, from + index, folded)) return false;
  }
  return true;
}

/** The same by a set of all segments: for texts of many, and for those that were made to have equal hashes. */
function takenApart(text: string, folded: Int16Array): string {
  let kept = '';
  let empty = 0;
  const seen = new Set<string>();
  let end = text.length;
  for (let at = text.length - 1; at >= -1; at -= 1) {
    if (at >= 0 && foldedAt(text, at, folded) !== SEPARATOR) continue;
    const said = text.slice(at + 1, end);
    const key = asciiFolded(said);
    empty = said === '' ? empty + 1 : 0;
    if (said === '' ? empty <= EMPTY_MAX : !seen.has(key)) {
      seen.add(key);
      kept = `${said}${text.charAt(end)}${kept}`;
    }
    end = at;
  }
  return kept;
}

function tableOf(separators: string): Int16Array {
  let table = tables.get(separators);
  if (table === undefined) {
    table = Int16Array.from({ length: 128 }, (_, code) => (code >= 65 && code <= 90 ? code + 32 : code));
    for (const separator of separators) table[separator.charCodeAt(0)] = SEPARATOR;
    tables.set(separators, table);
  }
  return table;
}

function foldedAt(text: string, index: number, folded: Int16Array): number {
  const code = text.charCodeAt(index);
  return code < 128 ? (folded[code] ?? code) : code;
}

/** The text with its ASCII letters in lower case, all else as it is. @example asciiFolded('İD=Ä') // 'İd=Ä' */
export function asciiFolded(text: string): string {
  return text.replace(/[A-Z]+/g, upper => upper.toLowerCase());
}
