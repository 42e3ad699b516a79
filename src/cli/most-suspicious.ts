/** The results with the highest scores, of however many go by. */

/** Keeps the `max` highest; of equal ones the first. Memory is `max`, time a step for each that is kept. */
export class MostSuspicious<T extends { score: number }> {
  readonly #max: number;
  readonly #kept: T[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether a result of this score would be kept. */
  takes(score: number): boolean {
    const lowest = this.#kept.at(-1);
    return this.#kept.length < this.#max || (lowest !== undefined && score > lowest.score);
  }

  add(result: T): void {
    if (!this.takes(result.score)) return;
    const index = this.#kept.findIndex(kept => kept.score < result.score);
    this.#kept.splice(index < 0 ? this.#kept.length : index, 0, result);
    if (this.#kept.length > this.#max) this.#kept.pop();
  }

  /** Highest first. */
  list(): readonly T[] {
    return this.#kept;
  }
}
