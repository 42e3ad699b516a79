import { describe, expect, it } from 'vitest';
import { nearestName } from '../../src/domain/nearest-name.ts';

describe('nearestName', () => {
  it.each([
    ['PORT', 'PORT'],
    ['PROT', 'PORT'],
    ['PORTS', 'PORT'],
    ['POT', 'PORT'],
    ['PIRT', 'PORT'],
    ['HOTS', 'HOST'],
    ['TORP', undefined],
    ['COLOUR', undefined],
    ['', undefined],
    ['P'.repeat(10_000), undefined],
  ])('of %.20s is %s', (name, nearest) => {
    expect(nearestName(name, ['HOST', 'PORT'])).toBe(nearest);
  });

  it.each([
    ['HALFLIFE', 'HALF_LIFE_DAYS'],
    ['HALF_LIFE', 'HALF_LIFE_DAYS'],
    ['COST', 'COST_MISSED'],
    ['COS', undefined],
    ['HALF_LIFE_DAYS_OF_COUNTS', undefined],
    ['____', undefined],
  ])('of %s, a beginning, is %s', (name, nearest) => {
    expect(nearestName(name, ['COST_MISSED', 'HALF_LIFE_DAYS', 'COST_FALSE_ALARM'])).toBe(nearest);
  });
});
