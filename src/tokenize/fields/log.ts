/**
 * Fields of log lines: the text itself, its words, its template with its parameters by type, and how serious its writer took it.
 * What each adds, and why nothing is mined of the past: docs/adr/0017-log-templates.md.
 */
import type { LogRecord } from '../../domain/record.ts';
import {
  addressClassesOf,
  addressOf,
  kindsOf,
  longestOf,
  pathNamesOf,
  pathRootsOf,
  portClassesOf,
  usersOf,
} from '../log-parameters.ts';
import { type LogTemplate, logTemplateOf } from '../log-template.ts';
import { wordsOf } from '../words.ts';
import { Facts } from './facts.ts';
import type { FieldRow } from './row.ts';

export const LOG_ROWS: readonly FieldRow<LogFacts>[] = [
  {
    kind: 'string',
    field: 'message',
    says: "the message; other kinds' messages repeat the record and are not read",
    example: 'Failed password for root from 10.0.0.5 port 22 ssh2',
    since: 1,
    read: ({ record }) => record.message,
  },
  {
    kind: 'category',
    field: 'message.words',
    says: 'the first 64 different words: English stems in lower case, digits within words as `#`; `<number>`, `<time>`, `<address>` and `<hex>` for what differs in every line ([ADR 17](adr/0017-log-templates.md))',
    cut: 'words',
    example: 'fail',
    since: 1,
    until: 2,
    read: ({ record }) => wordsOf(record.message),
  },
  {
    kind: 'category',
    field: 'log.level',
    says: 'severity by syslog priority, or a level word among the first 96 characters: `emergency` to `debug` (RFC 5424)',
    cut: 'word',
    example: 'warning',
    since: 1,
    read: ({ record }) => levelOf(record.message),
  },
  {
    kind: 'category',
    field: 'message.template',
    says: 'the message with what differs in every line masked by type (`<address>`, `<user>`, `<path>` …), and digits within words as `#`',
    cut: 'text',
    example: 'sshd: Failed password for <user> from <address> port <port> ssh#',
    since: 3,
    read: ({ template }) => template.text,
  },
  {
    kind: 'category',
    field: 'message.user',
    says: 'the first 4 different users that the message names, where its template has a place for one ([ADR 17](adr/0017-log-templates.md))',
    cut: 'words',
    example: 'root',
    since: 3,
    onByDefault: false,
    read: ({ message, template }) => usersOf(message, template),
  },
  {
    kind: 'category',
    field: 'message.address',
    says: 'the first address in the message',
    cut: 'folded',
    example: '10.0.0.5',
    since: 3,
    read: ({ message, template }) => addressOf(message, template),
  },
  {
    kind: 'category',
    field: 'message.address.class',
    says: 'kinds of its first 4 different addresses, as `source.ip.class`',
    cut: 'words',
    example: 'public-v4',
    since: 3,
    read: ({ message, template }) => addressClassesOf(message, template),
  },
  {
    kind: 'category',
    field: 'message.path.root',
    says: 'where its first 4 different paths lead: their first two parts',
    cut: 'words',
    example: '/usr/bin',
    since: 3,
    read: ({ message, template }) => pathRootsOf(message, template),
  },
  {
    kind: 'category',
    field: 'message.path.name',
    says: 'the last parts of its first 4 different paths ([ADR 17](adr/0017-log-templates.md))',
    cut: 'words',
    example: 'vim',
    since: 3,
    onByDefault: false,
    read: ({ message, template }) => pathNamesOf(message, template),
  },
  {
    kind: 'category',
    field: 'message.longest',
    says: 'characters of its longest masked value; 0 where there is none',
    cut: 'amount',
    example: '48',
    since: 3,
    read: ({ template }) => longestOf(template),
  },
  {
    kind: 'category',
    field: 'message.values',
    says: 'how many values are masked, 64 at most ([ADR 17](adr/0017-log-templates.md))',
    cut: 'amount',
    example: '3',
    since: 3,
    onByDefault: false,
    read: ({ template }) => template.parameters.length,
  },
  {
    kind: 'category',
    field: 'message.kinds',
    says: 'the types that it has values of ([ADR 17](adr/0017-log-templates.md))',
    cut: 'words',
    example: 'address',
    since: 3,
    onByDefault: false,
    read: ({ template }) => kindsOf(template),
  },
  {
    kind: 'category',
    field: 'message.port',
    says: 'classes of the numbers that it calls ports, as `destination.port` ([ADR 17](adr/0017-log-templates.md))',
    cut: 'words',
    example: 'high',
    since: 3,
    onByDefault: false,
    read: ({ message, template }) => portClassesOf(message, template),
  },
];

