/** The content hash against MurmurHash3 written from its definition with BigInt, its avalanche, and sums mod 2¹²⁸. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hashBlock,
  mix32,
  TokenHash,
  textLanes,
  tokenHash,
  unitSeeds,
} from '../../src/bayes/content-hash.ts';
import { addSums, Sum128, ZERO_SUM } from '../../src/bayes/sum128.ts';

const M32 = (1n << 32n) - 1n;
const M128 = (1n << 128n) - 1n;
const lanes = fc.uint32Array({ minLength: 4, maxLength: 4 });
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** MurmurHash3_x86_128 of the 16 bytes (low, high, 0, 0), as its author wrote it. */
function murmur(seed: bigint[], low: bigint, high: bigint): bigint[] {
  const rotl = (x: bigint, r: bigint) => ((x << r) | (x >> (32n - r))) & M32;
  const [c1, c2, c3, c4] = [0x239b961bn, 0xab0e9789n, 0x38b34ae5n, 0xa1e38b93n];
  let [h1, h2, h3, h4] = seed as [bigint, bigint, bigint, bigint];
  const k = (word: bigint, a: bigint, r: bigint, b: bigint) => (rotl((word * a) & M32, r) * b) & M32;
  h1 ^= k(low, c1, 15n, c2);
  h1 = (((rotl(h1, 19n) + h2) & M32) * 5n + 0x561ccd1bn) & M32;
  h2 ^= k(high, c2, 16n, c3);
  h2 = (((rotl(h2, 17n) + h3) & M32) * 5n + 0x0bcaa747n) & M32;
  h3 ^= k(0n, c3, 17n, c4);
  h3 = (((rotl(h3, 15n) + h4) & M32) * 5n + 0x96cd1c35n) & M32;
  h4 ^= k(0n, c4, 18n, c1);
  h4 = (((rotl(h4, 13n) + h1) & M32) * 5n + 0x32ac3b17n) & M32;
  let h = [h1, h2, h3, h4].map(x => x ^ 16n) as [bigint, bigint, bigint, bigint];
  const spread = (x: [bigint, bigint, bigint, bigint]): [bigint, bigint, bigint, bigint] => {
    const first = (x[0] + x[1] + x[2] + x[3]) & M32;
    return [first, (x[1] + first) & M32, (x[2] + first) & M32, (x[3] + first) & M32];
  };
  const fmix = (x: bigint) => {
    let y = x ^ (x >> 16n);
    y = (y * 0x85ebca6bn) & M32;
    y ^= y >> 13n;
    y = (y * 0xc2b2ae35n) & M32;
    return y ^ (y >> 16n);
  };
  h = spread(h);
  h = h.map(fmix) as typeof h;
  return spread(h);
}

function hash(seed: Uint32Array, low: number, high: number): Uint32Array {
  const into = new Uint32Array(4);
  hashBlock(seed, low, high, into);
  return into;
}

function numberOf(hash: Uint32Array): bigint {
  return hash.reduceRight((number, lane) => (number << 32n) | BigInt(lane), 0n);
}

/** How often each bit of the hash flips with one bit of a 16-bit input, over all input bits and some inputs. */
function flips(hashOf: (input: number) => Uint32Array): number[] {
  const perBit = new Array<number>(128).fill(0);
  const rounds = 250;
  for (let round = 0; round < rounds; round++) {
    const input = mix32(round) & 0xffff;
    const hash = hashOf(input);
    for (let bit = 0; bit < 16; bit++) {
      const flipped = hashOf(input ^ (1 << bit));
      for (let at = 0; at < 128; at++) {
        const difference = (hash[at >> 5] ?? 0) ^ (flipped[at >> 5] ?? 0);
        perBit[at] = (perBit[at] ?? 0) + ((difference >>> (at & 31)) & 1);
      }
    }
  }
  return perBit.map(count => count / (rounds * 16));
}

