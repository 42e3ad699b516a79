import { describe, expect, it } from 'vitest';
import { historyShapeOf } from '../../src/tokenize/fields/flow.ts';
import { tokenize } from '../../src/tokenize/tokenize.ts';
import { tokensByField } from './observed.ts';

describe('a flow record', () => {
  it('shows how the connection went', () => {
    const { categories } = tokenize({ kind: 'flow', network: { state: 'S0', history: 'ShADadtTtT' } });
    expect(tokensByField(categories)).toEqual({ 'network.state': ['s0'], 'network.history': ['ShADadtT'] });
  });
});

describe('historyShapeOf', () => {
  it.each([
    ['ShADadFf', 'ShADadFf'],
    ['ShADadtTtTfF', 'ShADadtTfF'],
    ['^dDa', '^dDa'],
    ['-', 'none'],
    ['\u0000S', 'S'],
    ['abcdefghijklmnopqrstuvwxyz', 'abcdefghijklmnop'],
    [`${'-'.repeat(65_536)}S`, 'none'],
  ])('of %j is %s', (history, expected) => {
    expect(historyShapeOf(history)).toBe(expected);
  });
});
