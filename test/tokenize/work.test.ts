import { describe, expect, it } from 'vitest';
import { workOf } from './work.ts';

describe('workOf', () => {
  it('counts characters that are read and texts that regular expressions see', () => {
    const work = workOf(() => {
      for (const index of [0, 1, 2]) 'abc'.charCodeAt(index);
      /b/.test('abc');
      'abcde'.replace(/c/, 'x');
    });
    expect(work).toEqual({ characters: 3, regexCalls: 2, regexCharactersMax: 5 });
  });

  it('puts everything back, even when the action throws', () => {
    const { charCodeAt } = String.prototype;
    const { exec } = RegExp.prototype;
    expect(() =>
      workOf(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(String.prototype.charCodeAt).toBe(charCodeAt);
    expect(RegExp.prototype.exec).toBe(exec);
  });
});
