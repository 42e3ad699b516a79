/**
 * The shape of a string: what it looks like, whatever it says. A segment is a label, part of a path, parameter or word; what
 * stands before the registrable domain of a host name is where tunnels and generated names carry their payload. Which
 * traits are observed: fields/traits.ts.
 */
import { SEGMENT_SEPARATORS, SEQUENCE_FIELDS, type SequenceField } from '../domain/observation.ts';

/** What a character is, as bits. */
const DIGIT = 1;
const LOWER = 2;
const UPPER = 4;
const VOWEL = 8;
const HEX = 16;
/** RFC 4648 base32, in either case: a-z and 2-7. */
const BASE32 = 32;
/** RFC 4648 base64 and its URL-safe variant, with padding. */
const BASE64 = 64;
const CONTROL = 128;
const NON_ASCII = 256;
const SEPARATOR = 512;
/** Printable, and neither letter nor digit. */
const MARK = 1024;
const LETTER = LOWER | UPPER;

/** Shortest segment whose alphabet tells an encoding from a word, and the same for the wider alphabets. */
const HEX_CHARACTERS_MIN = 8;
const BASE_CHARACTERS_MIN = 16;

function bitsOf(code: number): number {
  const character = String.fromCharCode(code);
  let bits = 0;
  if (code < 32 || code === 127) bits |= CONTROL;
  if (code >= 48 && code <= 57) bits |= DIGIT;
  if (code >= 97 && code <= 122) bits |= LOWER;
  if (code >= 65 && code <= 90) bits |= UPPER;
  if ('aeiouAEIOU'.includes(character)) bits |= VOWEL;
  if ('0123456789abcdefABCDEF'.includes(character)) bits |= HEX;
  if (bits === 0) bits |= MARK;
  if (bits & LETTER || '234567'.includes(character)) bits |= BASE32;
  if (bits & (LETTER | DIGIT) || '+/-_='.includes(character)) bits |= BASE64;
  return bits;
}

/** How the strings of a field are read. */
interface FieldShape {
  /** Bits of the 128 ASCII characters, with the field's own separators. */
  bits: Uint16Array;
  /** Host names mean the same in either case; some resolvers mix it at random (0x20 encoding). */
  foldsCase: boolean;
  /** Its segments are `name=value`, and what tells is the value. */
  hasParameters: boolean;
}

const HOST_FIELDS: readonly SequenceField[] = ['dns.question.name', 'url.domain', 'tls.client.server_name'];
const URL_PARTS: readonly SequenceField[] = ['url.path', 'url.query', 'url.query.values'];

export function isHostField(field: SequenceField): boolean {
  return HOST_FIELDS.includes(field);
}

export function isUrlPart(field: SequenceField): boolean {
  return URL_PARTS.includes(field);
}

function fieldShapeOf(field: SequenceField): FieldShape {
  const bits = Uint16Array.from({ length: 128 }, (_, code) => bitsOf(code));
  for (const separator of SEGMENT_SEPARATORS[field]) {
    const code = separator.charCodeAt(0);
    bits[code] = (bits[code] ?? 0) | SEPARATOR;
  }
  return { bits, foldsCase: isHostField(field), hasParameters: field === 'url.query' };
}
const SHAPES = Object.fromEntries(SEQUENCE_FIELDS.map(field => [field, fieldShapeOf(field)])) as Readonly<
  Record<SequenceField, FieldShape>
>;

/** n·log₂ n of 0 … 1,024, and the counts of the characters of one segment: all zero between two calls. */
const N_LOG2_N = Float64Array.from({ length: 1025 }, (_, n) => (n === 0 ? 0 : n * Math.log2(n)));
const characterCounts = new Uint16Array(256);

function slotOf(code: number, foldsCase: boolean): number {
  if (code >= 128) return 128 | (code & 127);
  return foldsCase && code >= 65 && code <= 90 ? code + 32 : code;
}

/**
 * Shannon entropy of the characters in [start, end), at most 1,024 of them: `log₂ n − (Σ c·log₂ c) / n`, bits per character.
 * Characters beyond ASCII share 128 slots by their low seven bits.
 * @param skipped character code that is not counted (the label separator), or −1
 * @example entropyBits('aabb', 0, 4, true, -1) // 1
 */
