/**
 * The template of a log message: what its program always says, with what differs in every line masked by kind. A pure
 * function of the message, so that every process and every year come to the same, whatever was logged before
 * (docs/adr/0017-log-templates.md tells why nothing is mined of the past).
 *
 * One pass over at most SEQUENCE_SYMBOLS_MAX characters; each is read a fixed number of times.
 */
import { SEQUENCE_SYMBOLS_MAX } from '../domain/limits.ts';
import { bitsAt, bitsIn, DASH, DIGIT, END, HASH, HEX_LETTER, isTrailingMark, LETTER } from './chunk.ts';
import { endsLocator, kindOf, locatorOf, PARAMETER_KINDS, type ParameterKind } from './parameter-kind.ts';

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
  return { text: scan.textToEnd().trimEnd(), parameters: scan.parameters };
}

const PLACEHOLDERS = Object.fromEntries(PARAMETER_KINDS.map(kind => [kind, `<${kind}>`])) as Readonly<
  Record<ParameterKind, string>
>;

const SPACE = 32;
const DELETE = 127;
const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;

/** Separators and marks between two chunks that a rule of names looks at; all are ASCII, so that they fit a number. */
const GAP_CHARACTERS_MAX = 4;
const GAP_FULL = 1 << (7 * (GAP_CHARACTERS_MAX - 1));

/** A gap with one character more: seven bits each, the last one lowest. */
function gapWith(gap: number, code: number): number {
  return gap < GAP_FULL ? (gap << 7) | code : gap;
}

function gapOf(characters: string): number {
  return Array.from(characters).reduce((gap, character) => gapWith(gap, character.charCodeAt(0)), 0);
}
const NO_GAP = 0;
const GAP_EQUALS = gapOf('=');
const GAP_SPACE = gapOf(' ');
const GAP_COLON = gapOf(': ');
const GAP_COLON_BRACKET = gapOf(': (');
const GAP_BRACKET = gapOf(') ');

/** Most of a message is shown as it stands, so text is copied in stretches: up to what is shown as something else. */
class Scan {
  readonly message: string;
  readonly end: number;
  readonly parameters: Parameter[] = [];
  at = 0;
  /** What shows message.slice(0, #copiedTo). */
  #text = '';
  #copiedTo = 0;
  /** Whether what shows message.slice(0, at) is empty, or a space ends it. */
  #isSpaced = true;
  /** The literal chunk before, and what stands between it and `at`; empty behind a placeholder. */
  #previousStart = 0;
  #previousEnd = 0;
  #gap = NO_GAP;
  /** The quotes that nothing closes from here on: not looked for again. */
  readonly #unclosed = new Set<number>();

  constructor(message: string) {
    this.message = message;
    this.end = Math.min(message.length, SEQUENCE_SYMBOLS_MAX);
  }

  /** What shows the message, once it is read to its end. */
  textToEnd(): string {
    return this.#text + this.message.slice(this.#copiedTo, this.end);
  }

  /** Reads one separator, one quoted text or one chunk. */
  step(): void {
    const bits = bitsAt(this.message, this.at);
    if (bits !== END) {
      this.#chunk(bits);
      return;
    }
    const code = this.message.charCodeAt(this.at);
    if ((code === DOUBLE_QUOTE || code === SINGLE_QUOTE) && this.#quoted(code)) return;
    this.#separator(code);
  }

  /** From [start, end) on, which is shown as `shown`. */
  #show(shown: string, start: number, end: number): void {
    this.#text += this.message.slice(this.#copiedTo, start) + shown;
    this.#copiedTo = end;
  }

