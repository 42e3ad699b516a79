/** Log lines: the text itself, its words, and how serious its writer took it. */
import type { Observations } from '../domain/observation.ts';
import type { LogRecord } from '../domain/record.ts';
import { observeSequence, observeToken } from './observe.ts';
import { wordsOf } from './words.ts';

/** Appends what is seen in a log record alone. */
export function observeLog(into: Observations, { message }: LogRecord): void {
  observeSequence(into, 'message', message);
  for (const word of wordsOf(message)) observeToken(into, 'message.words', word);
  const level = levelOf(message);
  if (level !== undefined) observeToken(into, 'log.level', level);
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
    if (index - start >= 3 && index - start <= LEVEL_CHARACTERS_MAX) {
      const level = LEVEL_WORDS.get(message.slice(start, index).toLowerCase());
      if (level !== undefined) return level;
    }
    start = index + 1;
  }
  return undefined;
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
