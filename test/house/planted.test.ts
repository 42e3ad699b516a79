/** The faults that bench/faults plants are still there to be planted: what each replaces stands in its file exactly once. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../bench/faults/planted.ts';

describe.each(FAULTS)('the fault that $what', ({ edits }) => {
  it.each(edits)('finds its place in $file', ({ file, find }) => {
    const text = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
    expect(text.split(find)).toHaveLength(2);
  });
});
