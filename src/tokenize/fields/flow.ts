/** Fields of flow records: beyond what every record carries, how the connection went. */
import type { FlowRecord } from '../../domain/record.ts';
import type { Facts } from './facts.ts';
import { FLOW_RATE_ROWS } from './flow-rates.ts';
import { FLOW_STATISTIC_ROWS } from './flow-statistics.ts';
import type { FieldRow } from './row.ts';

const CONNECTION_ROWS: readonly FieldRow<Facts<FlowRecord>>[] = [
  {
    kind: 'category',
    field: 'network.state',
    says: "how the connection ended, in the sensor's word",
    cut: 'folded',
    example: 's0',
    since: 1,
    read: ({ network }) => network?.state,
  },
  {
    kind: 'category',
    field: 'network.history',
    says: "Zeek's history, each letter where it stands first, at most 16",
    cut: 'word',
    example: 'ShADadFf',
    since: 1,
    read: ({ network }) => {
      const history = network?.history;
      return history === undefined || history === '' ? undefined : historyShapeOf(history);
    },
  },
];

export const FLOW_ROWS: readonly FieldRow<Facts<FlowRecord>>[] = [
  ...CONNECTION_ROWS,
  ...FLOW_RATE_ROWS,
  ...FLOW_STATISTIC_ROWS,
];

/** Different letters of a history that are kept; Zeek knows about two dozen. */
const HISTORY_LETTERS_MAX = 16;
/** Zeek writes a letter again at the 10th, 100th … packet, so a history is short; one that is not is an attacker's. */
const HISTORY_CHARACTERS_MAX = 256;

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
