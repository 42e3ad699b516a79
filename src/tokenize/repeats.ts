/**
 * Texts without what they say again. A label, path part, parameter or word counts once however often it stands in a text, as
 * an n-gram does where it is learnt: whoever repeats one moves no score.
 */

/** Different segments whose hashes are compared each with every other; a text that has more is taken apart. */
const FEW = 64;
/** Empty segments in a row that are kept: `//` and `..` say something, more and more of them nothing more. */
const EMPTY_MAX = 3;
/** FNV-1a, 32 bits (Fowler, Noll, Vo). */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** By separators: which ASCII characters they are. */
const tables = new Map<string, Uint8Array>();
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
  const isSeparator = tableOf(separators);
  let different = 0;
  let empty = 0;
  let end = text.length;
  let hash = FNV_OFFSET | 0;
  // What is kept of the text behind `copied`; all is kept between there and where is read.
  let kept = '';
  let copied = text.length;
  for (let at = text.length - 1; at >= -1; at -= 1) {
    const code = at < 0 ? -1 : text.charCodeAt(at);
    if (code >= 0 && isSeparator[code] !== 1) {
      hash = Math.imul(hash ^ foldedCode(code), FNV_PRIME);
      continue;
    }
    const start = at + 1;
    const known = start === end ? -1 : placeOf(hash, different);
    empty = start === end ? empty + 1 : 0;
    if (known >= 0 || empty > EMPTY_MAX) {
      if (known >= 0 && !isSame(text, start, end, known)) return takenApart(text, isSeparator);
      kept = text.slice(end + 1, copied) + kept;
      copied = start;
    } else if (empty === 0) {
      if (different === FEW) return takenApart(text, isSeparator);
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

/** Whether the segment in [start, end) is a known one of its hash; that alone proves nothing, for an attacker makes equal hashes. */
function isSame(text: string, start: number, end: number, known: number): boolean {
  const from = starts[known] ?? 0;
  if (end - start !== (ends[known] ?? 0) - from) return false;
  for (let index = start; index < end; index += 1) {
    if (foldedCode(text.charCodeAt(index)) !== foldedCode(text.charCodeAt(from + index - start)))
      return false;
  }
  return true;
}

/** The same by a set of all segments: for texts of many, and for those that were made to have equal hashes. */
function takenApart(text: string, isSeparator: Uint8Array): string {
  let kept = '';
  let empty = 0;
  const seen = new Set<string>();
  let end = text.length;
  for (let at = text.length - 1; at >= -1; at -= 1) {
    if (at >= 0 && isSeparator[text.charCodeAt(at)] !== 1) continue;
    const said = text.slice(at + 1, end);
    const folded = asciiFolded(said);
    empty = said === '' ? empty + 1 : 0;
    if (said === '' ? empty <= EMPTY_MAX : !seen.has(folded)) {
      seen.add(folded);
      kept = `${said}${text.charAt(end)}${kept}`;
    }
    end = at;
  }
  return kept;
}

function tableOf(separators: string): Uint8Array {
  let table = tables.get(separators);
  if (table === undefined) {
    table = new Uint8Array(128);
    for (const separator of separators) table[separator.charCodeAt(0)] = 1;
    tables.set(separators, table);
  }
  return table;
}

function asciiFolded(text: string): string {
  return text.replace(/[A-Z]+/g, upper => upper.toLowerCase());
}

function foldedCode(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}
