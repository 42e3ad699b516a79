/** Bytes as they stand in documents. */
import assert from 'node:assert';
import { Binary } from 'mongodb';
import { DOCUMENT_BYTES_MAX } from '../../domain/limits.ts';

/** What a document holds beside its largest field: its id, numbers and names of fields. */
const OTHER_BYTES_MAX = 4_096;

/** @throws AssertionError where a document could not hold it: whoever makes such bytes has cut them (limits.ts) */
export function binaryOf(bytes: Uint8Array): Binary {
  assert(bytes.length <= DOCUMENT_BYTES_MAX - OTHER_BYTES_MAX, 'a document is larger than any may be');
  return new Binary(bytes);
}

/** A copy: what the driver read in one message would stay in memory with the smallest part of it. */
export function bytesOf(binary: Binary): Uint8Array {
  return new Uint8Array(viewOf(binary));
}

/** The bytes where the driver read them. */
export function viewOf(binary: Binary): Uint8Array {
  return binary.buffer.subarray(0, binary.position);
}
