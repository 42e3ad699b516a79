import { describe, expect, it } from 'vitest';
import { Recent } from '../../src/tokenize/recent.ts';

describe('Recent', () => {
  it('computes a key once while it is remembered', () => {
    const computed: string[] = [];
    const lengths = new Recent(2, key => {
      computed.push(key);
      return key.length;
    });
    expect([lengths.of('a'), lengths.of('bb'), lengths.of('a'), lengths.of('bb')]).toEqual([1, 2, 1, 2]);
    expect(computed).toEqual(['a', 'bb']);
  });

  it('forgets what was not asked for in two generations, and keeps what was', () => {
    const computed: string[] = [];
    const seen = new Recent(2, key => {
      computed.push(key);
      return key;
    });
    for (const key of ['old', 'hot', 'x', 'hot', 'y', 'hot', 'z', 'hot', 'old']) seen.of(key);
    expect(computed.filter(key => key === 'hot')).toHaveLength(1);
    expect(computed.filter(key => key === 'old')).toHaveLength(2);
  });

  it('never holds more than two generations', () => {
    const seen = new Recent(16, key => key);
    for (let index = 0; index < 1000; index += 1) {
      seen.of(`key${index}`);
      expect(seen.size).toBeLessThanOrEqual(32);
    }
  });

  it('remembers keys that are names of object properties like any other', () => {
    const seen = new Recent(4, key => key.length);
    expect(seen.of('__proto__')).toBe(9);
    expect(seen.of('constructor')).toBe(11);
  });
});
