/**
 * Names in letters beyond ASCII (internationalized domain names, RFC 5890), as they are written in DNS (`xn--…`) or as a sensor
 * shows them. Which scripts a label mixes is told for those whose letters look like Latin ones, by blocks of Unicode, so that
 * no version of a library changes it (Unicode Technical Standard 39, §5, has the whole of it).
 */
import { punycodeTextOf } from './punycode.ts';
import { Recent } from './recent.ts';

const ACE_PREFIX = 'xn--';
const NAME_CHARACTERS_MAX = 253;

export type Idn = 'none' | 'valid' | 'mixed-script' | 'invalid';
const RANKS: readonly Idn[] = ['none', 'valid', 'mixed-script', 'invalid'];

const LABELS_KEPT = 512;
const kinds = new Recent(LABELS_KEPT, kindOfLabel);

/**
 * What the labels of a name are, the worst of them: `none` where all are ASCII, `invalid` where one decodes to nothing, to
 * ASCII alone or to characters that no name may hold, `mixed-script` where one mixes Latin with letters that look like it.
 * Never throws; looks at the last 253 characters.
 * @example idnOf('xn--mnchen-3ya.example') // 'valid'
 * @example idnOf('xn--80ak6aa92e.com') // 'valid': all of it is Cyrillic
 * @example idnOf('раypal.example') // 'mixed-script': the first two letters are Cyrillic
 */
export function idnOf(name: string): Idn {
  const read = name.length > NAME_CHARACTERS_MAX ? name.slice(-NAME_CHARACTERS_MAX) : name;
  if (isAscii(read) && !hasAcePrefix(read)) return 'none';
  let worst = 0;
  for (const label of read.split('.')) {
    const kind = isAscii(label) && !startsWithAcePrefix(label) ? 'none' : kinds.of(label);
    worst = Math.max(worst, RANKS.indexOf(kind));
  }
  return RANKS[worst] ?? 'none';
}

/**
 * A label as people see it, in lower case; what does not decode stays as it is.
 * @example shownLabelOf('xn--mnchen-3ya') // 'münchen'
 */
export function shownLabelOf(label: string): string {
  const lower = label.toLowerCase();
  return startsWithAcePrefix(label) ? (punycodeTextOf(lower.slice(ACE_PREFIX.length)) ?? lower) : lower;
}

/**
 * A name in the one form in which two writings of it are equal: letters, not `xn--`; lower case, composed (Unicode's NFC). A
 * label that decodes to what no encoder would have been given (ASCII alone, capitals, letters decomposed) stays as it is,
 * for it is another name.
 * @example canonicalNameOf('WWW.xn--bcher-kva.de') // 'www.bücher.de'
 * @example canonicalNameOf('xn--example-.org') // 'xn--example-.org'
 */
export function canonicalNameOf(name: string): string {
  if (isAscii(name) && !hasAcePrefix(name)) return name.toLowerCase();
  return name.split('.').map(canonicalLabelOf).join('.');
}

function canonicalLabelOf(label: string): string {
  const shown = shownLabelOf(label);
  const composed = shown.toLowerCase().normalize('NFC');
  if (!startsWithAcePrefix(label)) return composed;
  return composed === shown && !isAscii(shown) ? shown : label.toLowerCase();
}

function kindOfLabel(label: string): Idn {
  let text: string = label;
  if (startsWithAcePrefix(label)) {
    const decoded = punycodeTextOf(label.slice(ACE_PREFIX.length));
    if (decoded === null || isAscii(decoded)) return 'invalid';
    text = decoded;
  }
  let scripts = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (isForbidden(code)) return 'invalid';
    scripts |= scriptOf(code);
  }
  return (scripts & (scripts - 1)) === 0 ? 'valid' : 'mixed-script';
}

/** Controls, spaces, marks that reorder or hide, lone surrogates, private use, the replacement of what could not be read. */
function isForbidden(code: number): boolean {
  return (
    code <= 0x20 ||
    (code >= 0x7f && code <= 0xa0) ||
    code === 0xad ||
    code === 0x61c ||
    code === 0x180e ||
    (code >= 0x2000 && code <= 0x200b) ||
    (code >= 0x200e && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202f) ||
    (code >= 0x205f && code <= 0x206f) ||
    (code >= 0xd800 && code <= 0xf8ff) ||
    (code >= 0xfdd0 && code <= 0xfdef) ||
    code === 0xfeff ||
    (code >= 0xfff0 && code <= 0xffff) ||
    code >= 0xe0000
  );
}

/** Blocks of the scripts that have letters like Latin ones, by ascending first code point; Unicode 15, Blocks.txt. */
const SCRIPT_BLOCKS: readonly (readonly [first: number, last: number, bit: number])[] = [
  [0x41, 0x5a, 1],
  [0x61, 0x7a, 1],
  [0xc0, 0x24f, 1],
  [0x250, 0x2af, 1],
  [0x370, 0x3ff, 2],
  [0x400, 0x52f, 4],
  [0x530, 0x58f, 8],
  [0x10a0, 0x10ff, 16],
  [0x13a0, 0x13ff, 32],
  [0x1d00, 0x1dbf, 1],
  [0x1e00, 0x1eff, 1],
  [0x1f00, 0x1fff, 2],
  [0x2c60, 0x2c7f, 1],
  [0x2c80, 0x2cff, 64],
  [0x2de0, 0x2dff, 4],
  [0xa640, 0xa69f, 4],
  [0xa720, 0xa7ff, 1],
  [0xab70, 0xabbf, 32],
];

/** A bit for each such script; 0 for digits, hyphens and every other script. */
function scriptOf(code: number): number {
  for (const [first, last, bit] of SCRIPT_BLOCKS) {
    if (code < first) return 0;
    if (code <= last) return bit;
  }
  return 0;
}

export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 127) return false;
  return true;
}

function hasAcePrefix(name: string): boolean {
  for (let at = 0; at !== -1; at = nextLabel(name, at)) if (startsWithAcePrefix(name, at)) return true;
  return false;
}

/** Where the label after the next dot begins; −1 where there is none. */
function nextLabel(name: string, from: number): number {
  const dot = name.indexOf('.', from);
  return dot === -1 ? -1 : dot + 1;
}

/** Whether `xn--` stands there, in any case. */
function startsWithAcePrefix(text: string, at = 0): boolean {
  return (
    (text.charCodeAt(at) | 32) === 120 &&
    (text.charCodeAt(at + 1) | 32) === 110 &&
    text.charCodeAt(at + 2) === 45 &&
    text.charCodeAt(at + 3) === 45
  );
}
