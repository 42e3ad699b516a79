import { describe, expect, it } from 'vitest';
import { RECORD_KINDS, type TrafficRecord } from '../../src/domain/record.ts';
import { tokenize } from '../../src/tokenize/tokenize.ts';
import { tokenizerContract } from '../contract/tokenizer.contract.ts';
import { SAMPLES } from './samples.ts';

describe('tokenize', () => {
  it('gives different kinds different observations', () => {
    const seen = RECORD_KINDS.map(kind => JSON.stringify(tokenize(SAMPLES[kind])));
    expect(new Set(seen).size).toBe(RECORD_KINDS.length);
  });

  it('sees nothing where there is nothing', () => {
    const empty: TrafficRecord = { kind: 'flow' };
    expect(tokenize(empty)).toEqual({ sequences: [], shape: [], categories: [] });
  });
});

for (const kind of RECORD_KINDS) tokenizerContract({ kind, sample: SAMPLES[kind] });
