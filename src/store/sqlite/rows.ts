/** Heads and records as they are read; record-batch.ts packs them to be written. */
import assert from 'node:assert';
import { VERDICTS, type Verdict } from '../../domain/label.ts';
import type { CategoryObservation } from '../../domain/observation.ts';
import { RECORD_KINDS, type RecordKind, type TrafficRecord } from '../../domain/record.ts';
import type { RecordContent, RecordHead, StoredRecord } from '../../domain/stored-record.ts';
import { unpackOriginal } from '../original-codec.ts';
import type { Names } from './names.ts';

/** Stored as indexes of these lists: their order is part of the format. */
const KINDS = ['dns', 'flow', 'http', 'log'] as const satisfies readonly RecordKind[];
const VERDICT_ORDER = ['bad', 'unsure', 'good'] as const satisfies readonly Verdict[];
assert.deepEqual(
  [KINDS, VERDICT_ORDER],
  [RECORD_KINDS, VERDICTS],
  'stored kinds and verdicts name all there are',
);

export interface HeadRow {
  at_ms: number | null;
  received_at_ms: number;
  /** JSON of HeadFields. */
  head: string;
}

/** The last ten stand in the column `head` as JSON, in this order (HEAD_AT); identity and episode as hex. */
type HeadFields = readonly [
  slice: number,
  identity: string,
  episode: string,
  kind: number,
  labelled: number,
  symbols: number,
  verdict: number | null,
  host: string | null,
  source: string | null,
  destination: string | null,
  domain: string | null,
  sensor: string | null,
];

/** Places in the column `head` that statements go by. */
export const HEAD_AT = { kind: 1, symbols: 3, verdict: 4, host: 5, source: 6, destination: 7 } as const;

export interface ContentRow {
  at_ms: number | null;
  content: string;
  fixed: string;
}

export interface RecordRow extends HeadRow, ContentRow {
  score: number | null;
  format: number;
  model: number | null;
  original: Uint8Array | null;
  original_deflated: number;
}

/**
 * Of a HeadRow. A driver takes half a microsecond for each column of each row (more for a blob), four times as long as
 * SQLite and JSON.parse take for one text of them all. Times stay columns: they are searched by.
 */
export const HEAD_COLUMNS = `at_ms, received_at_ms,
  '[' || slice || ',"' || lower(hex(identity)) || '",' || substr(head, 2) AS head`;
/** Of a RecordRow. */
export const RECORD_COLUMNS = `${HEAD_COLUMNS}, score, format, model, content, fixed, original, original_deflated`;

/** Of a ContentRow. */
export const CONTENT_COLUMNS = 'at_ms, content, fixed';

export function kindNumberOf(kind: RecordKind): number {
  return KINDS.indexOf(kind);
}

export function verdictNumberOf(verdict: Verdict): number {
  return VERDICT_ORDER.indexOf(verdict);
}

export function headOf(row: HeadRow): RecordHead {
  return headWith(row, JSON.parse(row.head) as HeadFields);
}

function headWith(row: HeadRow, fields: HeadFields): RecordHead {
  const [slice, identity, episode, kindNumber, labelled, symbols, , ...names] = fields;
  const [host, source, destination, domain, sensor] = names;
  const kind = KINDS[kindNumber];
  assert(kind !== undefined, 'a stored record is of no known kind');
  return {
    slice,
    identity,
    episode,
    kind,
    atMs: row.at_ms ?? undefined,
    receivedAtMs: row.received_at_ms,
    labelled: labelled === 1,
    symbols,
    host: host ?? undefined,
    source: source ?? undefined,
    destination: destination ?? undefined,
    domain: domain ?? undefined,
    sensor: sensor ?? undefined,
  };
}

export function contentOf(row: ContentRow): RecordContent {
  return {
    atMs: row.at_ms ?? undefined,
    record: JSON.parse(row.content) as TrafficRecord,
    fixed: fixedOf(row.fixed),
  };
}

export function recordOf(row: RecordRow, names: Names): StoredRecord {
  const fields = JSON.parse(row.head) as HeadFields;
  const verdict = fields[6];
  return {
    ...headWith(row, fields),
    ...contentOf(row),
    original:
      row.original === null
        ? undefined
        : unpackOriginal({ bytes: row.original, deflated: row.original_deflated === 1 }),
    format: names.nameOf(row.format),
    score: row.score ?? undefined,
    verdict: verdict === null ? undefined : VERDICT_ORDER[verdict],
    model: row.model === null ? undefined : names.nameOf(row.model),
  };
}

function fixedOf(json: string): CategoryObservation[] {
  const flat = JSON.parse(json) as string[];
  const fixed: CategoryObservation[] = [];
  for (let index = 0; index < flat.length; index += 2)
    fixed.push({ field: flat[index] ?? '', token: flat[index + 1] ?? '' });
  return fixed;
}
