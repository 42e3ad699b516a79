/** A process that stores batch after batch in the file named, and says the number of each once it is acknowledged. */
import { writeSync } from 'node:fs';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { SITE } from '../../contract/store/builders.ts';
import { batchOf } from './batches.ts';

const [, , path = '', first = '0'] = process.argv;
const store = new SqliteStore(path);
for (let number = Number(first); ; number += 1) {
  await store.putRecords(SITE, batchOf(number));
  writeSync(1, `${number}\n`);
}
