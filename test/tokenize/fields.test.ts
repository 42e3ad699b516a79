/**
 * The table of fields: each row is told of in docs/fields.md, observed in a record that has it all, and consistent.
 * `UPDATE=1` writes the page (`npm run docs:fields`).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SEQUENCE_FIELDS, TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { RECORD_KINDS, type TrafficRecord } from '../../src/domain/record.ts';
import { isSeenBy } from '../../src/tokenize/fields/row.ts';
import { fixedObservationsOf } from '../../src/tokenize/fixed.ts';
import { localClock } from '../../src/tokenize/local-clock.ts';
import { ownSiteOf } from '../../src/tokenize/own-site.ts';
import { tokenize } from '../../src/tokenize/tokenize.ts';
import { fieldsPage, SECTIONS } from './fields-page.ts';
import { SAMPLES } from './samples.ts';

const PAGE = join(import.meta.dirname, '../../docs/fields.md');
const context = {
  ...localClock('UTC'),
  countryOf: () => 'AT',
  asnOf: () => 64_500,
  own: ownSiteOf(['bigbank.example'], ['203.0.114.0/24']),
};

const observations = RECORD_KINDS.map(kind => tokenize(SAMPLES[kind]));
const sequences = observations.flatMap(seen => seen.sequences.map(({ field }) => field));
const shape = observations.flatMap(seen => seen.shape.map(({ field }) => field));
const observed = new Set<string>([
  ...sequences,
  ...shape.map(field => field.slice(field.indexOf('#'))),
  ...observations.flatMap(seen => seen.categories.map(({ field }) => field)),
  ...[
    {
      ...SAMPLES.flow,
      source: { ip: '192.0.2.1' },
      destination: { ip: '203.0.114.9' },
      tls: { serverName: 'bigbank.test' },
    },
    { ...SAMPLES.dns, dns: { question: { name: 'bigbank.test.' }, answers: ['203.0.114.9'] } },
    { ...SAMPLES.http, url: { domain: 'bigbank.test:443' } },
  ].flatMap((record: TrafficRecord) => fixedObservationsOf(record, context).map(({ field }) => field)),
]);
const rows = Object.values(SECTIONS).flat();
const seen = rows.filter(row => isSeenBy(row, TOKENIZER_VERSION));

describe('docs/fields.md', () => {
  it('is made of the table', () => {
    if (process.env['UPDATE'] === '1') writeFileSync(PAGE, fieldsPage());
    expect(readFileSync(PAGE, 'utf8'), 'npm run docs:fields writes it anew').toBe(fieldsPage());
  });

  it('tells of every row', () => {
    const page = fieldsPage();
    const told = (field: string) => page.includes(`| \`${field.replaceAll('|', '\\|')}\` |`);
    expect(rows.map(({ field }) => field).filter(field => !told(field))).toEqual([]);
  });
});

describe('the table of fields', () => {
  it('holds what is observed, and nothing that never is', () => {
    const named = new Set(seen.map(({ field }) => field));
    expect([...observed].filter(field => !named.has(field))).toEqual([]);
    expect([...named].filter(field => !observed.has(field))).toEqual([]);
  });

  it.each(Object.entries(SECTIONS))('names each field of %s once a version', (_, own) => {
    for (let version = 1; version <= TOKENIZER_VERSION; version++) {
      const fields = own.filter(row => isSeenBy(row, version)).map(({ field }) => field);
      expect(new Set(fields).size).toBe(fields.length);
    }
  });

  it('reads every string that there is, and no other', () => {
    const leftOut = rows.filter(({ onByDefault }) => onByDefault === false).map(({ field }) => field);
    const observed = SEQUENCE_FIELDS.filter(field => !leftOut.includes(field));
    expect([...new Set(sequences)].sort()).toEqual(observed.sort());
  });

  it('has versions that there are', () => {
    const odd = rows.filter(
      ({ since, until }) => since < 1 || since > TOKENIZER_VERSION || (until ?? TOKENIZER_VERSION) < since,
    );
    expect(odd).toEqual([]);
  });
});
