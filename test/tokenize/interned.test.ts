import { expect, it } from 'vitest';
import { Interned } from '../../src/tokenize/interned.ts';

it('gives one object for each token, which nobody can change', () => {
  const field = new Interned('url.path#case');
  const lower = field.of('lower');
  expect(lower).toEqual({ field: 'url.path#case', token: 'lower' });
  expect(field.of(['low', 'er'].join(''))).toBe(lower);
  expect(field.of('upper')).not.toBe(lower);
  expect(Object.isFrozen(lower)).toBe(true);
});

it('knows tokens that are names of object properties like any other', () => {
  const field = new Interned('f');
  expect(field.of('__proto__')).toEqual({ field: 'f', token: '__proto__' });
});
