/**
 * The template of a log message: what its program always says, with what differs in every line masked by kind. A pure
 * function of the message, so that every process and every year come to the same, whatever was logged before
 * (docs/adr/0017-log-templates.md tells why nothing is mined of the past).
 *
 * One pass over at most SEQUENCE_SYMBOLS_MAX characters; each is read a fixed number of times.
 */
import { SEQUENCE_SYMBOLS_MAX } from '../domain/limits.ts';
import { bitsAt, DIGIT, END, isTrailingMark, LETTER } from './chunk.ts';
import { endsLocator, kindOf, locatorOf, type ParameterKind } from './parameter-kind.ts';

/** A value that was masked: message.slice(start, end), in quotes without them. */
export interface Parameter {
  kind: ParameterKind;
  start: number;
  end: number;
}

export interface LogTemplate {
  /** With `<kind>` for each parameter, `#` for digits within words, and single spaces. */
  text: string;
  /** In the order of the message, at most PARAMETERS_MAX. */
  parameters: Parameter[];
}

/** A line with more says by its first ones what it is. */
export const PARAMETERS_MAX = 64;

/**
 * @example logTemplateOf('sshd: Failed password for root from 10.0.0.5 port 4242 ssh2').text
 * // 'sshd: Failed password for <user> from <address> port <port> ssh#'
 * @example logTemplateOf('kernel: eth0: link up, 1000 Mbps, "full"').text // 'kernel: eth#: link up, <number> Mbps, <quoted>'
 */
export function logTemplateOf(message: string): LogTemplate {
  const scan = new Scan(message);
  while (scan.at < scan.end) scan.step();
  return { text: scan.text.trimEnd(), parameters: scan.parameters };
}

const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
/** Separators between two chunks that a rule of names looks at. */
const GAP_CHARACTERS_MAX = 4;

class Scan {
  readonly message: string;
  readonly end: number;
  readonly parameters: Parameter[] = [];
  at = 0;
  text = '';
  /** The literal chunk before, in lower case, and what stands between it and `at`; empty behind a placeholder. */
  #previous = '';
  #gap = '';
  /** The quotes that nothing closes from here on: not looked for again. */
  readonly #unclosed = new Set<number>();

  constructor(message: string) {
    this.message = message;
    this.end = Math.min(message.length, SEQUENCE_SYMBOLS_MAX);
  }

  /** Reads one separator, one quoted text or one chunk. */
  step(): void {
    const code = this.message.charCodeAt(this.at);
    if (bitsAt(this.message, this.at) !== END) this.#chunk();
    else if ((code === DOUBLE_QUOTE || code === SINGLE_QUOTE) && this.#quoted(code)) return;
    else this.#separator(code);
  }

  #separator(code: number): void {
    const shown = code <= 32 || code === 127 ? ' ' : this.message.charAt(this.at);
    this.at += 1;
    if (shown === ' ' && (this.text === '' || this.text.endsWith(' '))) return;
    this.text += shown;
    if (this.#gap.length < GAP_CHARACTERS_MAX) this.#gap += shown;
  }

  /** Masks what stands in quotes; false where nothing closes them. An apostrophe within a word is none. */
  #quoted(quote: number): boolean {
    const isSingle = quote === SINGLE_QUOTE;
    if (this.#unclosed.has(quote) || (isSingle && this.at > 0 && this.#isWordAt(this.at - 1))) return false;
    for (let index = this.at + 1; index < this.end; index += 1) {
      if (this.message.charCodeAt(index) !== quote) continue;
      if (isSingle && index + 1 < this.end && this.#isWordAt(index + 1)) continue;
      this.#mask('quoted', this.at + 1, index);
      this.at = index + 1;
      return true;
    }
    this.#unclosed.add(quote);
    return false;
  }

  /** Letters, digits, and the edges of what stands for them. */
  #isWordAt(index: number): boolean {
    const code = this.message.charCodeAt(index);
    return (
      (bitsAt(this.message, index) & (LETTER | DIGIT)) !== 0 || '<>#'.includes(String.fromCharCode(code))
    );
  }

  #chunk(): void {
    const start = this.at;
    let end = start + 1;
    while (end < this.end && bitsAt(this.message, end) !== END) end += 1;
    let stop = end;
    while (stop > start && isTrailingMark(this.message.charCodeAt(stop - 1))) stop -= 1;
    if (stop > start) stop = this.#value(start, stop);
    // What ends a sentence, or the rest of a chunk of nothing else.
    const marksEnd = Math.max(stop, end);
    const marks = this.message.slice(stop, marksEnd);
    this.text += marks;
    if (marks !== '') this.#gap = (this.#gap + marks).slice(0, GAP_CHARACTERS_MAX);
    this.at = marksEnd;
  }

