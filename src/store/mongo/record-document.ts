/** Records as documents, and back. */
import type { Binary } from 'mongodb';
import type { CategoryObservation } from '../../domain/observation.ts';
import type { TrafficRecord } from '../../domain/record.ts';
import type { RecordContent, RecordHead, StoredRecord } from '../../domain/stored-record.ts';
import { packOriginal, unpackOriginal } from '../original-codec.ts';
import { binaryOf, bytesOf, viewOf } from './bytes.ts';
import type { RecordDocument } from './collections.ts';
import { identityIn, recordId } from './ids.ts';
import { bsonTextOf, optionalBsonTextOf, optionalTextOf, textOf } from './text-codec.ts';

/** Fields of a head. */
export const HEAD_FIELDS = {
  slice: 1,
  episode: 1,
  kind: 1,
  atMs: 1,
  receivedAtMs: 1,
  labelled: 1,
  symbols: 1,
  host: 1,
  source: 1,
  destination: 1,
  domain: 1,
  sensor: 1,
} as const;
export type HeadDocument = Pick<RecordDocument, '_id' | keyof typeof HEAD_FIELDS>;

/** Fields of what counting reads. */
export const CONTENT_FIELDS = { atMs: 1, content: 1, fixed: 1 } as const;
export type ContentDocument = Pick<RecordDocument, '_id' | keyof typeof CONTENT_FIELDS>;

export function documentOf(site: string, stored: StoredRecord): RecordDocument {
  const { slice, episode, kind, atMs, receivedAtMs, labelled, symbols, score, verdict } = stored;
  const content = JSON.stringify(stored.record);
  const packed = stored.original === undefined ? undefined : packOriginal(stored.original);
  return {
    _id: recordId(site, stored),
    site,
    slice,
    episode,
    kind,
    atMs,
    receivedAtMs,
    dueMs: labelled ? undefined : Math.max(atMs ?? receivedAtMs, receivedAtMs),
    labelled,
    symbols,
    host: optionalBsonTextOf(stored.host),
    source: optionalBsonTextOf(stored.source),
    destination: optionalBsonTextOf(stored.destination),
    domain: optionalBsonTextOf(stored.domain),
    sensor: optionalBsonTextOf(stored.sensor),
    score,
    verdict,
    format: bsonTextOf(stored.format),
    model: optionalBsonTextOf(stored.model),
    content: packedText(content),
    fixed: JSON.stringify(stored.fixed.flatMap(({ field, token }) => [field, token])),
    original: packed === undefined ? undefined : binaryOf(packed.bytes),
    originalDeflated: packed?.deflated === true ? true : undefined,
    bytes: content.length + (stored.original?.length ?? 0),
  };
}

export function headOf(document: HeadDocument): RecordHead {
  const { _id, slice, episode, kind, atMs, receivedAtMs, labelled, symbols } = document;
  return {
    slice,
    identity: identityIn(_id),
    episode,
    kind,
    atMs,
    receivedAtMs,
    labelled,
    symbols,
    host: optionalTextOf(document.host),
    source: optionalTextOf(document.source),
    destination: optionalTextOf(document.destination),
    domain: optionalTextOf(document.domain),
    sensor: optionalTextOf(document.sensor),
  };
}

export function contentOf({ atMs, content, fixed }: ContentDocument): RecordContent {
  return { atMs, record: JSON.parse(unpackedText(content)) as TrafficRecord, fixed: fixedOf(fixed) };
}

export function recordOf(document: RecordDocument): StoredRecord {
  const { original, originalDeflated, format, score, verdict, model } = document;
  return {
    ...headOf(document),
    ...contentOf(document),
    original:
      original === undefined
        ? undefined
        : unpackOriginal({ bytes: bytesOf(original), deflated: originalDeflated === true }),
    format: textOf(format),
    score,
    verdict,
    model: optionalTextOf(model),
  };
}

/**
 * A text, or its bytes deflated where that is less. A record of control characters is six times as long in JSON as its
 * line was, and would not fit.
 */
function packedText(text: string): string | Binary {
  const { bytes, deflated } = packOriginal(Buffer.from(text));
  return deflated ? binaryOf(bytes) : text;
}

export function unpackedText(packed: string | Binary): string {
  if (typeof packed === 'string') return packed;
  return Buffer.from(unpackOriginal({ bytes: viewOf(packed), deflated: true })).toString();
}

function fixedOf(json: string): CategoryObservation[] {
  const flat = JSON.parse(json) as string[];
  const fixed: CategoryObservation[] = [];
  for (let index = 0; index < flat.length; index += 2)
    fixed.push({ field: flat[index] ?? '', token: flat[index + 1] ?? '' });
  return fixed;
}
