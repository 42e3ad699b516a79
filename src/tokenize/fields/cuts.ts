/**
 * How what a row reads becomes the text of a token. Texts of the record are bounded and made readable (token-text.ts), numbers
 * fall in bins (buckets.ts); words of our own stay as they are.
 */
import { codeTokenText, foldedTokenText, tokenText } from '../token-text.ts';

/** Of each cut, what it does, in a sentence for docs/fields.md, with examples. */
export const CUTS = {
  text: { rule: 'as it came', examples: 'Alice → `Alice`' },
  folded: { rule: 'in lower case', examples: 'Host7 → `host7`' },
  code: { rule: 'in upper case', examples: 'nxdomain → `NXDOMAIN`' },
  word: { rule: 'one of the words that the row names', examples: '' },
  words: { rule: 'any number of such words, each once', examples: '' },
  amount: {
    rule: 'bin, named by its lower bound: 0, 1, then powers of two and their half-steps: 2, 3, 4, 6, 8, 12, 16, 24, 32, 48 …; what is negative is `invalid`',
    examples: '100 → `96`, 1500 → `1024`, 5 → `4`',
  },
  duration: {
    rule: 'as amount, in milliseconds, below one in microseconds',
    examples: '100 ms → `96ms`, 0.25 ms → `192us`',
  },
  share: {
    rule: 'bin, named by its lower bound in eighths; none and all apart',
    examples: '3 of 10 → `0.25`, 1 of 100 → `>0`, all → `1`',
  },
  entropy: {
    rule: 'bits per character in quarters, named by the lower bound',
    examples: '3.6 → `3.5`',
  },
  ratio: {
    rule: 'the nearest power of two, to 1,024; `source-only`, `destination-only`, `none`',
    examples: '3000 to 400 → `8:1`',
  },
  quantile: {
    rule: 'bin by the cut points of this release, which are twentieths of good traffic and half-octaves around them: their version and the number of the bin, or `above` the last',
    examples: '',
  },
} as const;
export type Cut = keyof typeof CUTS;

/** Cuts of numbers, of texts that the sender wrote, and of words of our own, which stay as they are: words, and bins of two numbers. */
export type NumberCut = 'amount' | 'duration';
export type TextCut = 'text' | 'folded' | 'code';
export type WordCut = Exclude<Cut, NumberCut | TextCut | 'words'>;

/** The token of a text by its cut; a word is one already. */
export function tokenOfText(cut: TextCut | WordCut, text: string): string {
  switch (cut) {
    case 'text':
      return tokenText(text);
    case 'folded':
      return foldedTokenText(text);
    case 'code':
      return codeTokenText(text);
    default:
      return text;
  }
}