describe('the content hash', () => {
  it('is MurmurHash3_x86_128 of one block', () => {
    fc.assert(
      fc.property(lanes, u32, u32, (seed, low, high) => {
        expect([...hash(seed, low, high)].map(BigInt)).toEqual(
          murmur([...seed].map(BigInt), BigInt(low), BigInt(high)),
        );
      }),
    );
  });

  const seed = unitSeeds('message', 1)[0] as Uint32Array;
  it.each<[string, (input: number) => Uint32Array]>([
    ['an n-gram key', input => hash(seed, input, 0)],
    ['half a token hash', input => hash(seed, 7, input << 16)],
    ['a day', input => unitSeeds('port', input)[1] as Uint32Array],
    ['a token', input => textLanes('port', String.fromCharCode(input))],
  ])('flips half of its bits with any bit of %s', (_, hashOf) => {
    // 4,000 flips a bit: six standard deviations are .047.
    for (const share of flips(hashOf)) expect(Math.abs(share - 0.5)).toBeLessThan(0.047);
  });

  it('tells field, unit and day apart', () => {
    const seeds = [
      ...unitSeeds('url.path', 0),
      ...unitSeeds('url.path', 1),
      ...unitSeeds('url.path', -1),
      ...unitSeeds('url.query', 0),
    ].map(numberOf);
    expect(new Set(seeds).size).toBe(16);
  });

  it('keeps its values: model ids of one release mean the same in the next', () => {
    expect(mix32(1)).toBe(1364076727);
    expect(tokenHash('dns.question.type', 'TXT')).toEqual(PINNED.token);
    expect(numberOf(hash(unitSeeds('dns.question.name', 19_831)[0] as Uint32Array, 64, 0)).toString(16)).toBe(
      PINNED.ngram,
    );
    expect(numberOf(textLanes('model.parameters', '{}')).toString(16)).toBe(PINNED.text);
  });
});

/** Written down when the hash was made; a change is a new version of every model id. */
const PINNED = {
  token: { low: 2952915594, high: 4122164286 },
  ngram: '37e31f33b8ca04a22abe283ef8c334b5',
  text: 'da5f8d08abac5b26f387d769ce11724e',
};

describe('token hashes', () => {
  it('do not depend on what was hashed before', () => {
    const used = new TokenHash();
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'binary' }), (field, token) => {
        used.setToken(field, token);
        expect({ low: used.low, high: used.high }).toEqual(tokenHash(field, token));
      }),
    );
  });

  it('are distinct for texts that are nearly the same, and never both halves 0', () => {
    const texts = new Set<string>(['', 'a', 'a\0', '\0', '\0\0', '\0\0\0', '\ud800', '\udfff']);
    for (let n = 0; n < 30_000; n++) texts.add(String(n));
    for (let n = 0; n < 300; n++) texts.add('\uffff'.repeat(n));
    const lows = new Set<number>();
    const both = new Set<string>();
    for (const text of texts) {
      const { low, high } = tokenHash('port', text);
      if ((low | high) === 0) throw new Error(`${text} hashes to the empty slot`);
      lows.add(low);
      both.add(`${low} ${high}`);
    }
    expect(both.size).toBe(texts.size);
    // n²/2³³ collisions of 32 bits are to be expected: 0.12 here.
    expect(texts.size - lows.size).toBeLessThan(5);
  });

  it('tell a field from the beginning of a token', () => {
    expect(tokenHash('ab', 'c')).not.toEqual(tokenHash('a', 'bc'));
  });
});

describe('sums mod 2¹²⁸', () => {
  const count = fc.oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    fc.constantFrom(2 ** 20, -(2 ** 20), 2 ** 20 + 1, 2 ** 21),
  );
  const hex = (number: bigint) => (number & M128).toString(16).padStart(32, '0');

  it('are what BigInt says', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(count, lanes), { maxLength: 40 }), terms => {
        const sum = new Sum128();
        let expected = 0n;
        for (const [count, hash] of terms) {
          sum.add(count, hash);
          expected += BigInt(count) * numberOf(hash);
        }
        expect(sum.toString()).toBe(hex(expected));
      }),
    );
  });

  it('stay exact over many small counts of the largest hash', () => {
    const sum = new Sum128();
    const hash = new Uint32Array(4).fill(0xffffffff);
    for (let n = 0; n < 3_000; n++) sum.add(1_023, hash);
    for (let n = 0; n < 1_000; n++) sum.add(-7, hash);
    expect(sum.toString()).toBe(hex(M128 * (3_000n * 1_023n - 7_000n)));
  });

  it('add up and cancel, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(count, lanes), { maxLength: 20 }), fc.nat(20), (terms, cut) => {
        const [whole, first, second] = [new Sum128(), new Sum128(), new Sum128()];
        for (const [index, [count, hash]] of terms.entries()) {
          whole.add(count, hash);
          (index < cut ? first : second).add(count, hash);
        }
        expect(addSums(first.toString(), second.toString())).toBe(whole.toString());
        whole.addSum(first, -1);
        whole.addSum(second, -1);
        expect(whole.toString()).toBe(ZERO_SUM);
      }),
    );
  });

  it('go to hex and back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: M128 }), number => {
        expect(Sum128.parse(hex(number)).toString()).toBe(hex(number));
      }),
    );
    expect(addSums('f'.repeat(32), `${'0'.repeat(31)}2`)).toBe(`${'0'.repeat(31)}1`);
  });

  it.each(['', '0', 'g'.repeat(32), '0'.repeat(33), ` ${'0'.repeat(31)}`])('%j is no sum', text => {
    expect(() => Sum128.parse(text)).toThrow(RangeError);
  });
});
