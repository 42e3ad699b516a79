import { describe, expect, it } from 'vitest';
import { addressBits, addressBlockOf, plainAddressBits } from '../../src/domain/address-block.ts';

describe('addressBits', () => {
  it('reads both families, and nothing else', () => {
    expect(addressBits('10.1.0.0')).toEqual({ bits: 0x0a010000n, width: 32 });
    expect(addressBits('::')).toEqual({ bits: 0n, width: 128 });
    for (const text of [
      '',
      '1.2.3',
      '1.2.3.4.5',
      ':::',
      '1::2::3',
      '12345::',
      'g::',
      '1.2.3.4:80',
      '1:2:3:4:5:6:7',
    ]) {
      expect(addressBits(text), text).toBeNull();
    }
  });
});

describe('addressBlockOf', () => {
  it.each([
    ['10.1.0.0/16', { width: 32, shift: 16n, prefix: 0x0a01n }],
    ['::ffff:10.1.0.0/112', { width: 32, shift: 16n, prefix: 0x0a01n }],
    ['::ffff:10.1.0.0/95', { width: 128, shift: 33n, prefix: 0x7fffn }],
    ['10.0.0.0/40', null],
    ['10.0.0.0/', null],
    ['example.org', null],
  ])('reads %s', (text, expected) => {
    expect(addressBlockOf(text)).toEqual(expected);
  });
});

describe('plainAddressBits', () => {
  it('takes a mapped address for IPv4, and no other one', () => {
    expect(plainAddressBits('::ffff:10.1.0.0')).toEqual({ bits: 0x0a010000n, width: 32 });
    expect(plainAddressBits('::10.1.0.0')).toEqual({ bits: 0x0a010000n, width: 128 });
    expect(plainAddressBits('example.org')).toBeNull();
  });
});
