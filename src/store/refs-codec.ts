/**
 * Lists of record references in 20 bytes each: slice (int32, little-endian), identity (16 bytes). A `late` entry of
 * LATE_RECORDS_MAX is 1.3 MB so, against 4 MB of JSON.
 */
import assert from 'node:assert';
import type { RecordRef } from '../domain/identity.ts';

const REF_BYTES = 20;
const IDENTITY_BYTES = 16;

export function encodeRefs(refs: readonly RecordRef[]): Uint8Array {
  const bytes = Buffer.alloc(refs.length * REF_BYTES);
  refs.forEach((ref, index) => {
    writeRef(bytes, index * REF_BYTES, ref);
  });
  return bytes;
}

export function decodeRefs(bytes: Uint8Array): RecordRef[] {
  assert(bytes.length % REF_BYTES === 0, 'references are cut short');
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / REF_BYTES }, (_, index) => readRef(buffer, index * REF_BYTES));
}

function writeRef(bytes: Buffer, offset: number, ref: RecordRef): void {
  bytes.writeInt32LE(ref.slice, offset);
  const written = bytes.write(ref.identity, offset + 4, IDENTITY_BYTES, 'hex');
  assert(
    written === IDENTITY_BYTES && ref.identity.length === 2 * IDENTITY_BYTES,
    'an identity is 32 hex digits',
  );
}

function readRef(bytes: Buffer, offset: number): RecordRef {
  return {
    slice: bytes.readInt32LE(offset),
    identity: bytes.toString('hex', offset + 4, offset + 4 + IDENTITY_BYTES),
  };
}
