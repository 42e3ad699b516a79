/** How long it will take: nothing is said before anything is known, and nothing endless. */
import { expect, it } from 'vitest';
import { leftText } from '../../src/cli/progress.ts';

it.each([
  [0, 100, 1_000, ''],
  [25, 100, 20_000, '60 s left'],
  [1, 1_000, 1_000, '17 min left'],
  [100, 100, 5_000, 'waiting for the last answers'],
  [0, 0, 0, 'waiting for the last answers'],
])('%i of %i after %i ms: %s', (done, total, elapsedMs, text) => {
  expect(leftText(done, total, elapsedMs)).toBe(text);
});
