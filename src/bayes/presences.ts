/**
 * What a record stands for while it is counted: the presences of its class after and before, as four bits. An episode
 * has a presence once at least one of its records has it.
 */
import type { RecordClass } from '../domain/label.ts';

const AFTER_GOOD = 1;
const AFTER_BAD = 2;
const BEFORE_GOOD = 4;
const BEFORE_BAD = 8;

export const PRESENCE_BITS = 4;
export const PRESENCES = (1 << PRESENCE_BITS) - 1;

/** @example presencesOf('none', 'bad') // 2 */
export function presencesOf(before: RecordClass, after: RecordClass): number {
  return (
    (after === 'good' ? AFTER_GOOD : after === 'bad' ? AFTER_BAD : 0) |
    (before === 'good' ? BEFORE_GOOD : before === 'bad' ? BEFORE_BAD : 0)
  );
}

/** Good after minus good before, for each set of presences: −1, 0 or 1. */
export const GOOD_CHANGE = Int8Array.from(
  { length: PRESENCES + 1 },
  (_, bits) => Math.sign(bits & AFTER_GOOD) - Math.sign(bits & BEFORE_GOOD),
);
/** Bad after minus bad before. */
export const BAD_CHANGE = Int8Array.from(
  { length: PRESENCES + 1 },
  (_, bits) => Math.sign(bits & AFTER_BAD) - Math.sign(bits & BEFORE_BAD),
);
