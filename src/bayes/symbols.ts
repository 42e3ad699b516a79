/**
 * The alphabet of the character models: 64 symbols, one committed table. It never changes: n-grams are stored by its
 * numbers, those of sealed slices for good. Another alphabet would read other fields.
 *
 *   0–25 a–z (upper case folded; a shape token tells case)   26–35 0–9   36–61 marks   62 other   63 end
 *
 * `other` is every UTF-16 unit outside the table: controls, the seven marks that were left out (! # * ^ ` | ~), and all
 * that is not ASCII, so a character beyond the basic plane is two of them. `end` closes every string.
 */

export const SYMBOL_COUNT = 64;
/** Bits of a symbol in an n-gram key. */
export const SYMBOL_BITS = 6;
export const OTHER = 62;
export const END = 63;

/** In the order of their symbols, from 36: what names, URLs, user agents and logs are built with. */
const MARKS = '.-_/:=&?%+;, @()[]{}"\'<>$\\';

/** The character of each symbol but the last two. */
export const SYMBOL_CHARACTERS = `abcdefghijklmnopqrstuvwxyz0123456789${MARKS}`;

const SYMBOL_OF_ASCII = new Uint8Array(128).fill(OTHER);
for (let symbol = 0; symbol < SYMBOL_CHARACTERS.length; symbol++) {
  SYMBOL_OF_ASCII[SYMBOL_CHARACTERS.charCodeAt(symbol)] = symbol;
}
for (let letter = 0; letter < 26; letter++) SYMBOL_OF_ASCII[65 + letter] = letter;

/**
 * The symbol of a UTF-16 unit, 0 to 62; never END.
 * @example symbolOf('A'.charCodeAt(0)) // 0
 * @example symbolOf('é'.charCodeAt(0)) // 62
 */
export function symbolOf(unit: number): number {
  return unit < 128 ? (SYMBOL_OF_ASCII[unit] as number) : OTHER;
}
