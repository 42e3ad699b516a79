/**
 * Rows of a manifest in 29 bytes each: identity (16), episode (8), class (1: an index of CLASSES), deciding entry
 * (uint32, little-endian). A part of PART_RECORDS_MAX is 0.95 MB so, against 4 MB of JSON.
 */
import assert from 'node:assert';
import type { RecordClass } from '../domain/label.ts';
import type { ManifestRow } from '../domain/ledger.ts';

const ROW_BYTES = 29;
const EPISODE_AT = 16;
const CLASS_AT = 24;
const DECIDED_BY_AT = 25;
/** Their order is part of the format. */
const CLASSES = ['none', 'good', 'bad'] as const satisfies readonly RecordClass[];

export function encodeManifestRows(rows: readonly ManifestRow[]): Uint8Array {
  const bytes = Buffer.alloc(rows.length * ROW_BYTES);
  rows.forEach((row, index) => {
    const at = index * ROW_BYTES;
    assert(row.identity.length === 32 && row.episode.length === 16, 'identity 32 hex digits, episode 16');
    bytes.write(row.identity, at, 'hex');
    bytes.write(row.episode, at + EPISODE_AT, 'hex');
    bytes.writeUInt8(CLASSES.indexOf(row.class), at + CLASS_AT);
    bytes.writeUInt32LE(row.decidedBy, at + DECIDED_BY_AT);
  });
  return bytes;
}

export function decodeManifestRows(bytes: Uint8Array): ManifestRow[] {
  assert(bytes.length % ROW_BYTES === 0, 'a manifest is cut short');
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / ROW_BYTES }, (_, index) => {
    const at = index * ROW_BYTES;
    const recordClass = CLASSES[buffer.readUInt8(at + CLASS_AT)];
    assert(recordClass !== undefined, 'a manifest row is of no known class');
    return {
      identity: buffer.toString('hex', at, at + EPISODE_AT),
      episode: buffer.toString('hex', at + EPISODE_AT, at + CLASS_AT),
      class: recordClass,
      decidedBy: buffer.readUInt32LE(at + DECIDED_BY_AT),
    };
  });
}
