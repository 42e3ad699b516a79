/** Counts equal lines of one request, so that a repeated request repeats the numbers. */
import type { Identity } from '../domain/identity.ts';

export class Occurrences {
  readonly #seen = new Map<Identity, number>();

  /** 0 for the first line with this digest, then 1, 2 … */
  next(lineDigest: Identity): number {
    const count = this.#seen.get(lineDigest) ?? 0;
    this.#seen.set(lineDigest, count + 1);
    return count;
  }
}