  /** Masks or writes the chunk in [start, stop); returns where it ends, which for paths and URLs may be behind stop. */
  #value(start: number, stop: number): number {
    if (this.#isName(start, stop)) return this.#mask('user', start, stop);
    if (this.message.startsWith('SHA256:', start)) return this.#mask('hash', start, stop);
    const locator = locatorOf(this.message, start, stop);
    if (locator !== undefined) return this.#mask(locator, start, this.#locatorEnd(start, stop, locator));
    const kind = kindOf(this.message, start, stop);
    if (kind === undefined) return this.#literal(start, stop);
    // Of `port 40776:11:` sshd means the reason of a disconnect by the second number.
    const isPort = (kind === 'number' || kind === 'time') && PORT_WORDS.has(this.#previous);
    return this.#mask(isPort ? 'port' : kind, start, stop);
  }

  /** Paths and URLs hold characters that end other chunks. */
  #locatorEnd(start: number, stop: number, kind: 'path' | 'url'): number {
    let end = stop;
    while (end < this.end && !endsLocator(this.message.charCodeAt(end), kind)) end += 1;
    while (end > start && isTrailingMark(this.message.charCodeAt(end - 1))) end -= 1;
    return Math.max(end, stop);
  }

  #isName(start: number, stop: number): boolean {
    const { message } = this;
    const gap = this.#gap;
    const previous = this.#previous;
    if (gap === '=') return NAME_KEYS.has(previous);
    if (gap === ' ' && previous === 'user') {
      return !NO_NAMES.has(message.slice(start, Math.min(stop, start + WORD_CHARACTERS_MAX)).toLowerCase());
    }
    if (gap === ' ' && previous === 'for') return message.startsWith(' from ', stop);
    if (gap === ' ' && previous === 'by') return message.startsWith('(uid=', stop);
    // sudo: anna : TTY=…
    if (gap === ': ') return message.startsWith(' : ', stop);
    // CRON: (root) CMD …
    if (gap === ': (') return message.startsWith(') CMD', stop);
    // su: (to root) anna on pts/0
    if (gap === ' ' && previous === 'to') return message.startsWith(') ', stop);
    return gap === ') ' && previous === '' && message.startsWith(' on ', stop);
  }

  #mask(kind: ParameterKind, start: number, end: number): number {
    if (this.parameters.length < PARAMETERS_MAX) this.parameters.push({ kind, start, end });
    this.text += `<${kind}>`;
    this.#previous = '';
    this.#gap = '';
    return end;
  }

  #literal(start: number, stop: number): number {
    for (let index = start; index < stop; index += 1) {
      const shown = bitsAt(this.message, index) === DIGIT ? '#' : this.message.charAt(index);
      if (shown !== '#' || !this.text.endsWith('#')) this.text += shown;
    }
    this.#previous = stop - start > WORD_CHARACTERS_MAX ? '' : this.message.slice(start, stop).toLowerCase();
    this.#gap = '';
    return stop;
  }
}

/** Longer words are no keys of the rules. */
const WORD_CHARACTERS_MAX = 16;
/** `user=anna`, and how others call it. */
const NAME_KEYS: ReadonlySet<string> = new Set([
  'user',
  'ruser',
  'logname',
  'username',
  'login',
  'acct',
  'account',
]);
/** What follows `user` and is none: `user unknown`, `disconnected by user from …`. */
const NO_NAMES: ReadonlySet<string> = new Set([
  ...[
    'unknown',
    'not',
    'name',
    'names',
    'from',
    'is',
    'has',
    'was',
    'with',
    'and',
    'or',
    'in',
    'on',
    'by',
    'to',
    'of',
  ],
  ...[
    'id',
    'ids',
    'does',
    'account',
    'agent',
    'list',
    'space',
    'mode',
    'manager',
    'slice',
    'sessions',
    'session',
  ],
]);
/** Words before a number that is a port; SPT and DPT are the firewall's of Linux. */
const PORT_WORDS: ReadonlySet<string> = new Set(['port', 'spt', 'dpt', 'sport', 'dport']);
