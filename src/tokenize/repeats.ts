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
/** Of the segments of one text, from its end. */
const hashes = new Int32Array(FEW);

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
  if (!mayRepeat(text, isSeparator)) return text;
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

/** Whether two segments have one hash. Equal ones have; that alone proves nothing, for an attacker makes equal hashes. */
function mayRepeat(text: string, isSeparator: Uint8Array): boolean {
  let segments = 0;
  let hash = FNV_OFFSET | 0;
  for (let at = text.length - 1; at >= -1; at -= 1) {
    const code = at < 0 ? -1 : text.charCodeAt(at);
    if (code >= 0 && isSeparator[code] !== 1) {
      hash = Math.imul(hash ^ (code >= 65 && code <= 90 ? code + 32 : code), FNV_PRIME);
      continue;
    }
    if (segments === FEW) return true;
    for (let segment = 0; segment < segments; segment += 1) if (hashes[segment] === hash) return true;
    hashes[segments] = hash;
    segments += 1;
    hash = FNV_OFFSET | 0;
  }
  return false;
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
