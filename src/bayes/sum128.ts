/**
 * Sums mod 2¹²⁸ of counts times hashes: the part of a model id that adds up, whatever the order and the cutting.
 *
 * Four lanes of 32 bits, each in a double: count·lane is exact while |count| < 2²¹, so lanes collect products without
 * carrying until the counts collected reach 2²⁰, and only then are carries passed on. No BigInt: this is the hot path.
 */

const LANE = 2 ** 32;
/** Sum of |count| that lanes take between two carries: 2²⁰·2³² plus a lane's remainder is below 2⁵³. */
const COUNT_MAX = 2 ** 20;

export class Sum128 {
  readonly #lanes = new Float64Array(4);
  /** Σ|count| since the last carry. */
  #pending = 0;

  /** @throws RangeError unless the text is 32 hex digits */
  static parse(hex: string): Sum128 {
    if (!/^[0-9a-fA-F]{32}$/.test(hex))
      throw new RangeError(`a sum is 32 hex digits, not ${JSON.stringify(hex.slice(0, 64))}`);
    const sum = new Sum128();
    for (let lane = 0; lane < 4; lane++) {
      sum.#lanes[lane] = Number.parseInt(hex.slice(24 - 8 * lane, 32 - 8 * lane), 16);
    }
    return sum;
  }

  /** Adds count · hash. @param count an integer, may be negative    @param hash four lanes, lowest first */
  add(count: number, hash: Uint32Array): void {
    let rest = count;
    while (rest > COUNT_MAX || rest < -COUNT_MAX) {
      const step = rest > 0 ? COUNT_MAX : -COUNT_MAX;
      this.#collect(step, hash);
      rest -= step;
    }
    this.#collect(rest, hash);
  }

  /** Adds another sum, or subtracts it. */
  addSum(other: Sum128, sign: 1 | -1 = 1): void {
    other.#carry();
    this.#carry();
    for (let lane = 0; lane < 4; lane++) {
      this.#lanes[lane] = (this.#lanes[lane] as number) + sign * (other.#lanes[lane] as number);
    }
    this.#carry();
  }

  /** 32 lower-case hex digits, highest first. @example new Sum128().toString() // '00000000000000000000000000000000' */
  toString(): string {
    this.#carry();
    let hex = '';
    for (let lane = 3; lane >= 0; lane--) hex += (this.#lanes[lane] as number).toString(16).padStart(8, '0');
    return hex;
  }

  #collect(count: number, hash: Uint32Array): void {
    const size = count < 0 ? -count : count;
    if (this.#pending + size > COUNT_MAX) this.#carry();
    this.#pending += size;
    const lanes = this.#lanes;
    lanes[0] = (lanes[0] as number) + count * (hash[0] as number);
    lanes[1] = (lanes[1] as number) + count * (hash[1] as number);
    lanes[2] = (lanes[2] as number) + count * (hash[2] as number);
    lanes[3] = (lanes[3] as number) + count * (hash[3] as number);
  }

  /** Brings each lane back into [0, 2³²); what passes the top is dropped: that is the mod. */
  #carry(): void {
    let carry = 0;
    for (let lane = 0; lane < 4; lane++) {
      const total = (this.#lanes[lane] as number) + carry;
      carry = Math.floor(total / LANE);
      this.#lanes[lane] = total - carry * LANE;
    }
    this.#pending = 0;
  }
}

/** The sum of nothing. */
export const ZERO_SUM = '0'.repeat(32);

/**
 * a + b mod 2¹²⁸, all three as 32 hex digits.
 * @throws RangeError unless both are 32 hex digits
 * @example addSums('ffffffffffffffffffffffffffffffff', '00000000000000000000000000000002') // '0…01'
 */
export function addSums(a: string, b: string): string {
  const sum = Sum128.parse(a);
  sum.addSum(Sum128.parse(b));
  return sum.toString();
}
