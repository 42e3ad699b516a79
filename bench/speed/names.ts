/**
 * The names that every speed figure is about: what real page loads asked for (as often as they did), popular domains,
 * and generated ones. Half of them is learnt, the other half scored.
 */
import { seededRandom, shuffled } from '../accuracy/seeded.ts';
import { sharedLines } from '../accuracy/shared-data.ts';

export interface LabelledName {
  name: string;
  label: 'good' | 'bad';
}

/** First instant of the records that are stored with times. */
export const FIRST_AT_MS = Date.UTC(2025, 0, 1);
/** Time from one record of a round to the next, and from one round to the next. */
export const STEP_MS = 50;
export const ROUND_MS = 86_400_000;
const SOURCES = 10;

/** All names in an order drawn from the seed, in two halves. */
export function halvesOfNames(seed: number): { learnt: LabelledName[]; scored: LabelledName[] } {
  const names = shuffled(
    [
      ...columnOf('dns/browsing-dns.dev.tsv.xz', '\t', 1, 'good'),
      ...columnOf('dns/benign-domains.dev.csv.xz', ',', 0, 'good'),
      ...columnOf('dns/dga-domains.dev.csv.xz', ',', 0, 'bad'),
    ],
    seededRandom(seed),
  );
  const half = Math.ceil(names.length / 2);
  return { learnt: names.slice(0, half), scored: names.slice(half) };
}

function columnOf(
  path: string,
  separator: string,
  column: number,
  label: LabelledName['label'],
): LabelledName[] {
  const [, ...rows] = sharedLines(path);
  const names = rows.map(row => row.split(separator, column + 1)[column] ?? '');
  // Chromium's random probes have no name here.
  return names.filter(name => name !== '' && name !== '<Root>').map(name => ({ name, label }));
}

/** NDJSON of names alone, as in a list. */
export function nameLines(names: readonly LabelledName[]): Buffer {
  return linesOf(names.map(({ name }) => ({ dns: { question: { name } } })));
}

/** NDJSON as a sensor sends it: from ten sources, dated from a time on that no other lines have, so that none comes twice. */
export function sensorLines(names: readonly LabelledName[], firstAtMs: number): Buffer {
  return linesOf(
    names.map(({ name }, index) => ({
      '@timestamp': new Date(firstAtMs + index * STEP_MS).toISOString(),
      source: { ip: `10.0.0.${index % SOURCES}` },
      dns: { question: { name, type: 'A' } },
    })),
  );
}

function linesOf(records: readonly object[]): Buffer {
  return Buffer.from(records.map(record => `${JSON.stringify(record)}\n`).join(''));
}
