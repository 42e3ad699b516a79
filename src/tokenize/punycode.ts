/**
 * Punycode (RFC 3492): how a label of letters that are not ASCII is written in ASCII. Only the decoder, bounded to what a
 * label may hold, for labels that anybody may have written.
 */

const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_CODE = 128;
const CODE_MAX = 0x10ffff;
/** RFC 1035 §2.3.4: characters of a label. */
const LABEL_CHARACTERS_MAX = 63;

/**
 * The text of a label's part behind `xn--`; null where it is none: a character that is no letter, digit or hyphen, a number
 * that breaks off, a code point that does not exist, a surrogate, more than 63 characters. Never throws; its work is bounded.
 * @example punycodeTextOf('mnchen-3ya') // 'münchen'
 * @example punycodeTextOf('a-!') // null
 * @see RFC 3492 §6.2
 */
export function punycodeTextOf(encoded: string): string | null {
  if (encoded.length > LABEL_CHARACTERS_MAX) return null;
  const delimiter = encoded.lastIndexOf('-');
  const codes: number[] = [];
  for (let index = 0; index < delimiter; index += 1) {
    const code = encoded.charCodeAt(index);
    if (code >= INITIAL_CODE) return null;
    codes.push(code);
  }
  let code = INITIAL_CODE;
  let bias = INITIAL_BIAS;
  let position = 0;
  let index = delimiter + 1;
  while (index < encoded.length) {
    const before = position;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const digit = digitOf(encoded.charCodeAt(index));
      if (index >= encoded.length || digit < 0) return null;
      index += 1;
      position += digit * weight;
      const threshold = k <= bias ? T_MIN : Math.min(T_MAX, k - bias);
      if (digit < threshold) break;
      weight *= BASE - threshold;
      // Beyond, no code point is left, however many positions the text has.
      if (position > CODE_MAX * (codes.length + 1)) return null;
    }
    const count = codes.length + 1;
    bias = biasOf(position - before, count, before === 0);
    code += Math.floor(position / count);
    position %= count;
    if (code > CODE_MAX || isSurrogate(code)) return null;
    codes.splice(position, 0, code);
    position += 1;
  }
  return String.fromCodePoint(...codes);
}

/** a-z and A-Z are 0 to 25, 0-9 are 26 to 35; −1 for everything else. */
function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 22;
  const lower = code | 32;
  return lower >= 97 && lower <= 122 ? lower - 97 : -1;
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

/** RFC 3492 §6.1. */
function biasOf(step: number, count: number, isFirst: boolean): number {
  let delta = isFirst ? Math.floor(step / DAMP) : step >> 1;
  delta += Math.floor(delta / count);
  let k = 0;
  while (delta > ((BASE - T_MIN) * T_MAX) / 2) {
    delta = Math.floor(delta / (BASE - T_MIN));
    k += BASE;
  }
  return k + Math.floor(((BASE - T_MIN + 1) * delta) / (delta + SKEW));
}
