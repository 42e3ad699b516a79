import { describe, expect, it } from 'vitest';
import { HASH_SLICES, parseRecordId, recordIdOf } from '../../src/domain/identity.ts';

const IDENTITY = '00ff'.repeat(8);

describe('a record id', () => {
  it.each([0, 7, 10, 475_968, 9_999_999, -1, -10, -11, -HASH_SLICES])(
    'of slice %i is read back as what it was made of',
    slice => {
      expect(parseRecordId(recordIdOf({ slice, identity: IDENTITY }))).toEqual({ slice, identity: IDENTITY });
    },
  );

  it.each([
    '007',
    '00',
    '0475968',
    'u00',
    'u07',
    'u064',
    'u10000000',
    'U1',
    '+7',
    '-1',
    '7 ',
    '1e3',
    '',
    '10000000',
  ])('is not spelt %j in front: each record has one id', slice =>
    expect(parseRecordId(`${slice}.${IDENTITY}`)).toBeNull(),
  );

  it.each([IDENTITY.toUpperCase(), `${IDENTITY}0`, IDENTITY.slice(1), `${IDENTITY}\n`, ''])(
    'does not end in %j',
    identity => expect(parseRecordId(`7.${identity}`)).toBeNull(),
  );
});
