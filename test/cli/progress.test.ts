/** How long it will take: nothing is said before anything is known, and nothing endless. */
import { expect, it } from 'vitest';
import { leftText, rateText } from '../../src/cli/progress.ts';

it.each([
  [0, 100, 1_000, ''],
  [25, 100, 20_000, '60 s left'],
  [1, 1_000, 1_000, '17 min left'],
  [100, 100, 5_000, 'waiting for the last answers'],
  [0, 0, 0, 'waiting for the last answers'],
])('%i of %i after %i ms: %s', (done, total, elapsedMs, text) => {
  expect(leftText(done, total, elapsedMs)).toBe(text);
});

it.each([
  [25_000_000, 20_000, '1.3 MB/s'],
  [0, 1_000, '0.0 MB/s'],
  [262_144, 0, ''],
])('%i bytes in %i ms: %s', (done, elapsedMs, text) => {
  expect(rateText(done, elapsedMs)).toBe(text);
});
