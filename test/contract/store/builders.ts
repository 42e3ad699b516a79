/** Records for the cases: valid, small, and different by one number. */
import { createHash } from 'node:crypto';
import { type RecordRef, sliceOf } from '../../../src/domain/identity.ts';
import type { RecordHead, StoredRecord } from '../../../src/domain/stored-record.ts';

export const SITE = 'default';
export const OTHER_SITE = 'other-site';
/** 2024-04-19 00:00 UTC, the start of an hour. */
export const HOUR_MS = 1_713_484_800_000;
/** The slice of HOUR_MS. */
export const SLICE = sliceOf(HOUR_MS, '');

const identities = new Map<number, string>();

export function identityOf(index: number): string {
  const known = identities.get(index);
  if (known !== undefined) return known;
  const identity = createHash('md5').update(`record ${index}`).digest('hex');
  identities.set(index, identity);
  return identity;
}

export function refOf(record: RecordRef): RecordRef {
  return { slice: record.slice, identity: record.identity };
}

/** The part of a record that is its head. */
export function headOf(record: StoredRecord): RecordHead {
  const { slice, identity, episode, kind, atMs, receivedAtMs, labelled, symbols } = record;
  const { host, source, destination, domain, sensor } = record;
  const times = { atMs, receivedAtMs };
  return {
    slice,
    identity,
    episode,
    kind,
    ...times,
    labelled,
    symbols,
    host,
    source,
    destination,
    domain,
    sensor,
  };
}

/** References as one text, so that tens of thousands compare at once. */
export function textOfRefs(refs: readonly RecordRef[]): string {
  return refs.map(({ slice, identity }) => `${slice}.${identity}`).join(' ');
}

/** A DNS record of second `index` of the hour. */
export function dnsRecord(index: number, given: Partial<StoredRecord> = {}): StoredRecord {
  const identity = given.identity ?? identityOf(index);
  const atMs = 'atMs' in given ? given.atMs : HOUR_MS + index * 1_000;
  const name = `host-${index}.example.org`;
  return {
    slice: sliceOf(atMs, identity),
    identity,
    episode: identity.slice(0, 16),
    kind: 'dns',
    atMs,
    receivedAtMs: HOUR_MS + index * 1_000 + 250,
    labelled: false,
    symbols: name.length + 1,
    source: '10.0.0.7',
    destination: '10.0.0.53',
    domain: name,
    record: { kind: 'dns', atMs, dns: { question: { name, type: 'A' } } },
    fixed: [{ field: 'time.hour', token: '00' }],
    original: new TextEncoder().encode(`{"query":"${name}"}`),
    format: 'ecs',
    ...given,
  };
}

/** As dnsRecord, without a time of its own: it lives in a slice by hash; `atMs` is that of receipt where there is one. */
export function undatedRecord(index: number, atMs?: number): StoredRecord {
  const identity = identityOf(index);
  return dnsRecord(index, {
    identity,
    slice: sliceOf(undefined, identity),
    atMs,
    labelled: atMs === undefined,
  });
}

/** Texts that break careless stores. */
export const HOSTILE_TEXTS = [
  '',
  'nul\0inside',
  '\0',
  'lone \ud800 high, lone \udc00 low',
  '😀 emoji, ü umlaut, 日本',
  '"quoted"',
  '"',
  "Robert'); DROP TABLE heads;--",
  '__proto__',
  '$where',
  'a.b.$c',
  '%_\\',
  'line\nbreak\r\u2028\u0085',
  'x'.repeat(65_536),
] as const;
