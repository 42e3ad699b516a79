/** A few tokens looked up in encoded counts (counts-codec.ts), which are read once and not kept. */
import { TokenHash, UNIT_COUNT } from './content-hash.ts';
import { tokenCounts } from './counts.ts';
import { readBlocks } from './counts-codec.ts';
import { isSequenceField } from './field-counts.ts';
import type { TokenCounts } from './model.ts';
import { type ChunkSelection, isOfChunk } from './ngram-batch.ts';
import { keyOfNgram } from './ngrams.ts';

export interface FieldToken {
  field: string;
  /** A category's token, or an n-gram as people read it. */
  token: string;
}

/**
 * Counts of tokens in encoded counts, of all days together, in the order asked for; zeros where one is not in them.
 * @throws CorruptBytesError for bytes that encodeCounts does not write
 */
export function encodedCountsOf(bytes: Uint8Array, tokens: readonly FieldToken[]): TokenCounts[] {
  const found = new Float64Array(tokens.length * UNIT_COUNT);
  readBlocks(bytes, block => {
    for (const [index, { field, token }] of tokens.entries()) {
      if (field !== block.field) continue;
      const row = isSequenceField(field)
        ? block.keys.indexOf(keyOfNgram(token) ?? 0)
        : block.tokens.indexOf(token);
      for (let unit = 0; row >= 0 && unit < UNIT_COUNT; unit++) {
        const at = index * UNIT_COUNT + unit;
        found[at] = (found[at] as number) + (block.values[row * UNIT_COUNT + unit] as number);
      }
    }
  });
  return tokens.map((_, index) => tokenCounts(found, index));
}

/** Whether a chunk of counts that were cut by token hash (EpisodeCounter) is the one that may hold the token. */
export function isTokenOfChunk({ field, token }: FieldToken, selection: ChunkSelection): boolean {
  if (isSequenceField(field)) return isOfChunk(keyOfNgram(token) ?? 0, selection);
  const hash = new TokenHash();
  hash.setToken(field, token);
  return selection.chunks === 1 || hash.low % selection.chunks === selection.chunk;
}
