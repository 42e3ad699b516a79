/**
 * Words and templates of log messages, said plainly: by regular expressions over chunks, one character of text after the other.
 * What src/tokenize does faster has to come to the same (plain-log.test.ts).
 */
/// <reference path="../../src/tokenize/natural.d.ts" />
import PorterStemmer from 'natural/lib/natural/stemmers/porter_stemmer.js';
import { SEQUENCE_SYMBOLS_MAX } from '../../src/domain/limits.ts';
import { addressClassOf } from '../../src/tokenize/address.ts';
import { type LogTemplate, PARAMETERS_MAX } from '../../src/tokenize/log-template.ts';
import type { ParameterKind } from '../../src/tokenize/parameter-kind.ts';
import { tokenText } from '../../src/tokenize/token-text.ts';
import { MESSAGE_WORDS_MAX } from '../../src/tokenize/words.ts';

/** Controls and spaces, which are neither printable ASCII nor beyond it; quotes, brackets, and = , ; | */
const END = /[^!-~\u0080-\uffff]|["'`()[\]{}<>=,;|]/;
const LOCATOR_ENDS = {
  url: /[^!-~\u0080-\uffff]|["'`<>)\]]/,
  path: /[^!-~\u0080-\uffff]|["'`<>)\],;|(]/,
};
const WORD = /[A-Za-z0-9\u0080-\uffff]/;
const HOST = /^[A-Za-z0-9\u0080-\uffff-]+(?:\.[A-Za-z0-9\u0080-\uffff-]+)+\.[A-Za-z\u0080-\uffff]{2,}$/;

function isAddress(chunk: string): boolean {
  if (chunk.length > 64) return false;
  const cut = Math.max(chunk.lastIndexOf(':'), chunk.lastIndexOf('/'));
  return (
    addressClassOf(chunk) !== undefined || addressClassOf(chunk.slice(0, Math.max(0, cut))) !== undefined
  );
}

function placeholderOf(chunk: string): string | undefined {
  const mayBeAddress = /^[\d:.+%/-]*$/.test(chunk) || chunk.includes(':');
  if (mayBeAddress && isAddress(chunk)) return '<address>';
  if (/^[\d.+%/-]*\d[\d.+%/-]*$/.test(chunk)) return '<number>';
  if (/^[\d:.+%/-]*$/.test(chunk) && /\d/.test(chunk)) return '<time>';
  if (chunk.includes(':') && /^\d[\d:.+%/TZ-]*$/.test(chunk)) return '<time>';
  if (/^0[xX]/.test(chunk)) return /^0[xX][:-]*[0-9a-fA-F][0-9a-fA-F:-]*$/.test(chunk) ? '<hex>' : undefined;
  const digits = chunk.replace(/[:-]/g, '');
  return /^[0-9a-fA-F]{6,}$/.test(digits) && /\d/.test(digits) ? '<hex>' : undefined;
}

function kindOf(chunk: string): ParameterKind | undefined {
  const placeholder = placeholderOf(chunk);
  const separators = chunk.replace(/[^:-]/g, '').length;
  if (placeholder === '<address>') return 'address';
  if (placeholder === '<number>') return 'number';
  if (placeholder === '<time>' && separators < 5) return 'time';
  if (placeholder !== undefined) {
    if (chunk.length === 36 && separators === 4) return 'uuid';
    return chunk.length === 17 && separators === 5 ? 'mac' : 'hex';
  }
  const hasAll = [/[a-z]/, /[A-Z]/, /[0-9]/].every(needed => needed.test(chunk));
  if (hasAll && /^[A-Za-z0-9+/_]{16,}$/.test(chunk)) return 'hash';
  if (/^[^@]+@[^@]+$/.test(chunk)) return 'account';
  return HOST.test(chunk) ? 'host' : undefined;
}

/** Of what begins at `start` and is a chunk to `stop`; beginnings may show behind it, where the message is cut. */
function locatorOf(message: string, start: number, stop: number): 'path' | 'url' | undefined {
  const chunk = message.slice(start, stop);
  const colon = chunk.indexOf(':');
  if (colon > 0 && message.startsWith('://', start + colon)) return 'url';
  if (chunk.startsWith('/')) return chunk.length > 1 ? 'path' : undefined;
  if (/^(?:[~.]\/|\\\\)/.test(message.slice(start, start + 2))) return 'path';
  if (colon === 1 && /^[A-Za-z\u0080-\uffff]:\\/.test(message.slice(start, start + 3))) return 'path';
  return /\/.*\//.test(chunk) && /[A-Za-z\u0080-\uffff]/.test(chunk) ? 'path' : undefined;
}

/** The words of a message, as wordsOf has them. */
export function plainWordsOf(message: string): string[] {
  const chunks = message
    .slice(0, SEQUENCE_SYMBOLS_MAX)
    .split(END)
    .map(chunk => chunk.replace(/[.:!?]+$/, ''));
  const words = chunks.flatMap(chunk => {
    const placeholder = placeholderOf(chunk);
    if (placeholder !== undefined) return [placeholder];
    const parts = chunk.match(new RegExp(`${WORD.source}{2,}`, 'g')) ?? [];
    return parts.map(part => wordOf(part.slice(0, 32).toLowerCase()));
  });
  return [...new Set(words)].slice(0, MESSAGE_WORDS_MAX);
}

function wordOf(folded: string): string {
  if (/^[0-9]+$/.test(folded)) return '<number>';
  if (/[0-9]/.test(folded)) return tokenText(folded.replace(/[0-9]+/g, '#'));
  return /[\u0080-\uffff]/.test(folded) ? tokenText(folded) : PorterStemmer.stem(folded);
}

const NAME_KEYS = ['user', 'ruser', 'logname', 'username', 'login', 'acct', 'account'];
const PORT_WORDS = ['port', 'spt', 'dpt', 'sport', 'dport'];
const NO_NAMES = (
  'unknown not name names from is has was with and or in on by to of id ids does account agent list space mode manager ' +
  'slice sessions session'
).split(' ');

/** Whether what stands in [start, stop) is a user, by the chunk before, what is between, and what follows. */
function isName(
  message: string,
  start: number,
  stop: number,
  { previous, gap }: { previous: string; gap: string },
): boolean {
  const isBefore = (text: string) => message.startsWith(text, stop);
  if (gap === '=') return NAME_KEYS.includes(previous);
  if (gap === ' ' && previous === 'user')
    return !NO_NAMES.includes(message.slice(start, Math.min(stop, start + 16)).toLowerCase());
  if (gap === ' ' && previous === 'for') return isBefore(' from ');
  if (gap === ' ' && previous === 'by') return isBefore('(uid=');
  if (gap === ' ' && previous === 'to') return isBefore(') ');
  if (gap === ': ') return isBefore(' : ');
  if (gap === ': (') return isBefore(') CMD');
  return gap === ') ' && previous === '' && isBefore(' on ');
}

/** The template of a message, as logTemplateOf has it. */
export function plainTemplateOf(message: string): LogTemplate {
  const end = Math.min(message.length, SEQUENCE_SYMBOLS_MAX);
  const read = message.slice(0, end);
  const parameters: LogTemplate['parameters'] = [];
  let text = '';
  let before = { previous: '', gap: '' };
  const between = (shown: string) => {
    text += shown;
    before = { ...before, gap: (before.gap + shown).slice(0, 4) };
  };
  const mask = (kind: ParameterKind, start: number, stop: number) => {
    if (parameters.length < PARAMETERS_MAX) parameters.push({ kind, start, end: stop });
    text += `<${kind}>`;
    before = { previous: '', gap: '' };
  };
  const closingQuoteOf = (start: number): number => {
    const quote = read.charAt(start);
    const isWord = (index: number) => /[A-Za-z0-9\u0080-\uffff<>#]/.test(read.charAt(index));
    if (quote === "'" && isWord(start - 1)) return -1;
    let close = read.indexOf(quote, start + 1);
    while (quote === "'" && close !== -1 && isWord(close + 1)) close = read.indexOf(quote, close + 1);
    return close;
  };
  const valueAt = (start: number, stop: number): number => {
    const chunk = read.slice(start, stop);
    const locator = locatorOf(message, start, stop);
    const kind = kindOf(chunk);
    if (isName(message, start, stop, before)) mask('user', start, stop);
    else if (message.startsWith('SHA256:', start)) mask('hash', start, stop);
    else if (locator !== undefined) {
      const length = read.slice(stop).search(LOCATOR_ENDS[locator]);
      const whole = read.slice(start, length < 0 ? end : stop + length).replace(/[.:!?]+$/, '');
      const locatorEnd = Math.max(stop, start + whole.length);
      mask(locator, start, locatorEnd);
      return locatorEnd;
    } else if (kind !== undefined) {
      const isPort = (kind === 'number' || kind === 'time') && PORT_WORDS.includes(before.previous);
      mask(isPort ? 'port' : kind, start, stop);
    } else {
      text += chunk.replace(/[0-9#]+/g, '#');
      before = { previous: chunk.length > 16 ? '' : chunk.toLowerCase(), gap: '' };
    }
    return stop;
  };
  for (let at = 0; at < end; ) {
    const character = read.charAt(at);
    const close = character === '"' || character === "'" ? closingQuoteOf(at) : -1;
    if (close !== -1) {
      mask('quoted', at + 1, close);
      at = close + 1;
    } else if (END.test(character)) {
      const isSpace = character <= ' ' || character === '\u007f';
      if (!isSpace) between(character);
      else if (text !== '' && !text.endsWith(' ')) between(' ');
      at += 1;
    } else {
      const length = read.slice(at).search(END);
      const chunkEnd = length < 0 ? end : at + length;
      const stop = at + read.slice(at, chunkEnd).replace(/[.:!?]+$/, '').length;
      const valueEnd = stop > at ? valueAt(at, stop) : stop;
      between(read.slice(valueEnd, Math.max(valueEnd, chunkEnd)));
      at = Math.max(valueEnd, chunkEnd);
    }
  }
  return { text: text.trimEnd(), parameters };
}
