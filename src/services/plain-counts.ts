/** Counts as plain text and numbers, in which a recount is made: of all tokens, or of those of one of several passes. */
import { decodeCounts } from '../bayes/counts-codec.ts';
import type { TokenCounts } from '../bayes/model.ts';

/** A pass holds more tokens than it may. */
export class TooManyTokensError extends Error {}

/** Counts by `day⇥field⇥token`, of the tokens that a pass is about. */
export class PlainCounts extends Map<string, TokenCounts> {
  readonly #pass: { number: number; of: number };
  readonly #tokensMax: number;

  constructor(pass = { number: 0, of: 1 }, tokensMax = Number.POSITIVE_INFINITY) {
    super();
    this.#pass = pass;
    this.#tokensMax = tokensMax;
  }

  /** The counts of a token, to be added to; null where another pass is about it. */
  of(key: string): TokenCounts | null {
    const known = this.get(key);
    if (known !== undefined) return known;
    if (this.#pass.of > 1 && textHash(key) % this.#pass.of !== this.#pass.number) return null;
    if (this.size >= this.#tokensMax) throw new TooManyTokensError();
    const counts = { goodRecords: 0, goodEpisodes: 0, badRecords: 0, badEpisodes: 0 };
    this.set(key, counts);
    return counts;
  }
}

/** FNV-1a: only to deal tokens into passes. */
function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** Adds what a segment or a share holds. */
export function addEncoded(counts: PlainCounts, bytes: Uint8Array): void {
  for (const { day, field, token, counts: signed } of decodeCounts(bytes).entries()) {
    const sum = counts.of(`${day}\t${field}\t${token}`);
    if (sum === null) continue;
    sum.goodRecords += signed.goodRecords;
    sum.goodEpisodes += signed.goodEpisodes;
    sum.badRecords += signed.badRecords;
    sum.badEpisodes += signed.badEpisodes;
  }
}

/** Adds what was imported: every count times the trust, halves up, on one day. @param trust at most four decimals */
export function addWeighed(counts: PlainCounts, bytes: Uint8Array, day: number, trust: number): void {
  // In ten thousandths, as whole numbers of any size.
  const weighed = (count: number) =>
    Number((BigInt(count) * BigInt(Math.round(trust * 10_000)) + 5_000n) / 10_000n);
  for (const { field, token, counts: given } of decodeCounts(bytes).entries()) {
    const sum = counts.of(`${day}\t${field}\t${token}`);
    if (sum === null) continue;
    sum.goodRecords += weighed(given.goodRecords);
    sum.goodEpisodes += weighed(given.goodEpisodes);
    sum.badRecords += weighed(given.badRecords);
    sum.badEpisodes += weighed(given.badEpisodes);
  }
}
