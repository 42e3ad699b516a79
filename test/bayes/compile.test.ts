/** The compiled model: Witten-Bell worked by hand, the automaton's shape, and counts that no string has. */
import { describe, expect, it } from 'vitest';
import { categoryTableOf, slotOf } from '../../src/bayes/category-table.ts';
import { compileModel } from '../../src/bayes/compile.ts';
import { tokenHash } from '../../src/bayes/content-hash.ts';
import { Counts } from '../../src/bayes/counts.ts';
import { encodeCounts } from '../../src/bayes/counts-codec.ts';
import { logOdds } from '../../src/bayes/log-odds.ts';
import type { Automaton } from '../../src/bayes/model.ts';
import { keyOfNgram } from '../../src/bayes/ngrams.ts';
import { bitsOf, findSlot, floatsOf, LN_BAD, LN_GOOD, SequenceReader } from '../../src/bayes/sequence.ts';
import { SettledCounts } from '../../src/bayes/settled-counts.ts';
import { symbolOf } from '../../src/bayes/symbols.ts';
import { compiled, PARAMETERS, records, segmentOf } from './learnt.ts';
import { totalAfter } from './read-automaton.ts';

function automatonOf(good: readonly string[], bad: readonly string[]): Automaton {
  const episodes = [
    ...good.map(text => ({ day: 0, records: records([text], 'good', 'message') })),
    ...bad.map(text => ({ day: 0, records: records([text], 'bad', 'message') })),
  ];
  const automaton = compiled([segmentOf(episodes)]).sequences.message;
  if (automaton === undefined) throw new Error('nothing was learnt');
  return automaton;
}

/** ln P of each symbol of a text, one class. */
function lnP(automaton: Automaton, text: string, which: typeof LN_GOOD | typeof LN_BAD): number {
  const reader = new SequenceReader('message', automaton);
  let total = 0;
  const segments = reader.read(text);
  for (let segment = 0; segment < segments; segment++) total += reader.sums[8 * segment + which] as number;
  return total;
}

describe('Witten-Bell', () => {
  it('is what a hand works out for three strings', () => {
    // Good records: ab, ab, ac. Single symbols: a 3, b 2, c 1, ␃ 3; n = 9, u = 4.
    // P(a) = (3 + 4/64)/13, P(b) = (2 + 4/64)/13, P(␃) = (3 + 4/64)/13.
    // After a: b 2, c 1; n = 3, u = 2: P(b|a) = (2 + 2·P(b))/5. After b: ␃ 2; n = 2, u = 1: P(␃|b) = (2 + P(␃))/3.
    // After ab: ␃ 2: P(␃|ab) = (2 + P(␃|b))/3. An unknown symbol z: P(z) = (4/64)/13, P(z|a) = 2·P(z)/5.
    const automaton = automatonOf(['ab', 'ab', 'ac'], []);
    const pA = (3 + 4 / 64) / 13;
    const pB = (2 + 4 / 64) / 13;
    const pEnd = (3 + 4 / 64) / 13;
    const pBafterA = (2 + 2 * pB) / 5;
    const pEndAfterAb = (2 + (2 + pEnd) / 3) / 3;
    expect(lnP(automaton, 'ab', LN_GOOD)).toBeCloseTo(Math.log(pA * pBafterA * pEndAfterAb), 6);
    const pZafterA = (2 * (4 / 64 / 13)) / 5;
    expect(lnP(automaton, 'az', LN_GOOD)).toBeCloseTo(Math.log(pA * pZafterA * pEnd), 6);
  });

  it('is uniform where nothing of a class is learnt', () => {
    const automaton = automatonOf(['example'], []);
    expect(lnP(automaton, 'exam', LN_BAD)).toBeCloseTo(-5 * Math.log(64), 5);
  });

  it('sums to 1 over the alphabet after any context', () => {
    const automaton = automatonOf(['banana', 'bandana', 'cabana'], ['xxanaxx', 'ananas']);
    for (const context of ['', 'b', 'ban', 'bana', 'anan', 'qqqq', 'xxan']) {
      for (const which of [LN_GOOD, LN_BAD] as const) {
        expect(totalAfter(automaton, context, which), `${context} ${which}`).toBeCloseTo(1, 5);
      }
    }
  });

  it('counts a record once, not each time that it holds the n-gram', () => {
    const once = automatonOf(['abab', 'cd'], []);
    const slot = findSlot(once, 0, symbolOf('a'.charCodeAt(0)));
    // Single symbols: a, b, c, d one record each, ␃ two; n = 6, u = 5.
    expect(floatsOf(once.nodes)[slot + 1]).toBeCloseTo(Math.log((1 + 5 / 64) / 11), 6);
  });
});

