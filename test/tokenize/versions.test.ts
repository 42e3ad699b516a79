/**
 * What each version of the tokenizers sees in the records of test/fixtures/tokenize, one text a record. What is learnt is of
 * such tokens, so a version never changes once it was released: whoever sees other things in a record, by a change of ours or
 * of a library, raises TOKENIZER_VERSION and keeps the one before (docs/adr/0005-generations-of-tokenizers.md).
 * `UPDATE=1` writes the file of a version that has none; there is no way to change one but to delete it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import type { TrafficRecord } from '../../src/domain/record.ts';
import { KNOWN_TOKENIZERS, type Tokenize } from '../../src/tokenize/tokenizers.ts';

const ROOT = new URL('../fixtures/tokenize/', import.meta.url);
const records = JSON.parse(readFileSync(new URL('records.json', ROOT), 'utf8')) as TrafficRecord[];
const known = Array.from({ length: TOKENIZER_VERSION }, (_, index) => index + 1).filter(version =>
  KNOWN_TOKENIZERS.knows(version),
);

/** Field and token or text of all that is seen, in the order in which it is. */
function seenBy(tokenize: Tokenize, record: TrafficRecord): string[] {
  const { sequences, shape, categories } = tokenize(record);
  return [
    ...sequences.map(({ field, text }) => `${field}: ${text}`),
    ...[...shape, ...categories].map(({ field, token }) => `${field} = ${token}`),
  ];
}

describe.each(known)('version %i', version => {
  test('sees in a record what it always did', () => {
    const file = new URL(`version-${version}.json`, ROOT);
    const seen = records.map(record => seenBy(KNOWN_TOKENIZERS.getTokenizer(version), record));
    if (process.env['UPDATE'] === '1' && !existsSync(file))
      writeFileSync(file, `${JSON.stringify(seen, null, 1)}\n`);
    expect(existsSync(file), `there is no version-${version}.json: make it with UPDATE=1`).toBe(true);
    expect(seen, 'other tokens are another version').toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });
});
