/**
 * What chance leaves of a weight. Most of what happened during a break-in was innocent, and what an innocent stretch of
 * traffic holds more of than the rest would look like a sign of the break-in. How much of that there is, placebos tell
 * (fit/placebos.ts): in each field, by how many bad episodes hold a token (⌊log₂ C⁺⌋), the sum of squared positive λ that
 * as much innocent traffic shows. The same sum over what the site calls bad is signal and noise together, so `1 − noise/observed`
 * is the share of signal, and the weight that errs least is λ times that: the positive-part shrinkage of James and Stein, by bins.
 * Only weights towards bad are shrunk: the good is not marked by windows.
 *
 * Source: Efron, Morris, Stein's estimation rule and its competitors, J. American Statistical Association 68 (1973). Sums where
 * they have means: what is marked record by record or posted as a corpus has no placebo, and adds to what is observed alone.
 */

/** Nats² by field, then by bin of C⁺ (binOf); a field or bin that is not there has no noise. */
export type Noise = Readonly<Record<string, readonly number[]>>;

/** Even where chance explains everything, something is left: a window may be a break-in that hides well. */
const FACTOR_MIN = 0.05;

/** The noise of one field, or undefined. Fields may be named by a sender, `__proto__` too. */
export function noiseOf(noise: Noise | undefined, field: string): readonly number[] | undefined {
  return noise !== undefined && Object.hasOwn(noise, field) ? noise[field] : undefined;
}

/**
 * The bin of a count: ⌊log₂ C⁺⌋, 0 for what has decayed to less than one.
 * @param badEpisodes C⁺ > 0
 * @example binOf(1) // 0    @example binOf(7.9) // 2
 */
export function binOf(badEpisodes: number): number {
  return badEpisodes < 2 ? 0 : Math.floor(Math.log2(badEpisodes));
}

/** Σ (λ⁺)² of tokens by bin, in nats². */
export class PositiveSquares {
  readonly #sums: number[] = [];
  /** Tokens that some bad episode holds. */
  tokens = 0;

  /** @param lambda nats    @param badEpisodes C⁺ of the token; one that no bad episode holds counts for nothing */
  add(lambda: number, badEpisodes: number): void {
    if (!(badEpisodes > 0)) return;
    this.tokens++;
    const bin = binOf(badEpisodes);
    while (this.#sums.length <= bin) this.#sums.push(0);
    if (lambda > 0) this.#sums[bin] = (this.#sums[bin] as number) + lambda * lambda;
  }

  /** By bin. */
  get sums(): readonly number[] {
    return this.#sums;
  }

  /** Over all bins. */
  get total(): number {
    return this.#sums.reduce((total, sum) => total + sum, 0);
  }

  /**
   * By what weights are to be multiplied, by bin: `max(0.05, 1 − noise/observed)`.
   * @example of tokens whose λ² sum to 8 in bin 0, and noise of 2 there: [0.75]
   */
  factors(noise: readonly number[]): number[] {
    return this.#sums.map((observed, bin) => {
      const chance = noise[bin] ?? 0;
      return chance === 0 || observed === 0 ? 1 : Math.max(FACTOR_MIN, 1 - chance / observed);
    });
  }
}

/**
 * The factors of a field's tokens; undefined where nothing is shrunk.
 * @param badEpisodesOf, lambdaOf of the token with this index
 */
export function factorsOf(
  noise: readonly number[] | undefined,
  tokens: number,
  badEpisodesOf: (index: number) => number,
  lambdaOf: (index: number) => number,
): readonly number[] | undefined {
  if (noise === undefined) return undefined;
  const squares = new PositiveSquares();
  for (let index = 0; index < tokens; index++) squares.add(lambdaOf(index), badEpisodesOf(index));
  return squares.factors(noise);
}

/**
 * λ as the model holds it.
 * @param lambda nats    @param badEpisodes C⁺ of the token
 * @example shrunk(2, 5, [0.1, 0.5, 0.8]) // 1.6: 5 is in bin 2    @example shrunk(-2, 5, [0.1, 0.5, 0.8]) // -2
 */
export function shrunk(lambda: number, badEpisodes: number, factors: readonly number[] | undefined): number {
  if (factors === undefined || !(lambda > 0)) return lambda;
  return lambda * (factors[binOf(badEpisodes)] ?? 1);
}
