/** Words of a message as `natural` has them: its tokenizer and its stemmer, as its users put them together. */
/// <reference path="../natural.d.ts" />
/// <reference path="../../../src/tokenize/natural.d.ts" />
import PorterStemmer from 'natural/lib/natural/stemmers/porter_stemmer.js';
import AggressiveTokenizer from 'natural/lib/natural/tokenizers/aggressive_tokenizer.js';
import { MESSAGE_WORDS_MAX } from '../../../src/tokenize/words.ts';

const tokenizer = new AggressiveTokenizer();

/** @example naturalWordsOf('Failed password for root from 10.0.0.5') // ['fail', 'password', 'for', 'root', 'from', '10', '0', '5'] */
export function naturalWordsOf(message: string): string[] {
  const stems = tokenizer.tokenize(message).map(word => PorterStemmer.stem(word.toLowerCase()));
  return [...new Set(stems.filter(stem => stem !== ''))].slice(0, MESSAGE_WORDS_MAX);
}
