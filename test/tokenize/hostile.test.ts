/** Rows that are left out by default keep the promises of those that are observed: they never throw, and say little. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEQUENCE_SYMBOLS_MAX } from '../../src/domain/limits.ts';
import type { HttpRecord } from '../../src/domain/record.ts';
import { HTTP_ROWS, HttpFacts } from '../../src/tokenize/fields/http.ts';
import { arbitraryRecord, HOSTILE_TEXTS, recordOf } from './hostile.ts';

const leftOut = HTTP_ROWS.filter(({ onByDefault }) => onByDefault === false);

function expectWords(record: HttpRecord): void {
  const facts = new HttpFacts(record);
  for (const row of leftOut) {
    const said = row.read(facts) ?? [];
    if (row.kind === 'string') {
      expect(String(said).length).toBeLessThanOrEqual(SEQUENCE_SYMBOLS_MAX);
      continue;
    }
    const words = typeof said === 'object' ? [...said] : [said];
    expect(words.filter(word => !/^[a-z0-9-]{1,20}$/.test(String(word)))).toEqual([]);
    expect(new Set(words).size).toBe(words.length);
  }
}

describe('HTTP rows that are left out', () => {
  it('say a few words of any record', () => {
    fc.assert(
      fc.property(arbitraryRecord('http'), record => expectWords(record as HttpRecord)),
      { numRuns: 200, seed: 1 },
    );
  });

  it.each(HOSTILE_TEXTS)('say a few words of 64 KiB of %s', (_, text) => {
    expectWords(recordOf('http', text) as HttpRecord);
  });
});
