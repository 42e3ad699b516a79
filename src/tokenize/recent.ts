/**
 * A bounded memory of what a pure function said last, for functions that cost far more than a look-up and are asked the
 * same again and again. Two generations instead of a linked list: a hit writes nothing.
 */
import { ownCopyOf } from './own-copy.ts';

/**
 * Answers for the latest `capacity` to 2 × `capacity` distinct keys; older ones are computed again.
 * @example const stems = new Recent(4096, stem); stems.of('failed') // 'fail', computed once
 */
export class Recent<V extends string | number | object> {
  readonly #capacity: number;
  readonly #compute: (key: string) => V;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  /** @param capacity keys a generation, ≥ 1    @param compute pure */
  constructor(capacity: number, compute: (key: string) => V) {
    this.#capacity = capacity;
    this.#compute = compute;
  }

  of(key: string): V {
    const known = this.#young.get(key);
    if (known !== undefined) return known;
    // What is computed may hold parts of its key, so it is given the copy.
    const own = ownCopyOf(key);
    const value = this.#old.get(key) ?? this.#compute(own);
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(own, value);
    return value;
  }

  /** Keys held now, those in both generations counted twice. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
