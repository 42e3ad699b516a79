/** What a life stores: real names with times, sources and requests dealt by a seed. */
import { sampled } from '../accuracy/seeded.ts';
import { sharedLines } from '../accuracy/shared-data.ts';

/** One request: `POST /v1/records` with this query and these lines. */
export interface Batch {
  query: string;
  lines: string[];
}

export const RECORDS = 2_000;
/** More than the store takes at once (BATCH_RECORDS_MAX), so that an answer can break off in its midst. */
const LARGE_BATCH_RECORDS = 1_200;
const SMALL_BATCHES = 8;
export const FIRST_AT_MS = Date.UTC(2025, 0, 1);
export const SPAN_MS = 6 * 3_600_000;
const SOURCES = 20;
/** Shares of names that were generated, of lines with an `event.id`, and of lines equal to the one before. */
const BAD_SHARE = 0.2;
const GIVEN_ID_SHARE = 0.3;
const REPEATED_SHARE = 0.02;

export const BAD_CORPUS = 'generated names';
export const NAME_FILES = [
  'dns/browsing-dns.dev.tsv.xz',
  'dns/benign-domains.dev.csv.xz',
  'dns/dga-domains.dev.csv.xz',
] as const;

export interface Names {
  good: string[];
  bad: string[];
}

/** All names that the lives draw from. */
export function readNames(): Names {
  const [browsing, benign, generated] = NAME_FILES;
  return {
    good: [...columnOf(browsing, '\t', 1), ...columnOf(benign, ',', 0)],
    bad: columnOf(generated, ',', 0),
  };
}

function columnOf(path: string, separator: string, column: number): string[] {
  const [, ...rows] = sharedLines(path);
  return rows
    .map(row => row.split(separator, column + 1)[column] ?? '')
    .filter(name => name !== '' && name !== '<Root>');
}

/**
 * Nine requests: the first is large and has no label, of the others the third and the sixth are a list of bad names, the
 * fifth is good, the rest has no label.
 */
export function dealBatches(names: Names, random: () => number): Batch[] {
  const bad = sampled(names.bad, Math.round(RECORDS * BAD_SHARE), random);
  const good = sampled(names.good, RECORDS - bad.length, random);
  const smallRecords = (RECORDS - LARGE_BATCH_RECORDS) / SMALL_BATCHES;
  const batches: Batch[] = [];
  for (let index = 0; index <= SMALL_BATCHES; index++) {
    const lines: string[] = [];
    const query = queryOf(index);
    const count = index === 0 ? LARGE_BATCH_RECORDS : smallRecords;
    for (let line = 0; line < count; line++) {
      const pools = query.includes('bad') || random() < BAD_SHARE ? [bad, good] : [good, bad];
      const name = pools[0]?.pop() ?? pools[1]?.pop() ?? '';
      const last = lines.at(-1);
      lines.push(
        last !== undefined && random() < REPEATED_SHARE ? last : lineOf(name, `${index}-${line}`, random),
      );
    }
    batches.push({ query, lines });
  }
  return batches;
}

function queryOf(index: number): string {
  if (index === 3 || index === 6) return `?label=bad&window=${encodeURIComponent(BAD_CORPUS)}`;
  return index === 5 ? '?label=good' : '';
}

function lineOf(name: string, id: string, random: () => number): string {
  return JSON.stringify({
    '@timestamp': new Date(FIRST_AT_MS + Math.floor(random() * SPAN_MS)).toISOString(),
    ...(random() < GIVEN_ID_SHARE ? { event: { id } } : {}),
    source: { ip: `10.0.0.${Math.floor(random() * SOURCES)}` },
    dns: { question: { name, type: 'A' } },
  });
}
