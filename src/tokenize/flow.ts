/** Flows: beyond what every record carries, how the connection went. */
import type { Observations } from '../domain/observation.ts';
import type { FlowRecord } from '../domain/record.ts';
import { observeFolded, observeToken } from './observe.ts';

/** Different letters of a history that are kept; Zeek knows about two dozen. */
const HISTORY_LETTERS_MAX = 16;
/** Zeek writes a letter again at the 10th, 100th … packet, so a history is short; one that is not is an attacker's. */
const HISTORY_CHARACTERS_MAX = 256;

/** Appends what is seen in a flow record alone. */
export function observeFlow(into: Observations, { network }: FlowRecord): void {
  if (network === undefined) return;
  observeFolded(into, 'network.state', network.state);
  if (network.history !== undefined && network.history !== '') {
    observeToken(into, 'network.history', historyShapeOf(network.history));
  }
}

/**
 * The order in which things first happened: each letter where it stands first (upper case: the source; lower case: the
 * destination; Zeek `conn.log`, `history`), whatever is no letter or `^` left out.
 * @example historyShapeOf('ShADadtTtTfF') // 'ShADadtTfF'
 */
export function historyShapeOf(history: string): string {
  let shape = '';
  const read = Math.min(history.length, HISTORY_CHARACTERS_MAX);
  for (let index = 0; index < read && shape.length < HISTORY_LETTERS_MAX; index += 1) {
    const code = history.charCodeAt(index);
    const lower = code | 32;
    const isKnown = (lower >= 97 && lower <= 122) || code === 94 /* ^ */;
    const letter = history.charAt(index);
    if (isKnown && !shape.includes(letter)) shape += letter;
  }
  return shape === '' ? 'none' : shape;
}
