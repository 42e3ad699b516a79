/**
 * Observations that are one object however often they are seen: those of a field whose tokens this project words itself,
 * so that there are few. To see one allocates nothing, and whoever reads it may know it by the object.
 */
import type { CategoryObservation } from '../domain/observation.ts';

/** @example new Interned('url.path#case').of('lower') // { field: 'url.path#case', token: 'lower' }, the same each time */
export class Interned {
  readonly #field: string;
  readonly #observations = new Map<string, CategoryObservation>();

  constructor(field: string) {
    this.#field = field;
  }

  /** @param token one of a fixed number of words: what was given once is kept for ever */
  of(token: string): CategoryObservation {
    const known = this.#observations.get(token);
    if (known !== undefined) return known;
    const observation = Object.freeze({ field: this.#field, token });
    this.#observations.set(token, observation);
    return observation;
  }
}
