/**
 * Records on their way into the database, as flat rows of its values: made where the records are, so that a thread
 * boundary copies texts and numbers. A graph of objects takes structured clone as long as storing it takes SQLite.
 */
import type { StoredRecord } from '../../domain/stored-record.ts';
import { packOriginal } from '../original-codec.ts';
import type { SqlValue } from './driver.ts';
import { kindNumberOf, verdictNumberOf } from './rows.ts';
import { sqlTextOf } from './text-codec.ts';

export interface RecordBatch {
  rows: readonly NewRow[];
  /** The lines as they came, one after the other. */
  originals: Uint8Array;
}

export interface NewRow {
  head: HeadValues;
  format: string;
  model: string | null;
  /** The record as JSON. */
  content: string;
  /** Field, token, field, token … as JSON. */
  fixed: string;
  /** Of its line among the originals; null where it is not kept. */
  originalBytes: number | null;
}

/** Columns of `heads` in the order of INSERT_HEAD; identity and episode as hex. */
export type HeadValues = readonly [
  slice: number,
  identity: string,
  episode: string,
  kind: number,
  atMs: number | null,
  receivedAtMs: number,
  labelled: 0 | 1,
  symbols: number,
  host: string | null,
  source: string | null,
  destination: string | null,
  domain: string | null,
  sensor: string | null,
  score: number | null,
  verdict: number | null,
];

export function recordBatchOf(records: readonly StoredRecord[]): RecordBatch {
  const originals = records.flatMap(({ original }) => original ?? []);
  return { rows: records.map(rowOf), originals: Buffer.concat(originals) };
}

export const INSERT_HEAD = `
  INSERT INTO heads (site, body, slice, identity, episode, kind, at_ms, received_at_ms, labelled, symbols,
    host, source, destination, domain, sensor, score, verdict)
  VALUES (?, ?, ?, unhex(?), unhex(?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`;
export const INSERT_BODY = `
  INSERT INTO bodies (id, format, model, content, fixed, original, original_deflated)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** The values of INSERT_BODY. @param original the line as it came; null where it is not kept */
export function bodyValues(
  id: number,
  names: { format: number; model: number | null },
  { content, fixed }: NewRow,
  original: Uint8Array | null,
): SqlValue[] {
  const packed = original === null ? null : packOriginal(original);
  const deflated = packed?.deflated === true ? 1 : 0;
  return [id, names.format, names.model, content, fixed, packed?.bytes ?? null, deflated];
}

function rowOf(stored: StoredRecord): NewRow {
  return {
    head: headValuesOf(stored),
    format: stored.format,
    model: stored.model ?? null,
    content: JSON.stringify(stored.record),
    fixed: JSON.stringify(stored.fixed.flatMap(({ field, token }) => [field, token])),
    originalBytes: stored.original?.length ?? null,
  };
}

function headValuesOf(stored: StoredRecord): HeadValues {
  return [
    stored.slice,
    stored.identity,
    stored.episode,
    kindNumberOf(stored.kind),
    stored.atMs ?? null,
    stored.receivedAtMs,
    stored.labelled ? 1 : 0,
    stored.symbols,
    optionalSqlText(stored.host),
    optionalSqlText(stored.source),
    optionalSqlText(stored.destination),
    optionalSqlText(stored.domain),
    optionalSqlText(stored.sensor),
    stored.score ?? null,
    stored.verdict === undefined ? null : verdictNumberOf(stored.verdict),
  ];
}

function optionalSqlText(text: string | undefined): string | null {
  return text === undefined ? null : sqlTextOf(text);
}