export function entropyBits(
  text: string,
  start: number,
  end: number,
  foldsCase: boolean,
  skipped: number,
): number {
  const stop = Math.min(end, start + 1024);
  let sum = 0;
  let total = 0;
  for (let index = start; index < stop; index += 1) {
    const code = text.charCodeAt(index);
    if (code === skipped) continue;
    const slot = slotOf(code, foldsCase);
    const count = characterCounts[slot] ?? 0;
    sum += (N_LOG2_N[count + 1] ?? 0) - (N_LOG2_N[count] ?? 0);
    characterCounts[slot] = count + 1;
    total += 1;
  }
  for (let index = start; index < stop; index += 1) {
    characterCounts[slotOf(text.charCodeAt(index), foldsCase)] = 0;
  }
  return total === 0 ? 0 : Math.log2(total) - sum / total;
}

/** Where the value of a parameter begins; the parameter itself where it has no name, or no value. */
function valueStartOf(query: string, start: number, end: number): number {
  const equals = query.indexOf('=', start);
  return equals > start && equals < end - 1 ? equals + 1 : start;
}

/**
 * What is counted in a string: one pass over its characters, one more over the content of its longest segment. What costs
 * more is worked out by the getter that is asked for it. One instance serves one string after the other.
 * @example measures.measure('dns.question.name', 'x7f.example.org', 15, 3); measures.segments // 3
 */
export class Measures {
  /** At most SEQUENCE_SYMBOLS_MAX characters, and how many there were before it was cut to that. */
  text = '';
  lengthBefore = 0;
  digits = 0;
  letters = 0;
  vowels = 0;
  /** Segments that are not empty, and characters of the longest. */
  segments = 0;
  longest = 0;
  /** Characters of a host name before the dot of its registrable domain, and labels there. */
  prefixLength = 0;
  prefixLabels = 0;
  #shape = SHAPES.message;
  #anyBits = 0;
  /** The longest segment, or in a query its value. */
  #contentStart = 0;
  #contentEnd = 0;
  #contentAnyBits = 0;
  #contentAllBits = 0;
  /**
   * Bits per character of the content; below 0 until somebody asks. Two traits do: of a name without a prefix, and of its core.
   */
  #contentEntropyBits = -1;

  /**
   * @param text at most SEQUENCE_SYMBOLS_MAX characters
   * @param lengthBefore the string's length before it was cut to that
   * @param prefixLength characters of a host name before the dot of its registrable domain; 0 elsewhere
   */
  measure(field: SequenceField, text: string, lengthBefore: number, prefixLength: number): void {
    this.#shape = SHAPES[field];
    this.text = text;
    this.lengthBefore = lengthBefore;
    this.prefixLength = Math.max(0, Math.min(prefixLength, text.length));
    this.#count(this.#shape.bits, text, this.prefixLength);
    if (this.#shape.hasParameters)
      this.#contentStart = valueStartOf(text, this.#contentStart, this.#contentEnd);
    this.#countContent(this.#shape.bits, text);
    this.#contentEntropyBits = -1;
  }

  #count(bits: Uint16Array, text: string, prefixLength: number): void {
    const length = text.length;
    let digits = 0;
    let letters = 0;
    let vowels = 0;
    let anyBits = 0;
    let segments = 0;
    let start = 0;
    let longestStart = 0;
    let longest = 0;
    let prefixLabels = 0;
    for (let index = 0; index <= length; index += 1) {
      const code = index < length ? text.charCodeAt(index) : -1;
      const characterBits = code === -1 ? SEPARATOR : code < 128 ? (bits[code] ?? 0) : NON_ASCII;
      if (characterBits & SEPARATOR) {
        if (index > start) {
          segments += 1;
          if (index <= prefixLength) prefixLabels += 1;
          if (index - start > longest) {
            longest = index - start;
            longestStart = start;
          }
        }
        start = index + 1;
      } else {
        anyBits |= characterBits;
        digits += characterBits & DIGIT;
        if (characterBits & LETTER) letters += 1;
        if (characterBits & VOWEL) vowels += 1;
      }
    }
    this.digits = digits;
    this.letters = letters;
    this.vowels = vowels;
    this.segments = segments;
    this.longest = longest;
    this.prefixLabels = prefixLabels;
    this.#anyBits = anyBits;
    this.#contentStart = longestStart;
    this.#contentEnd = longestStart + longest;
  }

