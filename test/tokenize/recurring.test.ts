import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Recurring } from '../../src/tokenize/recurring.ts';

/** A memory of lengths, and the texts that were computed. */
function memoryOf(places: number) {
  const computed: string[] = [];
  const lengths = new Recurring(places, text => {
    computed.push(text);
    return text.length;
  });
  return { lengths, computed };
}

describe('Recurring', () => {
  it('computes a text twice, and remembers it from then on', () => {
    const { lengths, computed } = memoryOf(4);
    expect(['www', 'www', 'www', 'www'].map(text => lengths.of(text, undefined))).toEqual([3, 3, 3, 3]);
    expect(computed).toEqual(['www', 'www']);
  });

  it('computes nothing of a text that is not remembered, where only memory is asked', () => {
    const { lengths, computed } = memoryOf(4);
    expect(['www', 'www', 'www'].map(text => lengths.recall(text, undefined))).toEqual([undefined, 3, 3]);
    expect(computed).toEqual(['www']);
  });

  it('keeps what recurs, however many texts come once', () => {
    const { lengths, computed } = memoryOf(1);
    for (const text of ['hot', 'hot']) lengths.of(text, undefined);
    for (let index = 0; index < 1_000; index += 1) {
      lengths.of(`once${index}`, undefined);
      lengths.of('hot', undefined);
    }
    expect(computed.filter(text => text === 'hot')).toHaveLength(2);
    expect(computed).toHaveLength(1_002);
  });

  it('gives a place to another text that recurs', () => {
    const { lengths, computed } = memoryOf(1);
    for (const text of ['old', 'old', 'newer', 'newer', 'newer', 'old']) lengths.of(text, undefined);
    expect(computed).toEqual(['old', 'old', 'newer', 'newer', 'old']);
  });

  it('answers what the function says, in whatever order texts come, of one hash or not', () => {
    const text = fc.oneof(
      fc.constantFrom('', 'a', 'b', '__proto__', 'constructor', 'é', '\ud800'),
      // Of long texts few characters are looked at: these differ in others.
      fc.nat(70).map(at => `${'x'.repeat(at)}y${'x'.repeat(70 - at)}`),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 60 }), texts => {
        const memory = new Recurring(2, one => `<${one}>`);
        for (const one of texts) expect(memory.of(one, undefined)).toBe(`<${one}>`);
      }),
      { numRuns: 300, seed: 6 },
    );
  });
});
