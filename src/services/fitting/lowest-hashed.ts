/** The names with the lowest seeded hashes of all that were offered, in bounded memory: a sample that no order changes. */
import { lowestHashed } from '../../bayes/fit/fit-sample.ts';

export class LowestHashed<T> {
  readonly #count: number;
  readonly #seed: number;
  #items = new Map<string, T>();

  /** @param count how many are kept, ≥ 1    @param seed integer ≥ 0 */
  constructor(count: number, seed: number) {
    this.#count = count;
    this.#seed = seed;
  }

  /** @param name no two items have the same */
  offer(name: string, item: T): void {
    this.#items.set(name, item);
    if (this.#items.size >= 2 * this.#count) this.#items = this.#lowest();
  }

  /** By name, lowest hash first. */
  items(): ReadonlyMap<string, T> {
    this.#items = this.#lowest();
    return this.#items;
  }

  #lowest(): Map<string, T> {
    const names = lowestHashed(this.#items.keys(), this.#count, this.#seed);
    return new Map(names.map(name => [name, this.#items.get(name) as T]));
  }
}