export class LogFacts extends Facts<LogRecord> {
  #template: LogTemplate | null = null;

  get message(): string {
    return this.record.message;
  }

  get template(): LogTemplate {
    this.#template ??= logTemplateOf(this.message);
    return this.#template;
  }
}

/** RFC 5424 §6.2.1, by number. */
const SEVERITIES: readonly string[] = [
  'emergency',
  'alert',
  'critical',
  'error',
  'warning',
  'notice',
  'informational',
  'debug',
];
const PRIORITY_MAX = 191;

const LEVEL_WORDS: ReadonlyMap<string, string> = new Map([
  ['emerg', 'emergency'],
  ['emergency', 'emergency'],
  ['panic', 'emergency'],
  ['alert', 'alert'],
  ['fatal', 'critical'],
  ['crit', 'critical'],
  ['critical', 'critical'],
  ['severe', 'critical'],
  ['err', 'error'],
  ['error', 'error'],
  ['warn', 'warning'],
  ['warning', 'warning'],
  ['notice', 'notice'],
  ['info', 'informational'],
  ['informational', 'informational'],
  ['debug', 'debug'],
  ['trace', 'debug'],
]);
/** By first letter: the lengths of the words that begin with it, as bits. Few words of a line are looked up. */
const LEVEL_LENGTHS = new Uint16Array(26);
for (const word of LEVEL_WORDS.keys()) {
  const letter = word.charCodeAt(0) - 97;
  LEVEL_LENGTHS[letter] = (LEVEL_LENGTHS[letter] ?? 0) | (1 << word.length);
}
const LEVEL_CHARACTERS_MAX = 13;
/** Levels stand at the head of a line; further on, `error` is a word like others. */
const HEAD_CHARACTERS_MAX = 96;

/**
 * The severity that a message shows: a syslog priority `<34>` (facility·8 + severity, RFC 5424), or a level word among
 * its first 96 characters; undefined where it shows none.
 * @example levelOf('<34>su: failed') // 'critical': 34 mod 8 = 2
 * @example levelOf('2024-05-01 12:00:00 [WARN] disk full') // 'warning'
 */
export function levelOf(message: string): string | undefined {
  const priority = priorityOf(message);
  if (priority !== undefined) return SEVERITIES[priority % 8];
  const end = Math.min(message.length, HEAD_CHARACTERS_MAX);
  let start = 0;
  for (let index = 0; index <= end; index += 1) {
    const lower = index < end ? message.charCodeAt(index) | 32 : 0;
    if (lower >= 97 && lower <= 122) continue;
    if (mayBeLevel(message, start, index)) {
      const level = LEVEL_WORDS.get(message.slice(start, index).toLowerCase());
      if (level !== undefined) return level;
    }
    start = index + 1;
  }
  return undefined;
}

/** By its first letter and its length; what stands in [start, end) is letters. */
function mayBeLevel(message: string, start: number, end: number): boolean {
  if (end === start || end - start > LEVEL_CHARACTERS_MAX) return false;
  const lengths = LEVEL_LENGTHS[(message.charCodeAt(start) | 32) - 97] ?? 0;
  return (lengths & (1 << (end - start))) !== 0;
}

/** The number in `<0>` … `<191>` at the beginning of a message. */
function priorityOf(message: string): number | undefined {
  if (message.charCodeAt(0) !== 60 /* < */) return undefined;
  const end = message.slice(0, 5).indexOf('>');
  if (end < 2 || end > 4) return undefined;
  let priority = 0;
  for (let index = 1; index < end; index += 1) {
    const digit = message.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return undefined;
    priority = priority * 10 + digit;
  }
  return priority <= PRIORITY_MAX ? priority : undefined;
}
