import fc from 'fast-check';
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
      '010.0.0.7',
      '::ffff:010.0.0.7',
      '1.2.3.4::',
      '10.0.0.7%eth0',
      'fe80::1%',
    ]) {
      expect(addressBits(text), text).toBeNull();
    }
  });
});

describe('addressBits of any address', () => {
  it('is its number, whatever its zone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), bytes => {
        const hex = Buffer.from(bytes).toString('hex');
        const text = (hex.match(/.{4}/g) ?? []).join(':');
        const expected = { bits: BigInt(`0x${hex}`), width: 128 };
        expect(addressBits(text)).toEqual(expected);
        expect(addressBits(`${text}%eth0`)).toEqual(expected);
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: 0xffff_ffff }), bits => {
        const text = [24, 16, 8, 0].map(shift => (bits >>> shift) & 255).join('.');
        expect(addressBits(text)).toEqual({ bits: BigInt(bits), width: 32 });
      }),
    );
  });
});

describe('addressBlockOf', () => {
  it.each([
    ['10.1.0.0/16', { width: 32, shift: 16n, prefix: 0x0a01n }],
    ['::ffff:10.1.0.0/112', { width: 32, shift: 16n, prefix: 0x0a01n }],
    ['::ffff:10.1.0.0/95', { width: 128, shift: 33n, prefix: 0x7fffn }],
    ['fe80::1%eth0/64', { width: 128, shift: 64n, prefix: 0xfe80_0000_0000_0000n }],
    ['10.0.0.0/40', null],
    ['010.0.0.0/8', null],
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
