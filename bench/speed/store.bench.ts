/**
 * How fast the embedded store writes and reads, directly and through its thread; one JSON line a figure.
 * `npx tsx bench/speed/store.bench.ts [records]`. Records are DNS answers of about 330 bytes as JSON, with the 250-byte
 * line that they came in; identities are hashes; ten sources; 20,000 records an hour of record time.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Slice, sliceOf } from '../../src/domain/identity.ts';
import { SEARCHED_RECORDS_MAX } from '../../src/domain/limits.ts';
import type { StoredRecord } from '../../src/domain/stored-record.ts';
import type { Store } from '../../src/store/port.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { openStoreThread } from '../../src/threads/store-client.ts';

const RECORDS = Number(process.argv[2] ?? 200_000);
const BATCH = 1_024;
const FIRST_AT_MS = 1_713_485_049_785;
const SITE = 'default';

function storedRecord(index: number): StoredRecord {
  const identity = createHash('md5').update(String(index)).digest('hex');
  const atMs = FIRST_AT_MS + index * 180;
  const source = `10.1.0.${index % 10}`;
  const name = `cdn${(index * 7919) % 100_003}.assets.example${index % 37}.com`;
  const answers = [`93.184.${index % 255}.34`, `93.184.${index % 251}.35`];
  const line = {
    ts: atMs / 1000,
    uid: `C${identity.slice(0, 17)}`,
    'id.orig_h': source,
    'id.orig_p': 40_000 + (index % 20_000),
    'id.resp_h': '10.0.0.53',
    'id.resp_p': 53,
    proto: 'udp',
    query: name,
    qtype_name: 'A',
    rcode_name: 'NOERROR',
    answers,
  };
  return {
    slice: sliceOf(atMs, identity),
    identity,
    episode: createHash('md5')
      .update(`${source} ${Math.floor(atMs / 300_000)}`)
      .digest('hex')
      .slice(0, 16),
    kind: 'dns',
    atMs,
    receivedAtMs: atMs + 1_500,
    labelled: false,
    symbols: name.length + 1,
    source,
    destination: '10.0.0.53',
    domain: name,
    sensor: 'zeek-1',
    record: {
      kind: 'dns',
      atMs,
      dataset: 'zeek.dns',
      source: { ip: source, port: line['id.orig_p'] },
      destination: { ip: '10.0.0.53', port: 53 },
      network: { transport: 'udp' },
      sensor: { id: 'zeek-1' },
      dns: { question: { name, type: 'A' }, responseCode: 'NOERROR', answers },
    },
    fixed: [{ field: 'time.hour', token: '03' }],
    original: new TextEncoder().encode(JSON.stringify(line)),
    format: 'zeek-json',
    score: ((index * 7919) % 99_991) / 1e7,
    verdict: 'good',
    model: '0123456789abcdef0123456789abcdef',
  };
}

function print(name: string, value: number, unit: string): void {
  console.log(
    JSON.stringify({ name, value: Number(value.toPrecision(3)), unit, n: RECORDS, node: process.version }),
  );
}

async function perSecond(name: string, records: number, work: () => Promise<unknown>): Promise<void> {
  const startNs = process.hrtime.bigint();
  await work();
  print(name, records / (Number(process.hrtime.bigint() - startNs) / 1e9), 'records/s');
}

function batchesOf<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / BATCH) }, (_, index) =>
    all.slice(index * BATCH, (index + 1) * BATCH),
  );
}

async function measure(name: string, store: Store): Promise<void> {
  const all = Array.from({ length: RECORDS }, (_, index) => storedRecord(index));
  await perSecond(`${name}.putRecords`, RECORDS, async () => {
    for (const batch of batchesOf(all)) await store.putRecords(SITE, batch);
  });
  await perSecond(`${name}.putRecords.again`, RECORDS, async () => {
    for (const batch of batchesOf(all)) await store.putRecords(SITE, batch);
  });
  const refs = all.filter((_, index) => (index * 7919) % 10 === 0);
  await perSecond(`${name}.findRecords`, refs.length, async () => {
    for (const batch of batchesOf(refs)) await store.findRecords(SITE, batch);
  });
  await perSecond(`${name}.findHeads`, refs.length, async () => {
    for (const batch of batchesOf(refs)) await store.findHeads(SITE, batch);
  });
  await perSecond(`${name}.listHeads`, RECORDS, async () => {
    for (const slice of new Set(all.map(record => record.slice))) await listSlice(store, slice);
  });
  await perSecond(`${name}.listSlices`, RECORDS, () => store.listSlices(SITE, { type: 'all' }));
  await perSecond(`${name}.searchHeads.q`, Math.min(RECORDS, SEARCHED_RECORDS_MAX), () =>
    store.searchHeads(SITE, { sort: 'time', q: 'nowhere to be found', limit: 100 }),
  );
  await perSecond(`${name}.searchHeads.page`, 100, () =>
    store.searchHeads(SITE, { sort: 'score', limit: 100 }),
  );
}

async function listSlice(store: Store, slice: Slice): Promise<void> {
  let after: string | undefined;
  do {
    const heads = await store.listHeads(SITE, { slice, after, limit: 4_096 });
    after = heads.length < 4_096 ? undefined : heads.at(-1)?.identity;
  } while (after !== undefined);
}

const folder = mkdtempSync(join(tmpdir(), 'bayeswatch-bench-'));
try {
  const path = join(folder, 'direct.sqlite');
  const direct = new SqliteStore(path);
  await measure('store.sqlite', direct);
  await direct.close();
  print('store.sqlite.bytes_per_record', statSync(path).size / RECORDS, 'bytes');
  const threaded = await openStoreThread(join(folder, 'thread.sqlite'));
  await measure('store.thread', threaded);
  await threaded.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
