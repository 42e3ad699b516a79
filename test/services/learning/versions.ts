/** Three versions of tokenizers, and the releases that have them: what a life of learning is upgraded through. */

import type { Observations } from '../../../src/domain/observation.ts';
import { TOKENIZER_VERSION } from '../../../src/domain/observation.ts';
import type { TrafficRecord } from '../../../src/domain/record.ts';
import { tokenize } from '../../../src/tokenize/tokenize.ts';
import { KNOWN_TOKENIZERS, type Tokenize, Tokenizers } from '../../../src/tokenize/tokenizers.ts';

/** Cuts the source in another way, and sees no shape. */
function second(record: TrafficRecord): Observations {
  const { sequences, categories } = tokenize(record);
  const half = { field: 'test.half', token: record.source?.ip?.endsWith('0') ? 'even' : 'odd' };
  return { sequences, shape: [], categories: [...categories, half] };
}

/** Reads the string backwards, under the name that it has; of the rest it sees the shape alone. */
function third(record: TrafficRecord): Observations {
  const { sequences, shape } = tokenize(record);
  const backwards = sequences.map(({ field, text }) => ({ field, text: [...text].reverse().join('') }));
  return { sequences: backwards, shape, categories: [] };
}

const VERSIONS: readonly Tokenize[] = [tokenize, second, third];

/** Of this many versions at most. */
export const RELEASES = VERSIONS.length;

/** A release knows the tokenizers of its own version and of the one before. @param release 1 to RELEASES */
export function tokenizersOf(release: number): Tokenizers {
  return versions(release - 1, release);
}

export const ALL_VERSIONS = versions(1, RELEASES);

/**
 * Releases that follow this program: the second knows its tokenizer and `second`, the third that and `third`.
 * @param release 2 to RELEASES
 */
export function laterTokenizersOf(release: number): Tokenizers {
  const later = VERSIONS.map((each, index) => [TOKENIZER_VERSION + index, each] as const);
  return new Tokenizers(new Map(later.slice(release - 2, release)));
}

/** Those of this program and of all later releases. */
export const ALL_LATER_VERSIONS = new Tokenizers(
  new Map([
    [1, KNOWN_TOKENIZERS.getTokenizer(1)],
    ...VERSIONS.map((each, index) => [TOKENIZER_VERSION + index, each] as const),
  ]),
);

function versions(from: number, to: number): Tokenizers {
  const known = VERSIONS.map((each, index) => [index + 1, each] as const);
  return new Tokenizers(new Map(known.filter(([version]) => version >= from && version <= to)));
}