  #countContent(bits: Uint16Array, text: string): void {
    let anyBits = 0;
    let allBits = -1;
    for (let index = this.#contentStart; index < this.#contentEnd; index += 1) {
      const code = text.charCodeAt(index);
      const characterBits = code < 128 ? (bits[code] ?? 0) : NON_ASCII;
      anyBits |= characterBits;
      allBits &= characterBits;
    }
    this.#contentAnyBits = anyBits;
    this.#contentAllBits = allBits;
  }

  /** Bits per character of the longest segment, or in a query of its value. */
  get entropyBits(): number {
    if (this.#contentEntropyBits < 0) {
      const { foldsCase } = this.#shape;
      this.#contentEntropyBits = entropyBits(this.text, this.#contentStart, this.#contentEnd, foldsCase, -1);
    }
    return this.#contentEntropyBits;
  }

  /** Bits per character of what stands before the registrable domain, dots left out. */
  get prefixEntropyBits(): number {
    return entropyBits(this.text, 0, this.prefixLength, this.#shape.foldsCase, 46 /* . */);
  }

  get alphabet(): string {
    return alphabetOf(this.#contentAllBits, this.#contentAnyBits, this.#contentEnd - this.#contentStart);
  }

  get case(): string {
    return caseOf(this.#anyBits);
  }

  get characters(): string {
    return charactersOf(this.#anyBits);
  }

  /** Characters that stand in percent escapes. */
  get escaped(): number {
    return escapedCharacters(this.text, this.#shape.bits);
  }
}

/** The narrowest alphabet that a segment keeps to. */
function alphabetOf(allBits: number, anyBits: number, length: number): string {
  if (length === 0) return 'none';
  if (allBits & DIGIT) return 'digits';
  const mixesKinds = (anyBits & DIGIT) !== 0 && (anyBits & LETTER) !== 0;
  const oneCase = (anyBits & LETTER) !== LETTER;
  if (mixesKinds && oneCase && allBits & HEX && length >= HEX_CHARACTERS_MIN) return 'hex';
  if (mixesKinds && length >= BASE_CHARACTERS_MIN) {
    if (oneCase && allBits & BASE32) return 'base32';
    if (!oneCase && allBits & BASE64) return 'base64';
  }
  if (anyBits & NON_ASCII) return 'non-ascii';
  if ((anyBits & (LETTER | DIGIT)) === 0) return 'marks';
  if (anyBits & (MARK | CONTROL)) return 'mixed';
  return mixesKinds ? 'alphanumeric' : 'letters';
}

function caseOf(anyBits: number): string {
  if ((anyBits & LETTER) === 0) return 'none';
  if ((anyBits & LETTER) === LETTER) return 'mixed';
  return anyBits & UPPER ? 'upper' : 'lower';
}

function charactersOf(anyBits: number): string {
  if (anyBits & CONTROL) return anyBits & NON_ASCII ? 'control non-ascii' : 'control';
  return anyBits & NON_ASCII ? 'non-ascii' : 'ascii';
}

/** Characters that stand in percent escapes (%2e): three for each. */
function escapedCharacters(text: string, bits: Uint16Array): number {
  let escaped = 0;
  let index = text.indexOf('%');
  while (index !== -1 && index + 2 < text.length) {
    const first = bits[text.charCodeAt(index + 1)] ?? 0;
    const second = bits[text.charCodeAt(index + 2)] ?? 0;
    const isEscape = (first & second & HEX) !== 0;
    if (isEscape) escaped += 3;
    index = text.indexOf('%', index + (isEscape ? 3 : 1));
  }
  return escaped;
}
