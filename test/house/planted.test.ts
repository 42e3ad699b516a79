/** The faults that the benchmark of kills plants are edits of the sources: they must still apply. */
import { expect, it } from 'vitest';
import { FAULTS, textsWith } from '../../bench/faults/planted.ts';

it.each(FAULTS.map(fault => [fault.what, fault] as const))('can be planted: %s', (_, fault) => {
  expect(textsWith(fault).size).toBeGreaterThan(0);
});
