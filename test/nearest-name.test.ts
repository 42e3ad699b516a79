import { describe, expect, it } from 'vitest';
import { nearestName } from '../src/nearest-name.ts';

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
});