  #separator(code: number): void {
    const start = this.at;
    this.at = start + 1;
    const isSpace = code <= SPACE || code === DELETE;
    if (isSpace && this.#isSpaced) {
      this.#show('', start, this.at);
      return;
    }
    if (isSpace && code !== SPACE) this.#show(' ', start, this.at);
    this.#isSpaced = isSpace;
    this.#gap = gapWith(this.#gap, isSpace ? SPACE : code);
  }

  /** Masks what stands in quotes; false where nothing closes them. An apostrophe within a word is none. */
  #quoted(quote: number): boolean {
    const start = this.at;
    const isSingle = quote === SINGLE_QUOTE;
    if (this.#unclosed.has(quote) || (isSingle && start > 0 && this.#isWordAt(start - 1))) return false;
    for (let index = start + 1; index < this.end; index += 1) {
      if (this.message.charCodeAt(index) !== quote) continue;
      if (isSingle && index + 1 < this.end && this.#isWordAt(index + 1)) continue;
      this.#show('', start, start + 1);
      this.#mask('quoted', start + 1, index);
      this.at = index + 1;
      this.#show('', index, this.at);
      return true;
    }
    this.#unclosed.add(quote);
    return false;
  }

  /** Letters, digits, and the edges of what stands for them. */
  #isWordAt(index: number): boolean {
    const code = this.message.charCodeAt(index);
    return (
      (bitsAt(this.message, index) & (LETTER | DIGIT | HASH)) !== 0 ||
      code === 60 /* < */ ||
      code === 62 /* > */
    );
  }

  #chunk(firstBits: number): void {
    const start = this.at;
    let anyBits = firstBits;
    let end = start + 1;
    for (; end < this.end; end += 1) {
      const bits = bitsAt(this.message, end);
      if (bits === END) break;
      anyBits |= bits;
    }
    let stop = end;
    while (stop > start && isTrailingMark(this.message.charCodeAt(stop - 1))) stop -= 1;
    if (stop > start) {
      stop = this.#value(start, stop, stop < end ? bitsIn(this.message, start, stop) : anyBits);
    }
    this.#isSpaced = false;
    // What ends a sentence, or the rest of a chunk of nothing else.
    for (; stop < end; stop += 1) this.#gap = gapWith(this.#gap, this.message.charCodeAt(stop));
    this.at = stop;
  }

  /** Masks or shows the chunk in [start, stop); returns where it ends, which for paths and URLs may be behind stop. */
  #value(start: number, stop: number, anyBits: number): number {
    if (this.#isName(start, stop)) return this.#mask('user', start, stop);
    if (this.#isFingerprint(start)) return this.#mask('hash', start, stop);
    if ((anyBits & ~(LETTER | HEX_LETTER | DASH)) === 0) return this.#word(start, stop);
    const locator = locatorOf(this.message, start, stop, anyBits);
    if (locator !== undefined) return this.#mask(locator, start, this.#locatorEnd(start, stop, locator));
    const kind = kindOf(this.message, start, stop, anyBits);
    if (kind === undefined) return this.#literal(start, stop, anyBits);
    // Of `port 40776:11:` sshd means the reason of a disconnect by the second number.
    const isPort =
      (kind === 'number' || kind === 'time') && PORT_WORDS.has(this.#previous(WORD_CHARACTERS_MAX));
    return this.#mask(isPort ? 'port' : kind, start, stop);
  }

  #isFingerprint(start: number): boolean {
    const { message } = this;
    return message.charCodeAt(start) === 83 /* S */ && message.startsWith('SHA256:', start);
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
    switch (this.#gap) {
      case GAP_EQUALS:
        return NAME_KEYS.has(this.#previous(WORD_CHARACTERS_MAX));
      case GAP_SPACE:
        return this.#isNameBehindWord(start, stop);
      // sudo: anna : TTY=…
      case GAP_COLON:
        return message.startsWith(' : ', stop);
      // CRON: (root) CMD …
      case GAP_COLON_BRACKET:
        return message.startsWith(') CMD', stop);
      // su: (to root) anna on pts/0
      case GAP_BRACKET:
        return this.#previousEnd === this.#previousStart && message.startsWith(' on ', stop);
      default:
        return false;
    }
  }

  #isNameBehindWord(start: number, stop: number): boolean {
    const { message } = this;
    switch (this.#previous(4)) {
      case 'user':
        return !NO_NAMES.has(message.slice(start, Math.min(stop, start + WORD_CHARACTERS_MAX)).toLowerCase());
      case 'for':
        return message.startsWith(' from ', stop);
      case 'by':
        return message.startsWith('(uid=', stop);
      // su: (to root) anna on pts/0
      case 'to':
        return message.startsWith(') ', stop);
      default:
        return false;
    }
  }

  /** The literal chunk before, in lower case; empty where it is longer than what it is asked for as. */
  #previous(charactersMax: number): string {
    if (this.#previousEnd - this.#previousStart > charactersMax) return '';
    return this.message.slice(this.#previousStart, this.#previousEnd).toLowerCase();
  }

  #mask(kind: ParameterKind, start: number, end: number): number {
    if (this.parameters.length < PARAMETERS_MAX) this.parameters.push({ kind, start, end });
    this.#show(PLACEHOLDERS[kind], start, end);
    this.#isSpaced = false;
    return this.#word(end, end);
  }

  /** Shows a chunk with `#` for each run of digits, or of that mark itself. */
  #literal(start: number, stop: number, anyBits: number): number {
    if ((anyBits & (DIGIT | HASH)) === 0) return this.#word(start, stop);
    for (let index = start; index < stop; index += 1) {
      if ((bitsAt(this.message, index) & (DIGIT | HASH)) === 0) continue;
      const runStart = index;
      while (index + 1 < stop && bitsAt(this.message, index + 1) & (DIGIT | HASH)) index += 1;
      this.#show('#', runStart, index + 1);
    }
    return this.#word(start, stop);
  }

  /** Goes on behind a chunk that is shown as it stands. */
  #word(start: number, stop: number): number {
    this.#previousStart = start;
    this.#previousEnd = stop;
    this.#gap = NO_GAP;
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
