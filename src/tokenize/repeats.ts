/**
 * Texts without what they say again. A label, path part, parameter or word counts once however often it stands in a text, as
 * an n-gram does where it is learnt: whoever repeats one moves no score.
 */

/** Segments whose hashes are compared each with every other; a text that has more is taken apart at once. */
const FEW = 64;
/** Empty segments in a row that are kept: `//` and `..` say something, more and more of them nothing more. */
const EMPTY_MAX = 3;
/** FNV-1a, 32 bits (Fowler, Noll, Vo). */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** By separators: which ASCII characters they are. */
const tables = new Map<string, Uint8Array>();

/** Of the segments of one text, from its end: first character, the one behind the last, and hash. */
const starts: number[] = [];
const ends: number[] = [];
const hashes: number[] = [];

/**
 * The text with each segment once, where it stands last, and few empty ones in a row; the text itself where
 * nothing is repeated. Upper and lower case of ASCII are the same. What stands last stays last, so the end of a host name is its
 * registrable domain as before. Linear in the text's length.
 * @param separators ASCII characters that end a segment
 * @example withoutRepeats('www.www.example.org', '.') // 'www.example.org'
 * @example withoutRepeats('id=1&x=2&ID=1', '&;') // 'x=2&ID=1'
 */
export function withoutRepeats(text: string, separators: string): string {
  if (!readSegments(text, separators)) return text;
  let kept = '';
  let empty = 0;
  // Equal hashes were the first look. They prove nothing: an attacker makes them.
  const seen = new Set<string>();
  for (let segment = 0; segment < starts.length; segment += 1) {
    const [start, end] = [starts[segment] as number, ends[segment] as number];
    empty = start === end ? empty + 1 : 0;
    const said = text.slice(start, end);
    const folded = asciiFolded(said);
    if (start === end ? empty > EMPTY_MAX : seen.has(folded)) continue;
    seen.add(folded);
    kept = `${said}${segment === 0 ? '' : text.charAt(end)}${kept}`;
  }
  return kept;
}

/** Fills the arrays. @returns whether anything may be repeated */
function readSegments(text: string, separators: string): boolean {
  const isSeparator = tableOf(separators);
  starts.length = 0;
  ends.length = 0;
  hashes.length = 0;
  let end = text.length;
  let hash = FNV_OFFSET;
  let mayRepeat = false;
  for (let at = text.length - 1; at >= -1; at -= 1) {
    const code = at < 0 ? END : text.charCodeAt(at);
    if (code !== END && (code > 127 || isSeparator[code] === 0)) {
      hash = Math.imul(hash ^ foldedOf(code), FNV_PRIME);
      continue;
    }
    if (!mayRepeat) mayRepeat = hashes.length >= FEW || hashes.includes(hash);
    starts.push(at + 1);
    ends.push(end);
    hashes.push(hash);
    end = at;
    hash = FNV_OFFSET;
  }
  return mayRepeat;
}

/** Before the first character. */
const END = -1;

function tableOf(separators: string): Uint8Array {
  let table = tables.get(separators);
  if (table === undefined) {
    table = new Uint8Array(128);
    for (const separator of separators) table[separator.charCodeAt(0)] = 1;
    tables.set(separators, table);
  }
  return table;
}

function foldedOf(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

function asciiFolded(text: string): string {
  return text.replace(/[A-Z]+/g, upper => upper.toLowerCase());
}
