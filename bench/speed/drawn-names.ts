/**
 * Names drawn from a seed, as many as are wanted: two labels of letters and digits and an ending. Every character is as
 * likely as any other, so that hardly two names share an n-gram of five: a model grows fastest with them, and no part of
 * it is read more often than another, which is the hardest that names can be for the caches of a processor.
 */
import { seededRandom } from '../accuracy/seeded.ts';
import type { LabelledName } from './names.ts';

const CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ENDINGS = ['com', 'net', 'org', 'info', 'biz', 'de'];
const LABEL_CHARACTERS_MIN = 6;
const LABEL_CHARACTERS_MAX = 14;
/** Longest label that a name may have (RFC 1035, §2.3.4). */
const DNS_LABEL_CHARACTERS_MAX = 63;

export class DrawnNames {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** The next names; every second one is bad, and those have no digits. */
  next(count: number): LabelledName[] {
    return Array.from({ length: count }, (_, index) => {
      const label = index % 2 === 0 ? 'good' : 'bad';
      const text = `${this.#label(label)}.${this.#label(label)}`;
      return { name: `${text}.${ENDINGS[this.#below(ENDINGS.length)]}`, label };
    });
  }

  /** Names of one length: labels as long as they may be. @param characters 10 to 253 */
  ofLength(characters: number, count: number): LabelledName[] {
    return Array.from({ length: count }, () => {
      let name = '.com';
      while (name.length < characters) {
        const room = characters - name.length;
        // A label and its dot; what is left after it must hold another one, or nothing.
        const label =
          room - DNS_LABEL_CHARACTERS_MAX === 1 ? room - 2 : Math.min(room, DNS_LABEL_CHARACTERS_MAX);
        name = `${this.#characters(label, CHARACTERS.length)}${name.startsWith('.') ? '' : '.'}${name}`;
      }
      return { name, label: 'good' };
    });
  }

  #label(label: LabelledName['label']): string {
    const length = LABEL_CHARACTERS_MIN + this.#below(LABEL_CHARACTERS_MAX - LABEL_CHARACTERS_MIN + 1);
    return this.#characters(length, label === 'bad' ? 26 : CHARACTERS.length);
  }

  #characters(count: number, alphabet: number): string {
    let text = '';
    for (let at = 0; at < count; at++) text += CHARACTERS[this.#below(alphabet)];
    return text;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}
