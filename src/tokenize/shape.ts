/**
 * The shape of a string: what it looks like, whatever it says. One pass over its characters, one more over its longest
 * segment (label, path part, parameter, word), and for host names one over what stands before the registrable domain,
 * where tunnels and generated names carry their payload.
 */
import {
  type CategoryObservation,
  SEGMENT_SEPARATORS,
  SEQUENCE_FIELDS,
  type SequenceField,
} from '../domain/observation.ts';
import { entropyBin, logBin, shareBin } from './buckets.ts';
import { Interned } from './interned.ts';

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

/** Traits of every string, of host names, and of URL parts; `<field>#<trait>` is the field of the token. */
const TRAITS = [
  'length',
  'segments',
  'longest',
  'entropy',
  'alphabet',
  'digits',
  'vowels',
  'case',
  'characters',
  'percent',
  'prefix_length',
  'prefix_labels',
  'prefix_entropy',
] as const;
export type Trait = (typeof TRAITS)[number];

interface FieldShape {
  /** Bits of the 128 ASCII characters, with the field's own separators. */
  bits: Uint16Array;
  /** Host names mean the same in either case; some resolvers mix it at random (0x20 encoding). */
  foldsCase: boolean;
  isUrlPart: boolean;
  isHostName: boolean;
  fields: Readonly<Record<Trait, Interned>>;
}

const HOST_FIELDS: readonly SequenceField[] = ['dns.question.name', 'url.domain', 'tls.client.server_name'];
const URL_PARTS: readonly SequenceField[] = ['url.path', 'url.query'];

function fieldShapeOf(field: SequenceField): FieldShape {
  const bits = Uint16Array.from({ length: 128 }, (_, code) => bitsOf(code));
  for (const separator of SEGMENT_SEPARATORS[field]) {
    const code = separator.charCodeAt(0);
    bits[code] = (bits[code] ?? 0) | SEPARATOR;
  }
  return {
    bits,
    foldsCase: HOST_FIELDS.includes(field),
    isUrlPart: URL_PARTS.includes(field),
    isHostName: HOST_FIELDS.includes(field),
    fields: Object.fromEntries(TRAITS.map(trait => [trait, new Interned(`${field}#${trait}`)])) as Record<
      Trait,
      Interned
    >,
  };
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

/** Where the value of a parameter begins; the parameter itself where it has no name, or no value. */
function valueStartOf(query: string, start: number, end: number): number {
  const equals = query.indexOf('=', start);
  return equals > start && equals < end - 1 ? equals + 1 : start;
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

/**
 * Appends the shape tokens of a string to `shape`.
 * @param text at most SEQUENCE_SYMBOLS_MAX characters
 * @param lengthBefore the string's length before it was cut to that
 * @param prefixLength characters of a host name before the dot of its registrable domain; ignored elsewhere
 * @example pushShape(shape, 'dns.question.name', 'x7f.example.org', 15, 3)
 * // …#length=12 …#segments=3 …#longest=6 …#entropy=2.5 …#prefix_length=3 …
 */
export function pushShape(
  shape: CategoryObservation[],
  field: SequenceField,
  text: string,
  lengthBefore: number,
  prefixLength: number,
): void {
  const { bits, foldsCase, isUrlPart, isHostName, fields } = SHAPES[field];
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
  const end = longestStart + longest;
  const contentStart = field === 'url.query' ? valueStartOf(text, longestStart, end) : longestStart;
  let segmentAnyBits = 0;
  let segmentAllBits = -1;
  for (let index = contentStart; index < end; index += 1) {
    const code = text.charCodeAt(index);
    const characterBits = code < 128 ? (bits[code] ?? 0) : NON_ASCII;
    segmentAnyBits |= characterBits;
    segmentAllBits &= characterBits;
  }
  const entropy = entropyBits(text, contentStart, end, foldsCase, -1);
  shape.push(
    fields.length.of(logBin(lengthBefore)),
    fields.segments.of(logBin(segments)),
    fields.longest.of(logBin(longest)),
    fields.entropy.of(entropyBin(entropy)),
    fields.alphabet.of(alphabetOf(segmentAllBits, segmentAnyBits, end - contentStart)),
    fields.digits.of(shareBin(digits, length)),
    fields.vowels.of(letters === 0 ? 'none' : shareBin(vowels, letters)),
    fields.case.of(caseOf(anyBits)),
    fields.characters.of(charactersOf(anyBits)),
  );
  if (isUrlPart) {
    shape.push(fields.percent.of(shareBin(escapedCharacters(text, bits), length)));
  }
  if (isHostName) {
    const prefixEnd = Math.max(0, Math.min(prefixLength, length));
    const prefixEntropy = entropyBits(text, 0, prefixEnd, foldsCase, 46 /* . */);
    shape.push(
      fields.prefix_length.of(logBin(prefixEnd)),
      fields.prefix_labels.of(logBin(prefixLabels)),
      fields.prefix_entropy.of(entropyBin(prefixEntropy)),
    );
  }
}
