/** The parts of a query: names and values of its parameters, each decoded once, and what is odd in how they are written. */
import { SEQUENCE_SYMBOLS_MAX } from '../../domain/limits.ts';
import { CONTROL, DOUBLE, ESCAPED, MALFORMED, NOT_UTF8, percentDecoded } from '../percent.ts';

export interface Query {
  /** Names, and values that are not empty, each ended by `&`; a parameter without `=` is a name. */
  keys: string;
  values: string;
  /** Words for how it is written; `plain` where nothing is escaped. */
  encoding: readonly string[];
}

const ODDITIES: readonly (readonly [oddity: number, word: string])[] = [
  [ESCAPED, 'escaped'],
  [DOUBLE, 'double'],
  [MALFORMED, 'malformed'],
  [CONTROL, 'control'],
  [NOT_UTF8, 'not-utf8'],
];
const PLAIN: readonly string[] = ['plain'];

/**
 * The query's first SEQUENCE_SYMBOLS_MAX characters, in parts. A plus is a space, as forms have it.
 * @example queryOf('q=a%20b&x') // { keys: 'q&x', values: 'a b', encoding: ['escaped'] }
 */
export function queryOf(query: string): Query {
  const read = query.length > SEQUENCE_SYMBOLS_MAX ? query.slice(0, SEQUENCE_SYMBOLS_MAX) : query;
  const keys: string[] = [];
  const values: string[] = [];
  let oddities = 0;
  const decoded = (part: string): string => {
    const of = percentDecoded(part.includes('+') ? part.replaceAll('+', ' ') : part);
    oddities |= of.oddities;
    return of.text;
  };
  for (const parameter of parametersOf(read)) {
    const equals = parameter.indexOf('=');
    const key = decoded(equals === -1 ? parameter : parameter.slice(0, equals));
    const value = equals === -1 ? '' : decoded(parameter.slice(equals + 1));
    if (key !== '') keys.push(key);
    if (value !== '') values.push(value);
  }
  return { keys: keys.join('&'), values: values.join('&'), encoding: wordsOf(oddities) };
}

/** What stands between `&` and `;`, and is not empty. */
export function parametersOf(query: string): string[] {
  const parameters: string[] = [];
  let start = 0;
  for (let index = 0; index <= query.length; index += 1) {
    const code = index < query.length ? query.charCodeAt(index) : 38;
    if (code !== 38 /* & */ && code !== 59 /* ; */) continue;
    if (index > start) parameters.push(query.slice(start, index));
    start = index + 1;
  }
  return parameters;
}

function wordsOf(oddities: number): readonly string[] {
  return oddities === 0 ? PLAIN : ODDITIES.filter(([oddity]) => oddities & oddity).map(([, word]) => word);
}
