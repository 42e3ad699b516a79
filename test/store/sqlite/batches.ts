/** The numbered batches that writer.ts stores and durability.test.ts looks for. */
import type { StoredRecord } from '../../../src/domain/stored-record.ts';
import { dnsRecord } from '../../contract/store/builders.ts';

export const BATCH_RECORDS = 50;

export function batchOf(number: number): StoredRecord[] {
  return Array.from({ length: BATCH_RECORDS }, (_, index) => dnsRecord(number * BATCH_RECORDS + index));
}
