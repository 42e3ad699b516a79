/**
 * What a label looks like to a hurried reader: letters that are taken for others become those, so that two labels that look
 * alike have one skeleton. A small part of the table of Unicode's confusables (Unicode Technical Standard 39, §4): the small letters of
 * Cyrillic, Greek, Armenian and beyond Latin-1 that pass for Latin ones, for names hold small letters only; and digits and pairs
 * of letters that do the same in ASCII.
 */
import { isAscii, shownLabelOf } from './idn.ts';

/** Latin letter, and what passes for it. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: 'аɑαạ',
  b: 'ЬьƄƅɓ',
  c: 'сϲᴄⅽ',
  d: 'ԁɗⅾ',
  e: 'еҽєɛ',
  f: 'ẝƒքϝ',
  g: 'ɡɢց',
  h: 'һհн',
  i: 'іıɩιϊї',
  j: 'јϳʝ',
  k: 'кκⲕĸ',
  l: 'ӏןɭⅼ1|',
  m: 'мⅿɱ',
  n: 'ոпηɴռ',
  o: 'оοօσס०0ӧ',
  p: 'рρⲣƿ',
  q: 'ԛգզ',
  r: 'гᴦɼ',
  s: 'ѕꜱʂ',
  t: 'тτƭ',
  u: 'υսʋꭎ',
  v: 'νѵᴠⅴ',
  w: 'ѡԝաωɯ',
  x: 'хχⅹ',
  y: 'уγүʏ',
  z: 'ᴢʐ',
};
const LATIN_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([latin, others]) => [...others].map(other => [other, latin] as const)),
);
/** Letters that no decomposition makes Latin. */
const STROKES: ReadonlyMap<string, string> = new Map([
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ħ', 'h'],
  ['ŧ', 't'],
]);
/** A label on the wire has 63 characters at most. */
const LABEL_CHARACTERS_MAX = 63;
const COMBINING_FIRST = 0x300;
const COMBINING_LAST = 0x36f;

/**
 * The skeleton of a label: decoded, without accents, look-alikes folded, then `rn` as `m`, `vv` as `w`. Never throws; reads
 * 63 characters.
 * @example skeletonOf('examp1e') // 'example'
 * @example skeletonOf('rnicrosoft') // 'microsoft'
 * @example skeletonOf('xn--80ak6aa92e') // 'apple': all of it is Cyrillic
 */
export function skeletonOf(label: string): string {
  const read = label.length > LABEL_CHARACTERS_MAX ? label.slice(0, LABEL_CHARACTERS_MAX) : label;
  const shown = shownLabelOf(read);
  let folded = '';
  for (const character of isAscii(shown) ? shown : shown.normalize('NFD')) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= COMBINING_FIRST && code <= COMBINING_LAST) continue;
    folded += LATIN_OF.get(character) ?? STROKES.get(character) ?? character;
  }
  return folded.replaceAll('rn', 'm').replaceAll('vv', 'w');
}
