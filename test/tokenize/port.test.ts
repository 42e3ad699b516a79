import { describe, expect, it } from 'vitest';
import { destinationPortClassOf, sourcePortClassOf } from '../../src/tokenize/port.ts';

describe('ports', () => {
  it.each([
    [0, '0', 'system'],
    [53, '53', 'system'],
    [1023, '1023', 'system'],
    [1024, 'high', 'user'],
    [3389, '3389', 'user'],
    [40_123, 'high', 'user'],
    [49_151, 'high', 'user'],
    [49_152, 'high', 'dynamic'],
    [50_000, '50000', 'dynamic'],
    [65_535, 'high', 'dynamic'],
    [65_536, 'invalid', 'invalid'],
    [-1, 'invalid', 'invalid'],
    [80.5, 'invalid', 'invalid'],
    [Number.NaN, 'invalid', 'invalid'],
  ])('%d is %s as a destination and %s as a source', (port, destination, source) => {
    expect(destinationPortClassOf(port)).toBe(destination);
    expect(sourcePortClassOf(port)).toBe(source);
  });
});
