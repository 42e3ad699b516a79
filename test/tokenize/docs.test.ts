/** docs/tokens.md lists exactly the fields and traits that are observed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SEQUENCE_FIELDS } from '../../src/domain/observation.ts';
import { RECORD_KINDS } from '../../src/domain/record.ts';
import { fixedObservationsOf } from '../../src/tokenize/fixed.ts';
import { localClock } from '../../src/tokenize/local-clock.ts';
import { tokenize } from '../../src/tokenize/tokenize.ts';
import { SAMPLES } from './samples.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/tokens.md'), 'utf8');
/** First cells of table rows that are code; a bar within a cell is escaped. */
const listed = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = '']) => cell.replaceAll('\\|', '|'));
const context = { ...localClock('UTC'), countryOf: () => undefined, asnOf: () => undefined };

const observations = RECORD_KINDS.map(kind => tokenize(SAMPLES[kind]));
const sequences = observations.flatMap(seen => seen.sequences.map(({ field }) => field));
const traits = observations.flatMap(seen => seen.shape.map(({ field }) => field.slice(field.indexOf('#'))));
const categories = [
  ...observations.flatMap(seen => seen.categories),
  ...RECORD_KINDS.flatMap(kind => fixedObservationsOf(SAMPLES[kind], context)),
].map(({ field }) => field);
const observed = new Set<string>([...sequences, ...traits, ...categories]);

describe('docs/tokens.md', () => {
  it('lists every field and trait that is observed', () => {
    expect([...observed].filter(field => !listed.includes(field)).sort()).toEqual([]);
  });

  it('lists none that is never observed', () => {
    expect(listed.filter(field => !observed.has(field)).sort()).toEqual([]);
  });

  it('lists each once', () => {
    expect(new Set(listed).size).toBe(listed.length);
  });

  it('is checked with samples that show every string', () => {
    expect([...new Set(sequences)].sort()).toEqual([...SEQUENCE_FIELDS].sort());
  });
});