describe('the automaton', () => {
  it('takes under 48 bytes an n-gram', () => {
    const names = Array.from(
      { length: 400 },
      (_, n) => `${(n * 7_919_993).toString(36)}.example-${n % 17}.net`,
    );
    const automaton = automatonOf(names, ['other.test']);
    expect(automaton.nodes.byteLength / automaton.ngrams).toBeLessThan(48);
  });

  it('holds Σλ of the 1- to 4-grams, and the same for a 5-gram as for its last four', () => {
    const automaton = automatonOf(['abcde', 'abxde'], ['abcdf', 'zzcdf']);
    const totals = { bad: 2, good: 2 };
    const lambda = (bad: number, good: number) => logOdds({ bad, good }, totals, 2);
    // Ending in the f of abcdf: f, df, cdf, bcdf: bad 2, 2, 2, 1, good 0.
    const expected = 3 * lambda(2, 0) + lambda(1, 0);
    let state = 0;
    let slot = -1;
    for (const character of 'abcdf') {
      slot = findSlot(automaton, state, symbolOf(character.charCodeAt(0)));
      state = automaton.nodes[slot] as number;
    }
    expect(floatsOf(automaton.nodes)[slot + 3]).toBeCloseTo(expected, 5);
  });

  it('leaves out n-grams whose prefix or suffix no record holds, and goes on', () => {
    const counts = new Counts();
    const bump = (token: string) =>
      counts.bump(0, 'message', keyOfNgram(token) ?? 0, { goodRecords: 1, goodEpisodes: 1 });
    for (const token of ['', 'a', 'b', 'ab', 'xy', 'abq', 'bzz', 'zzzzz']) bump(token);
    const settled = new SettledCounts();
    settled.addSegment(encodeCounts(counts));
    const model = compileModel(settled, PARAMETERS, { id: '0'.repeat(32), entry: 1 });
    expect(model.sequences.message?.ngrams).toBe(3);
    expect(new SequenceReader('message', model.sequences.message as Automaton).read('abzzz xyq')).toBe(2);
  });

  it('is absent where all was forgotten', () => {
    const lesson = { day: 0, records: records(['abc'], 'good', 'message') };
    const back = { day: 0, records: lesson.records.map(r => ({ ...r, before: r.after, after: r.before })) };
    const model = compiled([segmentOf([lesson]), segmentOf([back])]);
    expect(model.sequences).toEqual({});
    expect(model.totals.goodRecords).toBe(0);
    expect(model.id).toBe(compiled([]).id);
  });
});

describe('segments of a text', () => {
  it.each([
    ['a.b', 2],
    ['a.b.', 2],
    ['.', 1],
    ['..', 2],
    ['', 1],
    ['abc', 1],
  ])('%j has %d', (text, segments) => {
    const { sequences } = compiled([segmentOf([{ day: 0, records: records(['a.b.c'], 'good') }])]);
    const reader = new SequenceReader('dns.question.name', sequences['dns.question.name'] as Automaton);
    expect(reader.read(text)).toBe(segments);
    const symbols = Array.from({ length: segments }, (_, at) => reader.sums[8 * at + 6] as number);
    expect(symbols.reduce((sum, n) => sum + n, 0)).toBe(text.length + 1);
  });
});

describe('bitsOf', () => {
  it.each([
    [0, 0],
    [1, 1],
    [0b1011, 3],
    [-1, 32],
    [1 << 31, 1],
    [0x55555555, 16],
  ])('%d has %d', (word, bits) => {
    expect(bitsOf(word)).toBe(bits);
  });
});

describe('the category table', () => {
  it('finds every token and nothing else', () => {
    const tokens = Array.from({ length: 5_000 }, (_, n) => ({
      field: `field${n % 7}`,
      token: `token-${n}`,
      lambda: n + 1,
      surprise: -n,
    }));
    const table = categoryTableOf(tokens, {});
    const slotFor = (field: string, token: string) => {
      const { low, high } = tokenHash(field, token);
      return slotOf(table, low, high);
    };
    for (const { field, token, lambda, surprise } of tokens) {
      const slot = slotFor(field, token);
      if (table.lambda[slot] !== lambda || table.surprise[slot] !== surprise)
        expect.fail(`${field} ${token}`);
    }
    for (const { token } of tokens.slice(0, 500)) expect(table.lambda[slotFor('other', token)]).toBe(0);
    expect(categoryTableOf([], {}).tokens).toBe(0);
  });
});
